"""What is answered under `/fhir`: FHIR JSON, and an OperationOutcome for everything that goes wrong."""

import logging
import traceback
from collections.abc import Iterable
from typing import Any

import orjson
from flask import Blueprint, Response, current_app, request
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from app.base import say
from journeys.foundation.errors import Forbidden, Invalid, Missing, Problem, Stale, Unavailable

log = logging.getLogger("waymark.portal")

FHIR_JSON = "application/fhir+json; charset=utf-8"
MOST_BYTES = 65_536
"""Of what is sent: a proof, a search, a booking."""

CODES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "processing",
    429: "throttled",
    501: "not-supported",
    503: "transient",
}
SAYS = {
    400: "The request could not be read",
    401: "An access token is needed",
    403: "The token does not include this",
    404: "Nothing is here, or it is not for this system",
    405: "This is not done here",
    406: "Answers are application/fhir+json",
    409: "Somebody else changed this first",
    413: "Too large",
    415: "Send application/fhir+json",
    429: "Too many questions: wait a minute",
    503: "A part of Waymark does not answer: nothing was changed",
}
"""Plain English for those who write programs, like the specification; never what an exception says."""


class Refused(Exception):
    """Whoever asks is told what is wrong with the request; the text holds nothing of any patient."""

    def __init__(self, status: int, says: str, code: str = "") -> None:
        """`code` is one of FHIR's issue types; that of the status where nothing is said."""
        self.status, self.says, self.code = status, says, code or CODES.get(status, "processing")
        super().__init__(says)


def answer(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """FHIR JSON."""
    return Response(orjson.dumps(body), status, headers, content_type=FHIR_JSON)


def outcome(status: int, issues: Iterable[dict[str, Any]]) -> Response:
    """What went wrong."""
    return answer({"resourceType": "OperationOutcome", "issue": list(issues)}, status, challenge(status))


def challenge(status: int) -> dict[str, str]:
    """How to prove oneself, where that is what is missing."""
    return {"WWW-Authenticate": 'Bearer realm="fhir"'} if status == 401 else {}


def issue(code: str, says: str, severity: str = "error") -> dict[str, Any]:
    """One thing that went wrong."""
    return {"severity": severity, "code": code, "diagnostics": says}


def refused(status: int, says: str = "", code: str = "") -> Response:
    """One thing that went wrong, as the whole answer."""
    return outcome(status, [issue(code or CODES.get(status, "processing"), says or SAYS.get(status, "Not done"))])


def answer_errors(blueprint: Blueprint) -> None:
    """Answer whatever is raised within it so."""
    for kind, status in ((Missing, 404), (Forbidden, 403), (Stale, 409)):
        blueprint.register_error_handler(kind, lambda _error, status=status: refused(status))
    for broken in (Unavailable, OperationalError, InterfaceError):
        blueprint.register_error_handler(broken, _unavailable)
    blueprint.register_error_handler(Refused, lambda error: refused(error.status, error.says, error.code))
    blueprint.register_error_handler(Invalid, lambda error: outcome(422, map(_of_problem, error.problems)))
    blueprint.register_error_handler(HTTPException, lambda error: error.response or refused(error.code or 500))
    blueprint.register_error_handler(Exception, _unexpected)
    blueprint.before_request(_refuse_large)


def _of_problem(problem: Problem) -> dict[str, Any]:
    return {**issue("processing", say(problem)), **({"expression": [problem.where]} if problem.where else {})}


def _refuse_large() -> Response | None:
    """Before anybody reads it."""
    request.max_content_length = MOST_BYTES
    return refused(413) if (request.content_length or 0) > MOST_BYTES else None


def _unavailable(error: Exception) -> Response:
    log.error("unavailable: %s", type(error).__name__)
    return refused(503)


def _unexpected(error: Exception) -> Response:
    """Log where it happened and nothing else: the error's own text may hold a patient's data."""
    if current_app.config["PROPAGATE_EXCEPTIONS"]:
        raise error
    frames = traceback.extract_tb(error.__traceback__)
    trail = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames[-6:]))
    log.error("fhir: %s in %s at %s", type(error).__name__, request.endpoint, trail)
    return refused(500, "Something went wrong: nothing was changed", "exception")
