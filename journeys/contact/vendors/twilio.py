"""What Twilio's text messages and its calls share: settings of an account, signing in and asking, reading an answer,
what a handed over thing costs."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import field
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol
from urllib.parse import urlencode

import orjson

from journeys.contact.vendors.controls import NEEDED_SECRET, PLAIN
from journeys.foundation.outgoing import Request
from journeys.foundation.words import N_


class Account(Protocol):
    """Of an account's settings, what signing in and asking take."""

    @property
    def account_sid(self) -> str:
        """The account."""

    @property
    def auth_token(self) -> str:
        """Its secret."""

    @property
    def url(self) -> str:
        """Where Twilio is reached."""


def account_sid() -> Any:
    """The field of the account."""
    return field(metadata={"label": N_("Account SID"), "help": N_("Begins with AC."), "attributes": PLAIN})


def auth_token() -> Any:
    """The field of its secret."""
    said = {"label": N_("Auth token"), "help": N_("Also proves that callbacks are Twilio's.")}
    return field(default="", repr=False, metadata={**said, **NEEDED_SECRET})


def address() -> Any:
    """The field of where Twilio is reached."""
    said = {"label": N_("Address of the service"), "attributes": PLAIN}
    return field(default="https://api.twilio.com", metadata=said)


def resource(account: Account, name: str) -> str:
    """The address of what an account has: its messages, its calls."""
    return f"{account.url.rstrip('/')}/2010-04-01/Accounts/{account.account_sid}/{name}.json"


def sign_in(account: Account) -> dict[str, str]:
    """The header that signs in."""
    pair = f"{account.account_sid}:{account.auth_token}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def form(account: Account, said: Mapping[str, str] | Sequence[tuple[str, str]]) -> Request:
    """The request that hands something over."""
    headers = {**sign_in(account), "Content-Type": "application/x-www-form-urlencoded"}
    return Request("POST", headers, urlencode(said).encode())


def content_of(body: bytes) -> dict[str, Any]:
    """The JSON object of an answer; empty for anything else."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return content if isinstance(content, dict) else {}


def cost_of(content: dict[str, Any]) -> Decimal | None:
    """What it costs as far as it is known; Twilio writes prices as negative."""
    try:
        return abs(Decimal(str(content["price"]))) if content.get("price") else None
    except InvalidOperation:
        return None
