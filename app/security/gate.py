"""Turns strangers away from everything that is not marked as open to the world, and forged forms from everything."""

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from app.base.machines import is_for_machines

OPEN_FILES = {"static", "appbuilder.static"}


def install(app: Flask) -> None:
    """Ask before every request. What has no mark is closed, so a forgotten mark shuts a door and opens none."""
    protection = CSRFProtect(app)
    for view in app.view_functions.values():
        if getattr(view, "is_by_link", False):
            protection.exempt(view)
    app.before_request(_turn_strangers_away)


def is_open(endpoint: str) -> bool:
    """Whether this endpoint answers people who are not signed in."""
    if endpoint in OPEN_FILES:
        return True
    return getattr(current_app.view_functions[endpoint], "who", "") == "anyone"


def safe_target(target: str | None) -> str | None:
    """`target` when it is a page of this portal, else None: addresses of other hosts are never followed."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(letter) < 32 for letter in target):
        return None
    return target


def _turn_strangers_away() -> Response | None:
    if request.endpoint is None or is_open(request.endpoint) or current_user.is_authenticated:
        return None
    if is_for_machines() or "X-Waymark-Partial" in request.headers or request.method not in {"GET", "HEAD"}:
        abort(401)
    return redirect(url_for("sign-in.index", next=request.full_path.rstrip("?")))
