"""What is said of a FHIR server: why it was not read, what it can do, how late its news come."""

from __future__ import annotations

from flask_babel import gettext

from app.base import say
from journeys.foundation.words import N_
from journeys.sync.fhir.standing import Lag

TROUBLES = {
    "too-slow": N_("The server answers too slowly."),
    "no-answer": N_("Nobody answers at this address."),
    "certificate": N_("The server's certificate is not that of its name."),
    "not-https": N_("Its address is not https at port 443, and the operator has made no exception for it."),
    "not-public": N_("Its address lies inside a network, and the operator has made no exception for it."),
    "name-unknown": N_("Its name leads nowhere."),
    "not-an-address": N_("Its address is none."),
    "elsewhere": N_("It sends to a host that this connection does not allow."),
    "next-elsewhere": N_("Its next page lies on another host."),
    "endless": N_("Its pages come to no end."),
    "too-large": N_("A page is larger than 16 MiB, or holds more than 10,000 entries."),
    "not-json": N_("It answers something that is no JSON."),
    "not-fhir": N_("It answers something that is not what FHIR says."),
    "not-r4": N_("It speaks another version of FHIR than R4."),
    "no-secret": N_("What opens the server is missing."),
    "no-key": N_("The private key cannot sign as SMART asks (RS384 or ES384)."),
    "no-token": N_("The server gives no token."),
    "http-401": N_("The server does not let Waymark in (401)."),
    "http-403": N_("Waymark may not read this there (403)."),
    "http-404": N_("The server has no such thing (404)."),
    "http-429": N_("The server asks to be left alone for a while (429)."),
}
"""Why something could not be read, by its code."""


def trouble_words(code: str) -> str:
    """Why a server, or one type of it, could not be read."""
    if code in TROUBLES:
        return say(TROUBLES[code])
    return gettext("The server answers with the status %(status)s.", status=code.removeprefix("http-"))


def lag_words(lag: Lag | None) -> str:
    """How late news come."""
    if lag is None:
        return gettext("No news of late")
    return gettext(
        "half within %(half)s s, nineteen in twenty within %(most)s s", half=f"{lag.half:.1f}", most=f"{lag.most:.1f}"
    )


def software_words(capability: dict[str, object]) -> str:
    """Which server it is, and what it says it can do."""
    if not capability:
        return gettext("Not known yet")
    types = capability.get("types")
    count = len(types) if isinstance(types, dict) else 0
    return gettext(
        "%(software)s, FHIR %(version)s, %(count)s types",
        software=capability.get("software") or gettext("Unnamed"),
        version=capability.get("version"),
        count=count,
    )
