"""`/health`: this process answers. `/ready`: what it stands on answers too. No names of hosts, no versions."""

import redis
from flask import Blueprint, Flask, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from app.base.screens import anyone

blueprint = Blueprint("doors", __name__)
SECONDS = 2


def install(app: Flask) -> None:
    """Open both."""
    app.register_blueprint(blueprint)


@blueprint.get("/health")
@anyone
def health() -> Response:
    """200 as long as this process can answer at all."""
    return jsonify(part="web", status="ok")


@blueprint.get("/ready")
@anyone
def ready() -> tuple[Response, int]:
    """200 when people can work. Without Redis they can: it only rings the bell."""
    parts = {"database": _database_answers(), "redis": _redis_answers()}
    is_ready = parts["database"]
    words = {name: "ok" if answers else "down" for name, answers in parts.items()}
    return jsonify(part="web", status="ok" if is_ready else "unavailable", **words), 200 if is_ready else 503


def _database_answers() -> bool:
    try:
        with current_app.extensions["portal_engine"].connect() as connection:
            connection.execute(text("SELECT 1 FROM portal_session LIMIT 1"))
    except SQLAlchemyError:
        return False
    return True


def _redis_answers() -> bool:
    address = current_app.config["WAYMARK"].redis_url
    if not address:
        return False
    try:
        with redis.Redis.from_url(address, socket_timeout=SECONDS, socket_connect_timeout=SECONDS) as connection:
            return bool(connection.ping())
    except redis.RedisError:
        return False
