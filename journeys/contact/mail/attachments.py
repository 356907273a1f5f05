"""Files that come with a mail: kept where staff can look at them safely, else refused with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import Message
from pathlib import PurePosixPath

from journeys.contact.channels.base import Attached
from journeys.contact.mail.parts import is_attached

KINDS = frozenset(
    {"application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "text/plain", "text/csv"}
)
"""What holds no program. Documents of offices do, and so do pages and archives."""

LARGEST = 10 * 2**20
"""Bytes of all files of a mail that are kept."""

MOST = 10

KIND, SIZE, NUMBER = "kind", "size", "number"
"""Why a file is refused: what it is, that there is no more room, that there are too many."""

LONGEST_NAME = 120


def attached(mail: Message) -> tuple[Attached, ...]:
    """The files of a mail, in their order, with their content or with the reason why it is not kept."""
    return tuple(judged(mail))


def judged(mail: Message) -> Iterator[Attached]:
    """Each file; room is given in their order."""
    room = LARGEST
    for number, part in enumerate(files_of(mail)):
        content = part.get_payload(decode=True)
        raw = content if isinstance(content, bytes) else b""
        kind = part.get_content_type()
        refused = None
        if number >= MOST:
            refused = NUMBER
        elif kind not in KINDS:
            refused = KIND
        elif len(raw) > room:
            refused = SIZE
        else:
            room -= len(raw)
        yield Attached(name_of(part), kind, len(raw), refused, b"" if refused else raw)


def files_of(mail: Message) -> Iterator[Message]:
    """The parts that are files; a mail that was passed on as a file is one too."""
    for part in mail.walk():
        if not part.is_multipart() and is_attached(part):
            yield part


def name_of(part: Message) -> str:
    """The file's name without folders; of one that has none, what it is."""
    written = part.get_filename() or part.get_content_subtype()
    try:
        name = str(make_header(decode_header(written)))
    except (LookupError, ValueError):
        name = written
    plain = "".join(letter for letter in name.replace("\\", "/") if letter.isprintable())
    return PurePosixPath(plain).name[:LONGEST_NAME] or part.get_content_subtype()
