"""Sealed values open only where they were sealed, name their key, and outlive a change of keys."""

import stat
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.foundation import secrets
from journeys.foundation.secrets import VAULT, Keyring, SecretError, seal, unseal, unseal_bytes
from journeys.store import Patient

ROW = uuid.UUID(int=1)
OTHER_ROW = uuid.UUID(int=2)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.fixture
def own_keys() -> Iterator[None]:
    """Lets a test install keys and puts the usual ones back."""
    yield
    secrets.install(Keyring.for_tests())


@given(TEXTS)
def test_what_is_sealed_opens_again(plain: str) -> None:
    assert unseal(seal(plain, "patient", "name", ROW), "patient", "name", ROW) == plain


@given(st.binary())
def test_bytes_are_sealed_too(plain: bytes) -> None:
    sealed = seal(plain, "source_record", "raw", ROW)
    assert unseal_bytes(sealed, "source_record", "raw", ROW) == plain
    assert len(plain) < 4 or plain not in sealed


@pytest.mark.parametrize(
    ("table", "column", "row"),
    [("patient", "name", OTHER_ROW), ("patient", "given_name", ROW), ("patient_name", "name", ROW)],
)
def test_a_value_moved_to_another_place_does_not_open(table: str, column: str, row: uuid.UUID) -> None:
    sealed = seal("Ada", "patient", "name", ROW)
    with pytest.raises(SecretError, match="damaged, or sealed for another row") as raised:
        unseal(sealed, table, column, row)
    assert "Ada" not in str(raised.value)


def test_a_damaged_value_does_not_open() -> None:
    sealed = bytearray(seal("Ada", "patient", "name", ROW))
    sealed[-1] ^= 1
    with pytest.raises(SecretError):
        unseal(bytes(sealed), "patient", "name", ROW)


def test_the_same_value_never_looks_the_same() -> None:
    assert len({seal("Ada", "patient", "name", ROW) for _ in range(100)}) == 100


def test_every_value_names_its_key_and_old_keys_still_open(own_keys: None) -> None:
    old = Keyring("k1", {"k1": b"1" * 32}, b"i" * 32)
    new = Keyring("k2", {"k1": b"1" * 32, "k2": b"2" * 32}, b"i" * 32)
    secrets.install(old)
    written_before = seal("Ada", "patient", "name", ROW)
    secrets.install(new)
    written_after = seal("Ada", "patient", "name", ROW)
    assert written_before.startswith(b"v1.k1.")
    assert written_after.startswith(b"v1.k2.")
    assert unseal(written_before, "patient", "name", ROW) == unseal(written_after, "patient", "name", ROW) == "Ada"
    secrets.install(old)
    with pytest.raises(SecretError, match="needs key k2"):
        unseal(written_after, "patient", "name", ROW)


def test_nothing_is_sealed_without_keys(own_keys: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VAULT, "keyring", None)
    with pytest.raises(SecretError, match="WAYMARK_KEY_FILE"):
        seal("Ada", "patient", "name", ROW)


def test_a_key_file_is_read_back_private_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "waymark.key"
    ring = Keyring.generate()
    ring.write(path)
    assert Keyring.read(path) == ring
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        Keyring.generate().write(path)
    with pytest.raises(FileNotFoundError):
        Keyring.read(tmp_path / "missing")


def test_a_row_reads_and_writes_its_secrets_as_attributes() -> None:
    person = Patient(name="Ada", given_name=None)
    assert person.name_sealed is not None
    assert b"Ada" not in person.name_sealed
    assert (person.name, person.given_name, person.given_name_sealed) == ("Ada", None, None)
    person.name = None
    assert person.name_sealed is None
    other = Patient(name="Bob")
    person.name_sealed = other.name_sealed
    with pytest.raises(SecretError):
        _ = person.name
