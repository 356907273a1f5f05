"""Secrets at rest: AES-256-GCM with the key's id in every value and every value bound to its row and column.

    v1.<key id>.<nonce (12 bytes)><ciphertext><tag>

The associated data is `table|column|row uid`: a value copied to another row or column does not open. Keys live in a
file outside the database; `Keyring.current` is used for writing, every key of the ring for reading, so rotation is a
background job. Blind tokens (see `tokens`) use a key of their own from the same ring."""

from __future__ import annotations

import base64
import json
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from journeys.foundation.errors import WaymarkError

NONCE = 12
FORMAT = b"v1"


class SecretError(WaymarkError):
    """A sealed value cannot be opened: a missing key, another row's value, or a damaged one. Never holds the value."""


@dataclass(frozen=True)
class Keyring:
    """The keys by id, which one writes, and the key of blind tokens. Each key is 32 bytes."""

    current: str
    keys: dict[str, bytes]
    index_key: bytes

    @classmethod
    def generate(cls) -> Keyring:
        """A new ring with one key."""
        return cls("k1", {"k1": os.urandom(32)}, os.urandom(32))

    @classmethod
    def for_tests(cls) -> Keyring:
        """Always the same ring, so that tests repeat; never used outside them."""
        return cls("test", {"test": b"t" * 32}, b"i" * 32)

    @classmethod
    def read(cls, path: Path) -> Keyring:
        """Read a ring; FileNotFoundError when there is none: starting without keys must fail."""
        content = json.loads(path.read_text())
        keys = {name: base64.b64decode(value) for name, value in content["keys"].items()}
        return cls(content["current"], keys, base64.b64decode(content["index_key"]))

    def write(self, path: Path) -> None:
        """Write the ring so that only its owner can read it; refuses to replace one."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        content = {
            "current": self.current,
            "keys": {name: base64.b64encode(value).decode() for name, value in self.keys.items()},
            "index_key": base64.b64encode(self.index_key).decode(),
        }
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file)


class Vault:
    """The ring that this process uses, with its ciphers made once."""

    def __init__(self) -> None:
        """Empty until `install`: reading or writing a secret before that fails."""
        self.keyring: Keyring | None = None
        self.ciphers: dict[str, AESGCM] = {}

    def install(self, keyring: Keyring) -> None:
        """Use this ring from now on."""
        self.keyring = keyring
        self.ciphers = {name: AESGCM(key) for name, key in keyring.keys.items()}

    def ring(self) -> Keyring:
        """The installed ring, or SecretError."""
        if self.keyring is None:
            raise SecretError("No keys are installed; set WAYMARK_KEY_FILE")
        return self.keyring


VAULT = Vault()


def install(keyring: Keyring) -> None:
    """Use this ring in this process."""
    VAULT.install(keyring)


def seal(plain: str | bytes, table: str, column: str, uid: uuid.UUID) -> bytes:
    """Encrypt a value for one column of one row."""
    ring = VAULT.ring()
    nonce = os.urandom(NONCE)
    data = plain.encode() if isinstance(plain, str) else plain
    cipher = VAULT.ciphers[ring.current]
    return b".".join((FORMAT, ring.current.encode(), nonce + cipher.encrypt(nonce, data, bound_to(table, column, uid))))


def unseal_bytes(sealed: bytes, table: str, column: str, uid: uuid.UUID) -> bytes:
    """Decrypt a value of one column of one row; SecretError when it was sealed for another or its key is missing."""
    version, key_id, body = bytes(sealed).split(b".", 2)
    cipher = VAULT.ciphers.get(key_id.decode())
    if version != FORMAT or cipher is None:
        raise SecretError(f"{table}.{column} needs key {key_id.decode()}, format {version.decode()}")
    try:
        return cipher.decrypt(body[:NONCE], body[NONCE:], bound_to(table, column, uid))
    except InvalidTag:
        raise SecretError(f"{table}.{column} does not open: damaged, or sealed for another row") from None


def unseal(sealed: bytes, table: str, column: str, uid: uuid.UUID) -> str:
    """Decrypt a text of one column of one row."""
    return unseal_bytes(sealed, table, column, uid).decode()


def bound_to(table: str, column: str, uid: uuid.UUID) -> bytes:
    """The associated data that binds a value to its place."""
    return f"{table}|{column}|{uid}".encode()


class Sealed:
    """A text kept encrypted: `name = Sealed()` reads and writes the column `name_sealed` of the same row."""

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn which column this is."""
        self.name = name
        self.column = f"{name}_sealed"

    def __get__(self, row: Any, owner: type) -> Any:
        """The opened text, or None; on the class, the descriptor itself."""
        if row is None:
            return self
        sealed = getattr(row, self.column)
        if sealed is None:
            return None
        return unseal(sealed, row.__tablename__, self.name, row.uid)

    def __set__(self, row: Any, plain: str | None) -> None:
        """Seal and keep the text; None clears it."""
        sealed = None if plain is None else seal(plain, row.__tablename__, self.name, row.uid)
        setattr(row, self.column, sealed)
