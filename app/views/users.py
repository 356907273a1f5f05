"""People who may sign in, and their roles. For administrators."""

from typing import Any

from flask import current_app
from flask_appbuilder.security.sqla.models import Role, User
from flask_babel import lazy_gettext as _
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.security import generate_password_hash
from wtforms import PasswordField
from wtforms.validators import InputRequired

from app.base import ModelScreen, say_texts, sessions
from app.base.fields import SomeOfField
from app.base.tables import Table
from app.security.passwords import problems_of
from app.security.roles import read_roles
from journeys.foundation.errors import Invalid, Problem, refuse_errors
from journeys.foundation.words import N_

DETAILS = ["first_name", "last_name", "username", "email", "roles", "active"]

CHANGEABLE = [name for name in DETAILS if name != "username"]
"""The username names its person in the audit, on tasks and in the scope of branches, so it never changes."""


class RolesField(SomeOfField):
    """Roles of a person as tick boxes; holds rows of the role table."""

    def process_data(self, value: Any) -> None:
        """Show the roles that the person has."""
        self.data = [str(role.id) for role in value or ()]

    def populate_obj(self, obj: Any, name: str) -> None:
        """Give the person the chosen roles."""
        session = current_app.appbuilder.session
        setattr(obj, name, list(session.scalars(select(Role).where(Role.id.in_(self.chosen)))))


def known_roles() -> list[tuple[int, str]]:
    """Every role with its words in the reader's language, in the order of the file."""
    words = {role.name: say_texts(role.label) for role in read_roles()}
    ids = dict(current_app.appbuilder.session.execute(select(Role.name, Role.id)).all())
    return [(ids[name], label) for name, label in words.items() if name in ids]


def roles_in_words(roles: list[Role]) -> Markup:
    """A person's roles as chips in the reader's language."""
    words = {role.name: say_texts(role.label) for role in read_roles()}
    chip = current_app.jinja_env.globals["ui"].chip
    return Markup(" ").join(chip(words.get(role.name, role.name)) for role in roles)


ROLES = {
    "roles": RolesField(
        choices=known_roles,
        label=_("Roles"),
        description=_("Decides which screens the person sees. Choose one or more."),
    )
}


class Users(ModelScreen):
    """Accounts are switched off, never deleted: the audit names them."""

    name = "users"
    datamodel = Table(User, related=["roles"])
    exclude_route_methods = {"download", "action", "action_post", "delete"}
    list_title = _("People")
    show_title = _("Person")
    add_title = _("Add a person")
    edit_title = _("Change a person")
    empty_does = _("Change the filters, or add the first person.")
    base_order = ("last_name", "asc")
    list_columns = ["get_full_name", "username", "email", "roles", "active"]
    order_columns = ["username", "email", "active"]
    search_columns = ["last_name", "username", "active"]
    show_columns = [*DETAILS, "last_login", "created_on"]
    add_columns = [*DETAILS, "password"]
    edit_columns = CHANGEABLE
    formatters_columns = {"roles": roles_in_words}
    label_columns = {
        "get_full_name": _("Name"),
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "username": _("Username"),
        "email": _("E-mail"),
        "roles": _("Roles"),
        "active": _("May sign in"),
        "last_login": _("Last signed in"),
        "created_on": _("Added"),
    }
    description_columns = {
        "username": _("What the person types to sign in. It never changes."),
        "active": _("Switch this off when somebody leaves. Open sessions end at once."),
    }
    edit_form_extra_fields = ROLES
    add_form_extra_fields = {
        **ROLES,
        "password": PasswordField(
            _("First password"),
            description=_("At least 12 characters. The person can change it under My account."),
            validators=[InputRequired(_("This is needed."))],
            render_kw={"autocomplete": "new-password"},
        ),
    }

    def pre_add(self, item: Any) -> None:
        """Check the password and keep only its hash."""
        refuse_errors(problems_of(item.password or "", [item.username, item.email]))
        item.password = generate_password_hash(item.password)

    def pre_update(self, item: Any) -> None:
        """Nobody locks out themselves."""
        if item.id == current_user.id and not item.active:
            raise Invalid([Problem("active", N_("You cannot switch off your own account."))])

    def post_update(self, item: Any) -> None:
        """A person who may no longer sign in is signed out everywhere."""
        if not item.active:
            sessions.end_all_of(item.id)
