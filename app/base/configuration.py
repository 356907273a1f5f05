"""Flask's and Flask-AppBuilder's settings, made from Waymark's own. Nothing here is read from the environment."""

import datetime as dt
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.base.clock import system_clock
from app.base.words import LANGUAGES, TRANSLATIONS
from config import Settings

MEBIBYTE = 1024 * 1024
ABSOLUTE_SESSION = dt.timedelta(hours=12)


def flask_configuration(settings: Settings, preparing: bool) -> dict[str, Any]:
    """Every key that differs from the default, in one mapping."""
    return {
        "APP_NAME": "Waymark",
        "CLOCK": system_clock,
        "WAYMARK": settings,
        "MAX_CONTENT_LENGTH": 16 * MEBIBYTE,
        # what is no file: the codes that a file held, carried from its preview to its saving (value_set_files.py)
        "MAX_FORM_MEMORY_SIZE": 4 * MEBIBYTE,
        "LANGUAGES": LANGUAGES,
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_TRANSLATION_DIRECTORIES": str(TRANSLATIONS),
        "SEND_FILE_MAX_AGE_DEFAULT": None,
        "TEMPLATES_AUTO_RELOAD": False,
        **_cookies(settings),
        **_doors(settings),
        **_appbuilder(preparing),
        **_sign_in_limits(settings),
    }


def _cookies(settings: Settings) -> dict[str, Any]:
    """Over https the cookie is bound to this very host; the demo runs on plain http, where browsers refuse that."""
    return {
        "SECRET_KEY": _session_key(settings.session_key_file),
        "SESSION_COOKIE_NAME": "__Host-session" if settings.production else "session",
        "SESSION_COOKIE_SECURE": settings.production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_IDLE": dt.timedelta(minutes=settings.session_idle_minutes),
        "PERMANENT_SESSION_LIFETIME": ABSOLUTE_SESSION,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_ENABLED": True,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": settings.production,
    }


def _doors(settings: Settings) -> dict[str, Any]:
    """Which names this house answers to. The Host header is never believed beyond this list."""
    ours = urlsplit(settings.public_url).hostname or "localhost"
    hosts = [ours] if settings.production else sorted({ours, settings.host, "localhost", "127.0.0.1"})
    return {"TRUSTED_HOSTS": [*hosts, "127.0.0.1"], "FAB_SAFE_REDIRECT_HOSTS": hosts}


def _appbuilder(preparing: bool) -> dict[str, Any]:
    """Flask-AppBuilder: no API, no own security screens, no writing of tables or permissions but by `app.setup`."""
    return {
        "FAB_BASE_TEMPLATE": "layout.html",
        "FAB_CREATE_DB": preparing,
        "FAB_UPDATE_PERMS": preparing,
        "FAB_ADD_SECURITY_API": False,
        "FAB_ADD_SECURITY_VIEWS": False,
        "FAB_ADD_MENU_API": False,
        "FAB_ADD_OPENAPI_VIEWS": False,
        "FAB_API_SWAGGER_UI": False,
        "FAB_API_KEY_ENABLED": False,
        "FAB_API_SHOW_STACKTRACE": False,
        "FAB_API_ALLOW_JSON_QS": False,
        "FAB_ALLOW_GET_UNSAFE_MUTATIONS": False,
        "AUTH_TYPE": 1,
        "AUTH_USER_REGISTRATION": False,
        "AUTH_ROLE_ADMIN": "administrator",
        "AUTH_ROLE_PUBLIC": "public",
    }


def _sign_in_limits(settings: Settings) -> dict[str, Any]:
    """Attempts are counted in Redis for all web processes together, and in memory while Redis does not answer."""
    return {
        "AUTH_RATE_LIMITED": True,
        "AUTH_RATE_LIMIT": "10 per 1 minute",
        "RATELIMIT_ENABLED": True,
        "RATELIMIT_STORAGE_URI": _counter_storage(settings.redis_url),
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        "RATELIMIT_KEY_PREFIX": "waymark-portal",
        "RATELIMIT_HEADERS_ENABLED": False,
    }


def _counter_storage(redis_url: str) -> str:
    if redis_url.startswith("unix://"):
        return "redis+" + redis_url
    return redis_url or "memory://"


def _session_key(file: Path) -> bytes:
    """The key that signs form tokens; made once, readable by its owner only."""
    if file.exists():
        return file.read_bytes()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(secrets.token_bytes(32))
    try:
        # where another process was faster, its key is everybody's
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()
    return file.read_bytes()
