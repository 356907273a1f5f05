"""Where the data, the sockets and the logs of one installation lie.

Everything is under `var`. One case needs more: root started Waymark under a folder that no other account may enter
(such as /root), while the embedded servers run as an account without rights. Then their data lies in a folder of its
own below /var/lib, and `var/servers` is a link to it. The link decides: whoever removes `var` starts afresh.

Sockets must have short names (108 bytes at most, some for the server's own file name), so an installation under a
long path has its sockets in a short folder for temporary files, named after the path.
"""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from launcher.account import Account, can_enter, own_folder, owner_of
from launcher.errors import LaunchError

LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
SIGN_INS = "demo-sign-ins.txt"
NEEDED_BYTES = 500 * 1024 * 1024
SYSTEM_FOLDERS = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 -- /var/tmp is kept over restarts of the machine


@dataclass(frozen=True)
class Places:
    """The folders of one installation; they exist."""

    var: Path
    data: Path
    sockets: Path
    logs: Path
    account: Account | None

    @property
    def postgres(self) -> Path:
        return self.data / "pg"

    @property
    def valkey(self) -> Path:
        return self.data / "valkey"

    @property
    def children(self) -> Path:
        return self.var / "children.json"

    @property
    def sign_ins(self) -> Path:
        return self.var / SIGN_INS

    @property
    def lock(self) -> Path:
        return self.var / "launcher.lock"


def arrange(var: Path, account: Account | None) -> Places:
    """Make the folders of the installation at `var`, for servers that run as `account`.

    Databases that are there already keep their owner: root then runs the servers as whoever made them.
    """
    try:
        _make_var(var)
        _refuse_full_disk(var)
        data = _data_folder(var, account)
        if account is not None:
            account = owner_of(data / "pg") or account
        sockets = own_folder(_socket_folder(data, account), account)
    except PermissionError as error:
        raise LaunchError(
            f"The folder {error.filename} cannot be written.",
            "Give it to the account that starts Waymark, or name another folder in WAYMARK_VAR.",
        ) from None
    return Places(var, data, sockets, var / "log", account)


def usable_copy(packages: Path, folders: tuple[str, ...], program: str, name: str, places: Places) -> Path:
    """Where the servers' account can run `program`: in `packages` itself, else in a copy of its folders, made once.

    The folders keep their places beside each other, because programs find their libraries by them.
    """
    if can_enter(places.account, packages / program):
        return packages
    copy = places.data / "programs" / name
    if not copy.exists():
        copy.parent.mkdir(exist_ok=True)
        copy.parent.chmod(0o755)
        unfinished = copy.with_name(f"{name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        for folder in folders:
            if (packages / folder).exists():
                shutil.copytree(packages / folder, unfinished / folder, symlinks=True)
        _let_everyone_read(unfinished)
        unfinished.rename(copy)
    return copy


def _make_var(var: Path) -> None:
    """Make `var` so that the servers' account can pass through it, and no account but ours can list it."""
    if not var.exists():
        var.mkdir(parents=True)
        var.chmod(0o711)
    (var / "log").mkdir(exist_ok=True, mode=0o700)


def _data_folder(var: Path, account: Account | None) -> Path:
    link = var / "servers"
    if link.is_symlink() and link.exists():
        return link.resolve()
    if account is None or can_enter(account, var):
        return var
    link.unlink(missing_ok=True)
    folder = _new_system_folder(var)
    link.symlink_to(folder)
    return folder


def _new_system_folder(var: Path) -> Path:
    """A folder that other accounts can enter but not list, with a note on whose it is."""
    for parent in SYSTEM_FOLDERS:
        if parent.is_dir() and os.access(parent, os.W_OK):
            folder = Path(tempfile.mkdtemp(prefix="waymark-", dir=parent))
            folder.chmod(0o711)
            (folder / "README").write_text(f"Databases of the Waymark installation at {var}\n")
            return folder
    raise LaunchError(
        f"The account of the embedded servers cannot enter {var}, and no system folder can be written.",
        "Put Waymark under a folder that others can enter, or start it as an ordinary user.",
    )


def _socket_folder(data: Path, account: Account | None) -> Path:
    usual = data / "sockets"
    if len(os.fsencode(usual)) <= LONGEST_SOCKET_FOLDER:
        return usual
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    short = Path("/tmp") / f"waymark-{os.geteuid()}-{name}"  # noqa: S108 -- checked to be ours just below
    short.mkdir(mode=0o700, exist_ok=True)
    owner = short.lstat()
    allowed = {os.geteuid()} | ({account.user} if account else set())
    if short.is_symlink() or owner.st_uid not in allowed:
        raise LaunchError(f"{short} belongs to somebody else.", "Put Waymark under a shorter path, or set WAYMARK_VAR.")
    return short


def _refuse_full_disk(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise LaunchError(
            f"Only {free // 1024**2} MB are free on the disk of {folder}; starting needs {NEEDED_BYTES // 1024**2} MB.",
            "Free some space, or name a folder on another disk in WAYMARK_VAR.",
        )


def _let_everyone_read(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
