"""The account that the embedded servers run as.

PostgreSQL refuses to run as root. An ordinary user's servers run as that user. Started by root, they run as an existing
account without rights (`nobody` unless WAYMARK_SERVER_ACCOUNT names another): no account is made, and no folder that is
not ours has its permissions changed.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.errors import LaunchError


@dataclass(frozen=True)
class Account:
    """An account that root gives processes and folders to."""

    name: str
    user: int
    group: int


def server_account(name: str) -> Account | None:
    """The account for servers when this process is root; None when they run as whoever started it."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise LaunchError(
            f"Started as root, but there is no account {name!r} for the embedded servers.",
            "Name an existing account without rights in WAYMARK_SERVER_ACCOUNT, or start Waymark as an ordinary user.",
        ) from None
    if entry.pw_uid == 0:
        raise LaunchError(
            "The embedded PostgreSQL does not run as root.",
            "Name an account without rights in WAYMARK_SERVER_ACCOUNT, for example nobody.",
        )
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def identity(account: Account | None) -> dict[str, Any]:
    """Arguments for subprocess that start a program as this account."""
    if account is None:
        return {}
    return {"user": account.user, "group": account.group, "extra_groups": []}


def can_enter(account: Account | None, path: Path) -> bool:
    """Whether the account may enter this folder or run this file; found by trying, so all permissions count."""
    if account is None:
        return os.access(path, os.X_OK)
    attempt = subprocess.run(["/bin/sh", "-c", 'test -x "$1"', "sh", path], cwd="/", **identity(account), check=False)
    return attempt.returncode == 0


def owner_of(path: Path) -> Account | None:
    """The account that a folder belongs to; None when it is not there or belongs to root."""
    if not path.exists() or path.stat().st_uid == 0:
        return None
    status = path.stat()
    return Account(path.owner(), status.st_uid, status.st_gid)


def own_folder(path: Path, account: Account | None) -> Path:
    """Make the folder if it is not there; only the account (and root) may look into it."""
    path.mkdir(parents=True, exist_ok=True)
    if account is not None and path.stat().st_uid != account.user:
        os.chown(path, account.user, account.group)
    path.chmod(0o700)
    return path
