"""Pages for what goes wrong. They look like the house, say what to do, and never show SQL or a patient's data.

Machines get the same words as problem details.
"""

import logging
import secrets
import traceback
from collections.abc import Iterable

from flask import Flask, Response, current_app, render_template, request
from flask.globals import request_ctx
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from app.base.machines import is_for_machines, problem_details
from app.base.words import say_all
from journeys.foundation.errors import Forbidden, Invalid, Missing, Problem, Stale, Unavailable

log = logging.getLogger("waymark.portal")

Answer = tuple[str, int] | Response


def install(app: Flask) -> None:
    """Answer errors of HTTP, of the engine, and those nobody expected."""
    app.extensions["unavailable_page"] = lambda: app.make_response(_unavailable(Unavailable()))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(Missing, _missing)
    app.register_error_handler(Forbidden, _forbidden)
    app.register_error_handler(Stale, _stale)
    app.register_error_handler(Invalid, _invalid)
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(OperationalError, _unavailable)
    app.register_error_handler(InterfaceError, _unavailable)
    app.register_error_handler(Exception, _unexpected)


def _http(error: HTTPException) -> Answer | HTTPException:
    code = error.code or 500
    if isinstance(error.response, Response):
        return error.response
    if code < 400:
        return error
    title, says = _words_for(code)
    return _page(code, title, says)


def _words_for(code: int) -> tuple[str, str]:
    words = {
        400: (gettext("This request could not be read"), gettext("Go back and try again.")),
        401: (gettext("Nobody is signed in"), gettext("Sign in first.")),
        403: (
            gettext("You may not open this"),
            gettext("Your role does not include it. An administrator can change that."),
        ),
        404: (
            gettext("Nothing is here"),
            gettext("The address is wrong, the record was removed, or it belongs to a branch that is not yours."),
        ),
        405: (gettext("This cannot be done that way"), gettext("Go back and use the buttons of the page.")),
        412: (gettext("Somebody else changed this first"), gettext("Read it again, then make your change.")),
        413: (gettext("This is too large"), gettext("A file may have 16 MB, data for the API 256 kB.")),
        415: (gettext("This kind of data is not read here"), gettext("Send JSON, and say so in the Content-Type.")),
        428: (gettext("Say which version you change"), gettext("Read it first, then send its ETag as If-Match.")),
        429: (gettext("Too many attempts"), gettext("Wait a minute, then try again.")),
    }
    return words.get(code, (gettext("This did not work"), gettext("Go back and try again.")))


def _expired_form(_error: CSRFError) -> Answer:
    return _page(400, gettext("This form has expired"), gettext("Go back, reload the page and send it again."))


def _missing(_error: Missing) -> Answer:
    return _page(404, *_words_for(404))


def _forbidden(_error: Forbidden) -> Answer:
    return _page(403, *_words_for(403))


def _stale(_error: Stale) -> Answer:
    return _page(
        409,
        gettext("Somebody else changed this first"),
        gettext("Open it again to see the newest version, then make your change."),
    )


def _invalid(error: Invalid) -> Answer:
    return _page(422, gettext("This cannot be accepted"), *say_all(error.problems), problems=error.problems)


def _unavailable(error: Exception) -> Answer:
    log.error("unavailable: %s", type(error).__name__)
    return _page(
        503,
        gettext("A part of Waymark does not answer"),
        gettext("Nothing was changed. Try again in a minute; if it goes on, tell an administrator."),
    )


def _unexpected(error: Exception) -> Answer:
    """Log where it happened under a number that the page shows; the error's own text may hold a patient's data.

    Tests set PROPAGATE_EXCEPTIONS to see the error itself.
    """
    if current_app.config["PROPAGATE_EXCEPTIONS"]:
        raise error
    number = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)
    trail = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames[-6:]))
    log.error("error %s: %s in %s at %s", number, type(error).__name__, request.endpoint, trail)
    return _page(
        500,
        gettext("Something went wrong"),
        gettext("Nothing was changed. If it goes on, tell an administrator this number: %(number)s", number=number),
    )


def _page(code: int, title: str, *says: str, problems: Iterable[Problem] = ()) -> Answer:
    if is_for_machines():
        return problem_details(code, title, says, problems)
    if request_ctx.url_adapter is None:
        # A Host header that is not ours: no address can be made for it, so there is no page to draw.
        return title, code
    if "X-Waymark-Partial" in request.headers:
        return render_template("pages/error_part.html", title=title, says=says), code
    return render_template("pages/error.html", code=code, title=title, says=says), code
