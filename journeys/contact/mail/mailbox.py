"""A mailbox on an IMAP server: what is new in it, and waiting until there is more (IDLE, RFC 2177).

It only reads: no mail is marked, moved or removed, so that people may use the mailbox too. What has been taken is
remembered on our side, by the server's own numbers (RFC 3501, 2.3.1.1).
"""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from journeys.contact.channels.base import Post

LARGEST = 25 * 2**20
"""Bytes of a mail that is fetched whole; of a larger one only its head."""

SECONDS_TO_CONNECT = 20
SECONDS_TO_ANSWER = 60
TROUBLES = (OSError, IMAPClientError)
"""What a server or a network does."""

# what it says at DEBUG is the mail itself
logging.getLogger("imapclient").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Came:
    """One mail: its number in the mailbox, its bytes; of one that is too large, its head."""

    number: int
    raw: bytes = field(repr=False)
    is_whole: bool = True


class Mailbox:
    """An open mailbox, within a `with`. Raises one of TROUBLES when the server goes or does not let us in."""

    def __init__(self, post: Post) -> None:
        """Know where it is."""
        self.post = post

    def __enter__(self) -> Self:
        """Connect, encrypt, sign in, open the folder."""
        post = self.post
        context = ssl.create_default_context()
        timeout = SocketTimeout(SECONDS_TO_CONNECT, SECONDS_TO_ANSWER)
        is_encrypted = post.security == "tls"
        self.client = IMAPClient(post.host, post.port, ssl=is_encrypted, ssl_context=context, timeout=timeout)
        try:
            if post.security == "starttls":
                self.client.starttls(context)
            self.client.login(post.user, post.password)
            opened = self.client.select_folder(post.folder, readonly=True)
        except BaseException:
            self.close()
            raise
        self.validity = int(opened[b"UIDVALIDITY"])
        self.next_number = int(opened.get(b"UIDNEXT", 1))
        self.can_idle = bool(self.client.has_capability("IDLE"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it, also where the server is gone."""
        self.close()

    def close(self) -> None:
        """End the connection; what the server says to that does not matter."""
        with suppress(*TROUBLES):
            self.client.shutdown()

    def after(self, number: int) -> Iterator[Came]:
        """The mails with larger numbers, the oldest first, each fetched as it is asked for."""
        # "n:*" names the last mail too where n is beyond it
        found = [each for each in self.client.search(["UID", f"{number + 1}:*"]) if each > number]
        for each in sorted(found):
            came = self.fetched(each)
            if came is not None:
                yield came

    def fetched(self, number: int) -> Came | None:
        """One mail; None where somebody removed it meanwhile."""
        sizes = self.client.fetch([number], ["RFC822.SIZE"]).get(number)
        if sizes is None:
            return None
        is_whole = sizes[b"RFC822.SIZE"] <= LARGEST
        wanted = "BODY.PEEK[]" if is_whole else "BODY.PEEK[HEADER]"
        answer: Any = self.client.fetch([number], [wanted]).get(number)
        return None if answer is None else Came(number, answer[wanted.replace(".PEEK", "").encode()], is_whole)

    def wait(self, seconds: float) -> None:
        """Until the server says that something happened, or so long; a server without IDLE is asked at the end."""
        if not self.can_idle:
            self.client.noop()
            return
        self.client.idle()
        try:
            self.client.idle_check(timeout=seconds)
        finally:
            self.client.idle_done()
            self.client.socket().settimeout(SECONDS_TO_ANSWER)


def trouble(error: Exception) -> str:
    """A technical word for what went wrong, without anything that a server said."""
    if isinstance(error, LoginError):
        return "imap sign-in"
    if isinstance(error, ssl.SSLCertVerificationError | ssl.SSLError | socket.gaierror | TimeoutError):
        return type(error).__name__
    if isinstance(error, ConnectionRefusedError):
        return type(error).__name__
    return "imap" if isinstance(error, IMAPClientError) else type(error).__name__
