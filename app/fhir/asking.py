"""Who asks under `/fhir`, by the token that they show, and what they may."""

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from flask import current_app, g, request

from app.base import clock
from app.base.acting import asking
from app.base.screens import by_link
from app.fhir.answers import Refused
from journeys.foundation.acting import Act, act
from journeys.sync.facade.caller_of import Caller, caller_of

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
View = Callable[..., Any]

BEARER = "bearer"


def base() -> str:
    """The address of this server as systems outside know it; no header that they send has a word in it."""
    return f"{current_app.config['WAYMARK'].public_url.rstrip('/')}/fhir"


def with_token(method: View) -> View:
    """Open a method to whoever shows a token that is in force: it is asked for before anything else is done. What the
    token may is asked by `caller_may`."""

    @functools.wraps(method)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        g.fhir_caller = caller()
        return method(*args, **kwargs)

    return by_link(guarded)


def caller() -> Caller:
    """Whose token this is. Refused without one, and one that is over is none; addresses are no place for it."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    found = caller_of(asking(), token.strip(), clock.now()) if kind.lower() == BEARER else None
    if found is None:
        raise Refused(401, "An access token is needed, in the header Authorization: Bearer …")
    return found


def caller_may(kind: str, letter: str) -> Caller:
    """Whoever asks, where their token opens this."""
    found: Caller = g.fhir_caller
    if not found.may(kind, letter):
        raise Refused(403, f"The token does not include system/{kind}.{letter}")
    return found


def perform_as(
    asker: Caller,
    verb: Callable[Concatenate[Any, Act, Parameters], Result],
    /,
    *args: Parameters.args,
    **kwargs: Parameters.kwargs,
) -> Result:
    """Run one verb as this system, which sees the patients of its branches."""
    doing = Act(clock.now(), f"client:{asker.slug}", asker.scope, "care")
    return act(current_app.extensions["house"], doing, verb, *args, **kwargs)
