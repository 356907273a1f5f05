"""Who asks: the account of a session, what it is granted and where its person works, read together with the session.

Every page needs all of it; one statement asks for it where four did. It holds for the request that it was read in.
"""

from dataclasses import dataclass
from typing import Any

from flask import g
from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    Role,
    User,
    ViewMenu,
    assoc_permissionview_role,
    assoc_user_role,
)
from sqlalchemy import Select, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session

from journeys.foundation.database import PREPARED
from journeys.store import scope
from journeys.store.organisation import PractitionerRole

Grants = frozenset[tuple[str, str]]
"""(permission, view) as Flask-AppBuilder names them."""


@dataclass(frozen=True)
class Asker:
    """The account is kept with the rest: it is the one that the session of the database gives again."""

    user: User
    granted: Grants
    roles: tuple[scope.Role, ...]


def grants_of(user_id: Any) -> Select[Any]:
    """SELECT every permission and view of the roles of an account."""
    return (
        select(Permission.name, ViewMenu.name)
        .select_from(assoc_user_role)
        .join(assoc_permissionview_role, assoc_permissionview_role.c.role_id == assoc_user_role.c.role_id)
        .join(PermissionView, PermissionView.id == assoc_permissionview_role.c.permission_view_id)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .where(assoc_user_role.c.user_id == user_id)
    )


ROLE_NAMES = (
    select(Role.name)
    .join(assoc_user_role, assoc_user_role.c.role_id == Role.id)
    .where(assoc_user_role.c.user_id == bindparam("account"))
    .execution_options(**PREPARED)
)


def role_names(session: Session, user_id: int) -> frozenset[str]:
    """The names of the roles of an account."""
    return frozenset(session.scalars(ROLE_NAMES, {"account": user_id}))


def with_asker(sessions: Select[Any], user_id: Any) -> Select[Any]:
    """The same SELECT with what `remember` takes from its rows; its parameter is `today`."""
    pairs = func.array_agg(array([Permission.name, ViewMenu.name]), type_=ARRAY(Text, dimensions=2))
    granted = grants_of(User.id).with_only_columns(pairs, maintain_column_froms=True)
    places = func.jsonb_agg(func.jsonb_build_array(PractitionerRole.code, PractitionerRole.location_id))
    held = scope.in_force(User.username, bindparam("today"))
    roles = held.with_only_columns(places, maintain_column_froms=True)
    return sessions.add_columns(
        User,
        granted.correlate(User).scalar_subquery().label("granted"),
        roles.correlate(User).scalar_subquery().label("roles"),
    ).outerjoin(User, User.id == user_id)


def remember(row: Any, user: User) -> None:
    """Keep for this request what a row says of the account of its session; `user` is it in Flask-AppBuilder's."""
    granted = frozenset(map(tuple, row.granted or ()))
    g.asker = Asker(user, granted, tuple(scope.Role(*role) for role in row.roles or ()))


def remembered(user: Any) -> Asker | None:
    """What is known of the account that is signed in; None where it was not the session that told."""
    asker: Asker | None = g.get("asker")
    account = getattr(user, "_get_current_object", lambda: user)()
    return asker if asker is not None and asker.user is account else None
