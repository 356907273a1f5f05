"""Signing in and out with a name and a password."""

from dataclasses import dataclass, field

from flask import Flask, current_app, make_response, redirect, request, session
from flask_limiter import Limiter
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from app.base import Screen, anyone, expose, form_for, sessions
from app.base.acting import tell
from app.base.screens import REFUSED, actor
from app.security.gate import safe_target
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

PER_ACCOUNT = "5 per 1 minute"


@dataclass(frozen=True)
class Credentials:
    """What a person types to sign in."""

    username: str = field(
        metadata={"label": N_("Username"), "attributes": {"autocomplete": "username", "autocapitalize": "none"}}
    )
    password: str = field(
        metadata={"label": N_("Password"), "secret": True, "attributes": {"autocomplete": "current-password"}}
    )


class SignIn(Screen):
    """The door."""

    name = "sign-in"

    @expose("/", methods=("GET", "POST"))
    @anyone
    def index(self) -> Response | tuple[str, int]:
        """The form, and what happens when it is sent."""
        if current_user.is_authenticated:
            return redirect("/")
        form = form_for(Credentials)
        if form.is_accepted():
            given = form.value()
            user = self.appbuilder.sm.auth_user_db(given.username, given.password)
            if user:
                return self._enter(user)
            tell("sign-in", "stranger", REFUSED)
            form.refuse([Problem("", N_("The username or the password is wrong."))])
        return self.page("pages/sign_in.html", form=form, was_idle=session.get("ended_idle", False), status=form.status)

    @expose("/out", methods=("POST",))
    @anyone
    def out(self) -> Response:
        """End the session here and in the browser."""
        if current_user.is_authenticated:
            tell("sign-out", actor())
            logout_user()
        sessions.forget(session)
        session.clear()
        answer = make_response(redirect(self.address(), 303))
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    def _enter(self, user: object) -> Response:
        session.clear()
        sessions.renew(session)
        login_user(user)
        tell("sign-in", actor())
        return redirect(safe_target(request.args.get("next")) or "/", 303)


def limit_attempts(limiter: Limiter, screen: SignIn) -> None:
    """Slow down guessing: by address, and by account over all addresses."""
    app: Flask = current_app
    limiter.limit(app.config["AUTH_RATE_LIMIT"], methods=["POST"], exempt_when=_is_signing_out)(screen.blueprint)
    limiter.limit(PER_ACCOUNT, key_func=_account, methods=["POST"], exempt_when=_is_signing_out)(screen.blueprint)


def _account() -> str:
    return "account:" + request.form.get("username", "").strip().lower()


def _is_signing_out() -> bool:
    return (request.endpoint or "").endswith(".out")
