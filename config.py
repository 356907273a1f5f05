"""Every setting of Waymark, read once from the environment.

Each setting is a field of `Settings` with the variable that sets it and one sentence on what it does. A wrong
value is a `SettingsError` that names every wrong variable at once. Children of the launcher are given the settings
of their parent through `Settings.to_environment()`, so that a part decides nothing for itself.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Self

PROJECT = Path(__file__).resolve().parent

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
_LOG_LEVELS = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}


class SettingsError(Exception):
    """One or more variables of the environment hold a value that cannot be used; `problems` has a line for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def setting(variable: str, means: str, default: Any = MISSING) -> Any:
    """A field of `Settings` read from `variable`; `means` says what it does."""
    return field(default=default, metadata={"variable": variable, "means": means})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one installation is told from outside. Empty text means "not given"."""

    # Where things are
    var: Path = setting("WAYMARK_VAR", "Folder for everything a run keeps: databases, keys, logs.", PROJECT / "var")
    key_file: Path = setting(
        "WAYMARK_KEY_FILE", "Keys that encrypt patients' data; default keys/waymark.key under var.", Path()
    )
    session_key_file: Path = setting(
        "WAYMARK_SESSION_KEY_FILE", "Key that signs the portal's cookies; default keys/session.key under var.", Path()
    )

    # Servers
    database_url: str = setting(
        "DATABASE_URL", "PostgreSQL 15 or newer, as the owner of the database; empty starts the embedded one.", ""
    )
    redis_url: str = setting("REDIS_URL", "Redis 6.2 or newer or Valkey; empty starts the embedded Valkey.", "")
    server_account: str = setting(
        "WAYMARK_SERVER_ACCOUNT", "Account of the embedded servers when root starts Waymark.", "nobody"
    )
    smtp_url: str = setting(
        "WAYMARK_SMTP_URL", "Server for e-mail as smtp://user:password@host:port, or smtps://…; empty sends none.", ""
    )
    smtp_sender: str = setting("WAYMARK_SMTP_SENDER", "Address that e-mail is sent from.", "waymark@localhost")
    webhook_exceptions: tuple[str, ...] = setting(
        "WAYMARK_WEBHOOK_EXCEPTIONS", "host:port, parted by commas, that journeys may call inside the house.", ()
    )
    phone_region: str = setting(
        "WAYMARK_PHONE_REGION", "Country whose phone habits hold for imported numbers, as two letters.", "US"
    )

    # Web
    host: str = setting("WAYMARK_HOST", "Address the portal listens on.", "127.0.0.1")
    port: int = setting("WAYMARK_PORT", "Port of the portal; when it is taken the next free one is used.", 8080)
    public_url: str = setting(
        "WAYMARK_PUBLIC_URL", "Address under which people reach the portal; default http://localhost and the port.", ""
    )
    web_processes: int = setting("WAYMARK_WEB_PROCESSES", "Processes that answer requests.", 1)
    web_threads: int = setting("WAYMARK_WEB_THREADS", "Threads in each of these processes.", 8)
    session_idle_minutes: int = setting(
        "WAYMARK_SESSION_IDLE_MINUTES", "Minutes without a request after which a person is signed out (2 to 30).", 15
    )

    # Workers
    worker_queues: tuple[str, ...] = setting(
        "WAYMARK_WORKER_QUEUES", "One worker process per name, listening on that queue alone.", ("urgent", "default")
    )
    worker_health_port: int = setting(
        "WAYMARK_WORKER_HEALTH_PORT", "First port on which workers answer /health and /ready.", 8181
    )
    schedule_health_port: int = setting(
        "WAYMARK_SCHEDULE_HEALTH_PORT", "Port on which the scheduler answers /health and /ready.", 8180
    )
    mail_health_port: int = setting(
        "WAYMARK_MAIL_HEALTH_PORT", "Port on which the listener to mailboxes answers /health and /ready.", 8190
    )

    # How it runs
    log_level: str = setting("WAYMARK_LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR.", "INFO")
    production: bool = setting(
        "WAYMARK_PRODUCTION", "1 on a real installation: no demo clinic, cookies over https only.", False
    )
    demo: bool = setting(
        "WAYMARK_DEMO", "1 loads the demo clinic into an empty database; default 1, and 0 in production.", True
    )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """The settings that `environ` asks for. SettingsError names every variable that is wrong."""
        reader = _Reader(environ)
        values: dict[str, Any] = {each.name: reader.read(each) for each in fields(cls)}
        if reader.is_missing("WAYMARK_DEMO"):
            values["demo"] = not values["production"]
        problems = reader.problems or _contradictions(values)
        if problems:
            raise SettingsError(problems)
        values["key_file"] = _inside(values["var"], values["key_file"], "keys/waymark.key")
        values["session_key_file"] = _inside(values["var"], values["session_key_file"], "keys/session.key")
        values["public_url"] = values["public_url"].rstrip("/") or f"http://localhost:{values['port']}"
        return cls(**values)

    def to_environment(self) -> dict[str, str]:
        """The variables that `from_environment` reads back into these same settings."""
        return {each.metadata["variable"]: _as_text(getattr(self, each.name)) for each in fields(self)}


class _Reader:
    """Reads fields from an environment and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def is_missing(self, variable: str) -> bool:
        return not self.environ.get(variable, "").strip()

    def read(self, wanted: Field[Any]) -> Any:
        variable = wanted.metadata["variable"]
        if self.is_missing(variable):
            return wanted.default
        text = self.environ[variable].strip()
        try:
            return _PARSERS.get(wanted.name, _PARSERS_BY_TYPE[type(wanted.default)])(text)
        except ValueError as error:
            self.problems.append(f"{variable} {error}.")
            return wanted.default


def _database(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in {"postgres", "postgresql", "postgresql+psycopg"}:
        raise ValueError("must look like postgresql://user:password@host:port/database")
    return f"postgresql+psycopg://{rest}"


def _redis(text: str) -> str:
    if not re.match(r"(redis|rediss|unix)://", text):
        raise ValueError("must start with redis://, rediss:// or unix://")
    return text


def _smtp(text: str) -> str:
    if not re.match(r"smtps?://[^/]+", text):
        raise ValueError("must look like smtp://host:port")
    return text


def _web_address(text: str) -> str:
    if not re.match(r"https?://[^/]+", text):
        raise ValueError("must start with http:// or https:// and name a host")
    return text


def _region(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise ValueError("must be a country as two letters, US for example")
    return text.upper()


def _folder(text: str) -> Path:
    return (PROJECT / Path(text).expanduser()).absolute()


def _whole_number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError(f"must be a whole number, not {text!r}")
    return int(text)


def _port(text: str) -> int:
    return _between(text, 1, 65535)


def _between(text: str, least: int, most: int) -> int:
    number = _whole_number(text)
    if not least <= number <= most:
        raise ValueError(f"must lie between {least} and {most}, not {number}")
    return number


def _idle_minutes(text: str) -> int:
    return _between(text, 2, 30)


def _at_least_one(text: str) -> int:
    return _between(text, 1, 1000)


def _yes_or_no(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError(f"must be 1 or 0, not {text!r}")


def _queues(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if not all(re.fullmatch(r"[a-z][a-z0-9_-]*", name) for name in names):
        raise ValueError("must be names of small letters, parted by commas")
    return names


def _hosts(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if not all(re.fullmatch(r"[A-Za-z0-9.-]+:[0-9]{1,5}", name) for name in names):
        raise ValueError("must be hosts with their ports, parted by commas")
    return names


def _log_level(text: str) -> str:
    if text.upper() not in _LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(sorted(_LOG_LEVELS))}")
    return text.upper()


_PARSERS_BY_TYPE: dict[type, Any] = {str: str, int: _whole_number, bool: _yes_or_no, tuple: _queues}
_PARSERS_BY_TYPE[type(Path())] = _folder
_PARSERS: dict[str, Any] = {
    "database_url": _database,
    "redis_url": _redis,
    "smtp_url": _smtp,
    "webhook_exceptions": _hosts,
    "phone_region": _region,
    "public_url": _web_address,
    "port": _port,
    "web_processes": _at_least_one,
    "web_threads": _at_least_one,
    "worker_health_port": _port,
    "schedule_health_port": _port,
    "mail_health_port": _port,
    "session_idle_minutes": _idle_minutes,
    "log_level": _log_level,
}


def _contradictions(values: dict[str, Any]) -> list[str]:
    """What is wrong with settings that are each right alone."""
    problems = []
    if values["production"] and values["demo"]:
        problems.append("WAYMARK_DEMO must be 0 when WAYMARK_PRODUCTION is 1: the demo's passwords are public.")
    if values["production"] and not values["public_url"].startswith("https://"):
        problems.append("WAYMARK_PUBLIC_URL must be given and start with https:// when WAYMARK_PRODUCTION is 1.")
    return problems


def _inside(var: Path, given: Path, default: str) -> Path:
    return given if given != Path() else var / default


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value)
