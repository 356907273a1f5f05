"""The mail server outside the house. Its ledger says what really left: one entry for each message it took."""

from collections import Counter
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from launcher.ports import next_free

HOST = "127.0.0.1"
FIRST_PORT = 28025


class Ledger:
    """Counts what was taken, by Message-ID."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        message = message_from_bytes(envelope.content, policy=default)
        self.taken[str(message["Message-ID"])] += 1
        return "250 taken"


class MailServer:
    """Listens on a free port of this machine while it is entered."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.port = next_free(HOST, FIRST_PORT)
        self.controller = Controller(self.ledger, hostname=HOST, port=self.port)

    def __enter__(self) -> "MailServer":
        self.controller.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.controller.stop()

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"
