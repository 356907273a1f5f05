"""Flask-AppBuilder's security manager, without its screens, and with no query for each question."""

from typing import Any

from flask import g
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_login import current_user
from sqlalchemy import bindparam

from app.base import sessions
from app.base.asker import Grants, grants_of, remembered

NOTHING: Grants = frozenset()
GRANTED = grants_of(bindparam("user_id"))


class PortalSecurityManager(SecurityManager):
    """Passwords in the database, roles from `seed/roles.yaml`, nothing public."""

    userstatschartview = None

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """Whether the signed-in person holds this permission. People who are not signed in hold none."""
        return (permission_name, view_name) in self.granted_now()

    def granted_now(self) -> Grants:
        """Every (permission, view) of whoever asks, asked once per request."""
        granted: Grants | None = g.get("granted")
        if granted is None:
            if not current_user.is_authenticated:
                return NOTHING
            asker = remembered(current_user)
            granted = g.granted = asker.granted if asker else self.granted_to(current_user.id)
        return granted

    def granted_to(self, user_id: int) -> Grants:
        """Every (permission, view) of a user's roles."""
        return frozenset(map(tuple, self.session.execute(GRANTED, {"user_id": user_id})))

    def reset_password(self, userid: int, password: str) -> None:
        """Set a new password and end every session that the old one opened."""
        super().reset_password(userid, password)
        sessions.end_all_of(userid)

    def load_user(self, pk: Any) -> Any | None:
        """The user of a session, or None when the account was switched off meanwhile."""
        return super().load_user(int(pk))
