"""The base of the portal's own screens, and who may open what.

A screen is a class with a `name`; the name is its address, its endpoint and the word that roles use for it. Each method
says in one word which right it needs, and `seed/roles.yaml` says which role has it:

    class Segments(Screen):
        name = "segments"

        @expose("/")
        @allowed("read")
        def index(self): ...
"""

import functools
from collections.abc import Callable
from typing import Any, ClassVar

from flask import abort, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.const import PERMISSION_PREFIX
from flask_login import current_user
from werkzeug.wrappers import Response

__all__ = ["Screen", "allowed", "anyone", "by_link", "expose", "signed_in"]

View = Callable[..., Any]

REFUSED = "8"
"""The outcome of FHIR AuditEvent for what was refused."""


def actor() -> str:
    """Who asks, as the audit names people."""
    return f"user:{current_user.username}" if current_user.is_authenticated else "stranger"


def allowed(right: str) -> Callable[[View], View]:
    """Open a method to people whose role holds `right` on its screen: read, change, publish, …"""

    def guard(method: View) -> View:
        @functools.wraps(method)
        def guarded(self: "Screen", *args: Any, **kwargs: Any) -> Any:
            if not self.may(right):
                abort(403)
            return method(self, *args, **kwargs)

        guarded._permission_name = right
        return guarded

    return guard


def signed_in(method: View) -> View:
    """Open a method to everybody who is signed in, whatever their role."""
    method.who = "signed in"
    return method


def anyone(method: View) -> View:
    """Open a method to the world. `app.security.gate` turns strangers away from every method without this mark."""
    method.who = "anyone"
    return method


def by_link(method: View) -> View:
    """Open a method to whoever has its address. Nobody can guess it: that is the proof, and no form token is asked."""
    method.is_by_link = True
    return anyone(method)


class Screen(BaseView):
    """One entry of the menu, or one page without an entry. `name` is required."""

    name: ClassVar[str]
    default_view = "index"

    def __init_subclass__(cls, **options: Any) -> None:
        """Take address and permissions from the name."""
        super().__init_subclass__(**options)
        if "name" in cls.__dict__:
            cls.route_base = f"/{cls.name}" if cls.name != "home" else ""
            cls.class_permission_name = cls.name

    def may(self, right: str) -> bool:
        """Whether the signed-in person holds `right` on this screen."""
        return self.appbuilder.sm.has_access(PERMISSION_PREFIX + right, self.class_permission_name)

    def page(self, template: str, *, status: int = 200, **context: Any) -> tuple[str, int]:
        """A page or a part of one. Templates know `screen`, so `screen.may("change")` decides on buttons."""
        return render_template(template, screen=self, **context), status

    def address(self, method: str = "index", **values: Any) -> str:
        """The address of one of this screen's methods."""
        return url_for(f"{self.endpoint}.{method}", **values)

    def go(self, method: str = "index", **values: Any) -> Response:
        """Send the browser to one of this screen's methods, as every successful POST does."""
        address = self.address(method, **values)
        if not self.wants_part():
            return redirect(address, 303)
        answer = Response()
        answer.headers["X-Waymark-Go"] = address
        return answer

    def wants_part(self) -> bool:
        """Whether the browser asks for a part of a page (`static/js/partials.js`) and not for a whole one."""
        return "X-Waymark-Partial" in request.headers
