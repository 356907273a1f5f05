"""The parts of a mail: its headers as text, what it says, what is attached. Nothing here raises for what it holds."""

from __future__ import annotations

from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from html.parser import HTMLParser

SKIPPED = ("style", "script", "head", "title", "blockquote")
"""Elements of which nothing is read; what mail programs quote stands in a blockquote."""

BREAKS = ("p", "div", "br", "li", "tr", "h1", "h2", "h3")
QUOTING = ("gmail_quote", "moz-cite-prefix", "yahoo_quoted", "OutlookMessageHeader", "divRplyFwdMsg")
"""Classes and ids under which programs put what they quote; all below it is quoted."""


def said(mail: Message, name: str) -> str:
    """A header as text; empty where it is missing or cannot be read."""
    written = mail.get(name)
    if written is None:
        return ""
    try:
        return str(make_header(decode_header(str(written))))
    except (HeaderParseError, LookupError, ValueError):
        return str(written)


def text_of(mail: Message) -> str:
    """What it says: its first plain text, else its page without marks."""
    page = ""
    for part in mail.walk():
        if is_attached(part) or part.is_multipart():
            continue
        if part.get_content_type() == "text/plain":
            return decoded(part)
        if part.get_content_type() == "text/html" and not page:
            page = decoded(part)
    return without_marks(page)


def is_attached(part: Message) -> bool:
    """Whether a part is a file beside the text."""
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def decoded(part: Message) -> str:
    """The text of a part; what its letters do not allow is replaced."""
    content = part.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    try:
        return raw.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def without_marks(page: str) -> str:
    """The words of an HTML page, a line for each block."""
    reader = Words()
    reader.feed(page)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.words).splitlines())
    return "\n".join(lines).strip()


class Words(HTMLParser):
    """Collects the words, except what is quoted."""

    def __init__(self) -> None:
        """Nothing yet."""
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.within: list[str] = []
        self.is_quoting = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A new line where a block begins; from what is quoted on, nothing more."""
        named = " ".join(value or "" for name, value in attrs if name in ("class", "id"))
        self.is_quoting = self.is_quoting or any(each in named for each in QUOTING)
        if tag in SKIPPED:
            self.within.append(tag)
        if tag in BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Read again after what was skipped."""
        if tag in self.within:
            self.within.remove(tag)

    def handle_data(self, data: str) -> None:
        """Keep words that are to be read."""
        if not self.within and not self.is_quoting:
            self.words.append(data.replace("\r", " ").replace("\n", " "))
