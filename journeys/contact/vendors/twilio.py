"""What Twilio's text messages and its calls share: signing in, reading an answer, what a handed over thing costs."""

from __future__ import annotations

import base64
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson


def sign_in(account_sid: str, auth_token: str) -> dict[str, str]:
    """The header that signs in."""
    pair = f"{account_sid}:{auth_token}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


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
