"""What somebody brought along, on its way from the file to the draft: read, shown, carried by the page, saved.

The browser carries what was read, packed and signed, because nothing is kept on the server before it is saved: what
comes back is what was read here, its problems too, or it is refused before it is unpacked.
"""

import base64
import binascii
import hashlib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson
from flask import current_app, request
from itsdangerous import BadSignature, Signer

from journeys.criteria.value_sets.change import WAYS, Code
from journeys.criteria.value_sets.check import MOST_CODES
from journeys.criteria.value_sets.found import MOST_BYTES, Found
from journeys.criteria.value_sets.read_file import read_file
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_

MOST_PACKED = 3_500_000
MOST_UNPACKED = 320 * MOST_CODES
"""Bytes of JSON: a code with its system and a long meaning, as often as a value set may have one."""
NOTHING_GIVEN = N_("Choose a file, or paste the codes.")
TOO_MUCH = N_("The file holds too much to be shown here; divide it.")


@dataclass(frozen=True)
class Bring:
    """What can be brought along besides a file."""

    pasted: str = field(
        default="",
        metadata={
            "label": N_("Or paste the codes"),
            "help": N_("The first line names the columns, for example system,code,display."),
            "rows": 6,
        },
    )
    way: str = field(
        default="replace",
        metadata={"label": N_("What becomes of the codes"), "choices": tuple(WAYS.items())},
    )


@dataclass(frozen=True)
class Brought:
    """One value set that was brought along, as the page carries it."""

    name: str
    url: str
    version: str
    codes: list[Code]
    problems: list[str] = field(default_factory=list)


def given_file() -> bytes:
    """The bytes of the file, or of what was pasted; Invalid when there is neither."""
    upload = request.files.get("file")
    data = upload.read(MOST_BYTES + 1) if upload is not None and upload.filename else b""
    data = data or request.form.get("pasted", "").strip().encode("utf-8", "surrogatepass")
    if not data:
        raise Invalid([Problem("", NOTHING_GIVEN)])
    return data


def brought(say: Any) -> list[Brought]:
    """Every value set of what was sent: a file now, or what the page carries since; Invalid when it cannot be read.

    `say` puts a problem into the reader's words.
    """
    packed = request.form.get("packed", "")
    if packed:
        return unpacked(packed)
    return [as_brought(found, say) for found in read_file(given_file())]


def as_brought(found: Found, say: Any) -> Brought:
    """A value set of a file as the page carries it, its problems with their places."""
    problems = [f"{problem.where}: {say(problem)}" if problem.where else say(problem) for problem in found.problems]
    return Brought(found.name, found.url, found.version, list(found.codes.values()), problems)


def signer() -> Signer:
    """Signs what the page carries with the portal's own key."""
    return Signer(str(current_app.secret_key), salt=b"value-sets.brought", digest_method=hashlib.sha256)


def pack(sets: Iterable[Brought]) -> str:
    """Signed text for a hidden field; Invalid when it is too long for one."""
    written = orjson.dumps([asdict(each) for each in sets])
    packed = base64.b64encode(zlib.compress(written, 6))
    if len(written) > MOST_UNPACKED or len(packed) > MOST_PACKED:
        raise Invalid([Problem("", TOO_MUCH)])
    return signer().sign(packed).decode()


def unpacked(packed: str) -> list[Brought]:
    """What the page carried; Invalid when somebody changed it. A small text never becomes a huge one."""
    try:
        signed = signer().unsign(packed)
        reader = zlib.decompressobj()
        written = reader.decompress(base64.b64decode(signed, validate=True), MOST_UNPACKED)
        if reader.unconsumed_tail:
            raise Invalid([Problem("", TOO_MUCH)])
        return [Brought(**each) for each in orjson.loads(written) if is_brought(each)]
    except (BadSignature, binascii.Error, zlib.error, ValueError, TypeError):
        raise Invalid([Problem("", NOTHING_GIVEN)]) from None


def is_brought(each: Any) -> bool:
    """Whether what came back has the form that was sent."""
    if not isinstance(each, Mapping) or not all(isinstance(each.get(key), str) for key in ("name", "url", "version")):
        return False
    lists = (each.get("codes"), each.get("problems"))
    return isinstance(lists[1], list) and isinstance(lists[0], list) and all(isinstance(c, dict) for c in lists[0])


def chosen_of(sets: list[Brought], url: str) -> int | None:
    """Which of several is meant: the one that was chosen, the only one, or the one with the value set's own address."""
    asked = request.form.get("which", "")
    if asked.isdecimal() and int(asked) < len(sets):
        return int(asked)
    if len(sets) == 1:
        return 0
    return next((place for place, each in enumerate(sets) if url and each.url == url), None)
