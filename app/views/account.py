"""One's own account: who one is here, and a new password."""

from dataclasses import dataclass, field

from flask import flash, session
from flask_babel import gettext
from flask_login import current_user
from werkzeug.security import check_password_hash
from werkzeug.wrappers import Response

from app.base import Screen, expose, form_for, say_texts, sessions, signed_in
from app.base.forms import ShapeForm
from app.security.passwords import problems_of
from app.security.roles import read_roles
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

NEW = {"autocomplete": "new-password"}


@dataclass(frozen=True)
class NewPassword:
    """A change of one's own password."""

    current: str = field(
        metadata={
            "label": N_("Current password"),
            "secret": True,
            "attributes": {"autocomplete": "current-password"},
        }
    )
    password: str = field(
        metadata={
            "label": N_("New password"),
            "help": N_("At least 12 characters. A few unrelated words are easy to remember and hard to guess."),
            "secret": True,
            "attributes": NEW,
        }
    )
    again: str = field(metadata={"label": N_("New password again"), "secret": True, "attributes": NEW})


class Account(Screen):
    """Reached through the menu with one's name."""

    name = "account"

    @expose("/", methods=("GET", "POST"))
    @signed_in
    def index(self) -> Response | tuple[str, int]:
        """Who one is, and the form for a new password."""
        form = form_for(NewPassword)
        if form.is_accepted() and self._is_right(form):
            self.appbuilder.sm.reset_password(current_user.id, form.value().password)
            sessions.renew(session)
            flash(gettext("Your password is changed. Every other session of yours has ended."), "success")
            return self.go()
        held = {role.name for role in current_user.roles}
        roles = [say_texts(role.label) for role in read_roles() if role.name in held]
        return self.page("pages/account.html", form=form, roles=roles, status=form.status)

    def _is_right(self, form: ShapeForm) -> bool:
        given = form.value()
        problems = problems_of(given.password, [current_user.username, current_user.email])
        if not check_password_hash(current_user.password, given.current):
            problems.insert(0, Problem("current", N_("This is not your current password.")))
        if given.password != given.again:
            problems.append(Problem("again", N_("The two new passwords differ.")))
        form.refuse(problems)
        return not problems
