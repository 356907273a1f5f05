"""Sessions kept in PostgreSQL: the browser holds a random name, the table a hash of it and an encrypted body.

A signed cookie cannot be ended: after signing out, or changing the password, a stolen copy still works. Here a session
is a row, so it ends when the row goes. The body is encrypted with a key made from the name that only the browser has:
a stolen dump tells neither whose searches were kept nor opens a session.
"""

import datetime as dt
import hashlib
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask, Request, Response, current_app, request
from flask import session as current_session
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.datastructures import CallbackDict

from app.base import clock, database
from app.base.asker import remember, with_asker
from journeys.foundation.database import PREPARED
from journeys.foundation.errors import Unavailable

metadata = MetaData()

portal_session = Table(
    "portal_session",
    metadata,
    Column("name_hash", Text, primary_key=True),
    Column("user_id", Integer, nullable=True, index=True),
    Column("body", LargeBinary, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False, index=True),
)

WITHOUT_SESSION = ("/static/", "/health", "/ready")
BACKGROUND = "X-Waymark-Background"
TOUCH_EVERY = dt.timedelta(seconds=30)
ANONYMOUS_IDLE = dt.timedelta(hours=1)
USER = "_user_id"

NAMED = (
    with_asker(select(portal_session), portal_session.c.user_id)
    .where(portal_session.c.name_hash == bindparam("name_hash"))
    .execution_options(**PREPARED)
)

serializer = TaggedJSONSerializer()


class KeptSession(CallbackDict[str, Any], SessionMixin):
    """What one browser's session holds; `name` is the cookie's value, None until it is first saved."""

    def __init__(self, body: dict[str, Any], name: str | None, seen_at: dt.datetime | None) -> None:
        super().__init__(body, _changed)
        self.name = name
        self.new = name is None
        self.seen_at = seen_at
        self.modified = False
        self.renewed_from: str | None = None
        self.is_lost = False


def _changed(session: "KeptSession") -> None:
    session.modified = True


class KeptSessions(SessionInterface):
    """Reads a session at the start of a request and writes it back when it changed."""

    def open_session(self, app: Flask, request: Request) -> KeptSession:
        """The session that the cookie names, or an empty one."""
        name = request.cookies.get(self.get_cookie_name(app))
        if not name or request.path.startswith(WITHOUT_SESSION):
            return KeptSession({}, None, None)
        try:
            return self._read(app, name)
        except (OperationalError, InterfaceError):
            lost = KeptSession({}, None, None)
            lost.is_lost = True
            return lost

    def _read(self, app: Flask, name: str) -> KeptSession:
        asked = {"name_hash": hash_of(name), "today": clock.now().date()}
        with database.asking(app) as session:
            row = session.execute(NAMED, asked).first()
        if row is None:
            return KeptSession({}, None, None)
        if _is_over(app, row):
            with app.extensions["portal_engine"].begin() as connection:
                connection.execute(delete(portal_session).where(portal_session.c.name_hash == row.name_hash))
            return KeptSession({"ended_idle": True} if row.user_id else {}, None, None)
        if row.User is not None:
            # so Flask-AppBuilder need not ask for the account again
            remember(row, app.appbuilder.session.merge(row.User, load=False))
        return KeptSession(_opened(name, row.body), name, row.seen_at)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the session if it changed, or note that it was used. A background request does not keep it alive."""
        if not isinstance(session, KeptSession):
            raise TypeError(type(session).__name__)
        if session.is_lost or (not session.modified and session.new):
            return
        try:
            self._keep(app, session, response)
        except (OperationalError, InterfaceError):
            # Without its session a page could not be answered: its form token would be worth nothing.
            session.is_lost = True
            response.status_code = 503
            page = app.extensions["unavailable_page"]()
            response.set_data(page.get_data())
            response.mimetype = page.mimetype
        response.vary.add("Cookie")

    def _keep(self, app: Flask, session: KeptSession, response: Response) -> None:
        if not session and not session.new:
            forget(session)
            response.delete_cookie(self.get_cookie_name(app), path="/", secure=self.get_cookie_secure(app))
        elif session.modified:
            self._write(app, session, response)
        elif BACKGROUND not in request.headers and _is_due_for_touch(session):
            _touch(app, session)

    def _write(self, app: Flask, session: KeptSession, response: Response) -> None:
        at = session.seen_at if BACKGROUND in request.headers and session.seen_at else clock.now()
        is_new = session.name is None
        if session.name is None:
            session.name = secrets.token_urlsafe(32)
        values = {
            "user_id": int(session[USER]) if USER in session else None,
            "body": _sealed(session.name, dict(session)),
            "seen_at": at,
        }
        named = portal_session.c.name_hash == hash_of(session.name)
        with app.extensions["portal_engine"].begin() as connection:
            if is_new:
                connection.execute(delete(portal_session).where(portal_session.c.seen_at < at - _longest(app)))
                connection.execute(
                    insert(portal_session).values(name_hash=hash_of(session.name), started_at=at, **values)
                )
            else:
                connection.execute(update(portal_session).where(named).values(**values))
            if session.renewed_from:
                connection.execute(
                    delete(portal_session).where(portal_session.c.name_hash == hash_of(session.renewed_from))
                )
        if is_new:
            self._set_cookie(app, session.name, response)

    def _set_cookie(self, app: Flask, name: str, response: Response) -> None:
        response.set_cookie(
            self.get_cookie_name(app),
            name,
            httponly=True,
            secure=self.get_cookie_secure(app),
            samesite=self.get_cookie_samesite(app),
            path="/",
        )


def install(app: Flask) -> None:
    """Keep this application's sessions in its database. A request whose session cannot be read is not answered."""
    app.session_interface = KeptSessions()
    app.before_request(_refuse_lost)


def _refuse_lost() -> None:
    if getattr(current_session, "is_lost", False):
        raise Unavailable("The session cannot be read.")


def renew(session: KeptSession) -> None:
    """Give the session a new name, as signing in must: a name known before is worth nothing afterwards."""
    session.renewed_from = session.name
    session.name = None
    session.modified = True


def forget(session: KeptSession) -> None:
    """End this session now."""
    if session.name is not None:
        with current_app.extensions["portal_engine"].begin() as connection:
            connection.execute(delete(portal_session).where(portal_session.c.name_hash == hash_of(session.name)))


def end_all_of(user_id: int, but: KeptSession | None = None) -> None:
    """End every session of a user, as a new password or a deactivation must; `but` may keep the one asking."""
    ending = delete(portal_session).where(portal_session.c.user_id == user_id)
    if but is not None and but.name is not None:
        ending = ending.where(portal_session.c.name_hash != hash_of(but.name))
    with current_app.extensions["portal_engine"].begin() as connection:
        connection.execute(ending)


def hash_of(name: str) -> str:
    """What the table knows of a session's name. A plain hash is enough: the name is 256 random bits."""
    return hashlib.sha256(name.encode()).hexdigest()


def _key(name: str) -> bytes:
    return hashlib.sha256(b"waymark portal session body\0" + name.encode()).digest()


def _sealed(name: str, body: dict[str, Any]) -> bytes:
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(_key(name)).encrypt(nonce, serializer.dumps(body).encode(), None)


def _opened(name: str, sealed: bytes) -> dict[str, Any]:
    try:
        plain = AESGCM(_key(name)).decrypt(sealed[:12], sealed[12:], None)
    except InvalidTag:
        return {}
    return serializer.loads(plain.decode())


def _is_over(app: Flask, row: Any) -> bool:
    at = clock.now()
    idle = app.config["SESSION_IDLE"] if row.user_id else ANONYMOUS_IDLE
    return at - row.seen_at > idle or at - row.started_at > app.config["PERMANENT_SESSION_LIFETIME"]


def _longest(app: Flask) -> dt.timedelta:
    return max(ANONYMOUS_IDLE, app.config["SESSION_IDLE"])


def _is_due_for_touch(session: KeptSession) -> bool:
    return session.seen_at is not None and clock.now() - session.seen_at > TOUCH_EVERY


def _touch(app: Flask, session: KeptSession) -> None:
    named = portal_session.c.name_hash == hash_of(session.name or "")
    with app.extensions["portal_engine"].begin() as connection:
        connection.execute(update(portal_session).where(named).values(seen_at=clock.now()))
