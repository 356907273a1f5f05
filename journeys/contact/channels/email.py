"""E-mail through an SMTP server, with STARTTLS where the settings ask for it; what comes back lies in a mailbox."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from journeys.contact.channels.base import PLAIN, Channel, Delivery, Envelope, Outcome, Post, Reading
from journeys.contact.mail.read_mail import read_mail
from journeys.contact.mail.statuses import enhanced_in, refuses_address
from journeys.contact.mail.threads import message_id, tagged
from journeys.contact.media import MEDIA
from journeys.foundation.words import N_

ON_THE_WIRE = SMTP.clone(max_line_length=998)
"""Headers are not folded: a link that is, and so encoded, leads nowhere. RFC 5322 allows 998 letters on a line."""

SECURITIES = (
    ("starttls", N_("STARTTLS")),
    ("tls", N_("Encrypted from the beginning")),
    ("none", N_("None, only inside the house")),
)
PORTS = {"none": 25, "starttls": 587, "tls": 465}
REFUSED = 400
GONE = 500
"""SMTP replies from REFUSED on mean no, and from GONE on no for good."""

ERRORS = {
    "SMTPNotSupportedError": N_("The server does not offer STARTTLS or no sign-in: look at the encryption."),
    "SMTPAuthenticationError": N_("The server does not accept the user name or the password."),
    "SMTPServerDisconnected": N_("The server hung up."),
    "SMTPConnectError": N_("The server does not want to speak to us."),
    "SMTPSenderRefused": N_("The server does not take mail from this sender."),
    "imap sign-in": N_("The mailbox does not accept the user name or the password."),
    "imap": N_("The mailbox's server does not do what it is asked: look at the folder and the encryption."),
    r"smtp 5\d\d 5\.1\.\d+": N_("The server knows no such address: it answered %(code)s."),
    r"smtp 5\d\d 5\.2\.2": N_("The mailbox is full: the server answered %(code)s."),
    r"smtp 5\d\d 5\.7\.\d+": N_("The server's policy refuses the message or its sender: it answered %(code)s."),
    r"smtp 5\d\d( [0-9.]+)?": N_("The server refuses the message for good: it answered %(code)s."),
    r"smtp 4\d\d( [0-9.]+)?": N_("The server refuses the message for now: it answered %(code)s."),
    r"bounced [0-9.]+": N_("A server further on gave it back: it answered %(code)s."),
}


@dataclass(frozen=True)
class Settings:
    """The server and who writes."""

    host: str = field(
        default="localhost",
        metadata={"label": N_("Server"), "help": N_("The name of the outgoing mail server."), "attributes": PLAIN},
    )
    port: int = field(
        default=587, metadata={"label": N_("Port"), "help": N_("587 with STARTTLS, 465 encrypted from the beginning.")}
    )
    security: Literal["none", "starttls", "tls"] = field(
        default="starttls",
        metadata={
            "label": N_("Encryption"),
            "choices": SECURITIES,
        },
    )
    user: str = field(default="", metadata={"label": N_("User name"), "attributes": PLAIN})
    password: str = field(default="", repr=False, metadata={"label": N_("Password"), "secret": True})
    sender: str = field(
        default="waymark@localhost",
        metadata={"label": N_("Sender"), "help": N_("The address that e-mail is sent from."), "attributes": PLAIN},
    )
    timeout: int = field(
        default=20,
        metadata={"label": N_("Seconds to wait"), "help": N_("The longest wait for the server, each time.")},
    )
    imap_host: str = field(
        default="",
        metadata={
            "label": N_("Mailbox: server"),
            "help": N_("The IMAP server where replies and notices arrive; empty hears nothing."),
            "attributes": PLAIN,
        },
    )
    imap_port: int = field(
        default=993,
        metadata={
            "label": N_("Mailbox: port"),
            "help": N_("993 encrypted from the beginning, 143 with STARTTLS."),
        },
    )
    imap_security: Literal["none", "starttls", "tls"] = field(
        default="tls", metadata={"label": N_("Mailbox: encryption"), "choices": SECURITIES}
    )
    imap_user: str = field(default="", metadata={"label": N_("Mailbox: user name"), "attributes": PLAIN})
    imap_password: str = field(default="", repr=False, metadata={"label": N_("Mailbox: password"), "secret": True})
    imap_folder: str = field(default="INBOX", metadata={"label": N_("Mailbox: folder"), "attributes": PLAIN})
    is_tagged: bool = field(
        default=False,
        metadata={
            "label": N_("Tag the address"),
            "help": N_(
                "The server takes name+anything@ for name@: replies and notices then always find their message."
            ),
        },
    )


class Email(Channel):
    """One SMTP conversation for each claim. The Message-ID is made of the message's uid and is its reference.

    Until the server has been given the text, a failure means that it has nothing; once it has, only its answer says
    what became of the message, and a missing answer is unknown. A refused recipient is a bad address only where the
    answer's enhanced status (RFC 3463) says so, or there is none. Replies, notices of what did not arrive and
    complaints are fetched from a mailbox.
    """

    label = N_("E-mail")
    medium = MEDIA["email"]
    address_systems = ("email",)
    # an e-mail takes milliseconds, so that what is done for each few costs more than what is done for each
    batch = 25
    errors = ERRORS
    Settings = Settings

    @classmethod
    def of_house(cls, environment: Mapping[str, str]) -> Any | None:
        """What the environment says of the mail server, where there is one."""
        url = environment.get("smtp_url", "")
        return settings_from_url(url, environment.get("smtp_sender", "")) if url else None

    @property
    def post(self) -> Post | None:
        """The mailbox, where the settings name one."""
        settings = self.settings
        if not settings.imap_host:
            return None
        return Post(
            settings.imap_host,
            settings.imap_port,
            settings.imap_security,
            settings.imap_user,
            settings.imap_password,
            settings.imap_folder,
        )

    @classmethod
    def read(cls, delivery: Delivery) -> Reading:
        """A mail as it lay in the mailbox."""
        return read_mail(delivery.body)

    def send(self, envelopes: Sequence[Envelope]) -> Iterator[Outcome]:
        """Send one after the other over one connection; when it breaks, the rest was certainly not sent."""
        try:
            server = self.connect()
        except (OSError, smtplib.SMTPException) as error:
            yield from [self.not_sent(each, error) for each in envelopes]
            return
        try:
            for each in envelopes:
                yield self.send_over(server, each)
        finally:
            close(server)

    def connect(self) -> smtplib.SMTP:
        """An open, greeted and, where asked for, encrypted and signed-in connection."""
        settings = self.settings
        if settings.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=settings.timeout, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
        try:
            if settings.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.user:
                server.login(settings.user, settings.password)
        except BaseException:
            server.close()
            raise
        return server

    def send_over(self, server: smtplib.SMTP, envelope: Envelope) -> Outcome:
        """Hand over one message, and tell a refusal from a silence."""
        try:
            message = self.compose(envelope)
            server.ehlo_or_helo_if_needed()
            code, says = server.mail(self.sender_of(envelope), notices_of(envelope, server))
            if code >= REFUSED:
                return replace(refused(envelope, code, says, server), is_down=code < GONE)
            code, says = server.rcpt(envelope.address)
            if code >= REFUSED:
                is_bad = code >= GONE and refuses_address(code, written(says))
                return replace(refused(envelope, code, says, server), address_is_bad=is_bad)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            return self.not_sent(envelope, error)
        return self.hand_over(server, envelope, message)

    def hand_over(self, server: smtplib.SMTP, envelope: Envelope, message: EmailMessage) -> Outcome:
        """Give the text; from here on only the server knows."""
        try:
            code, says = server.data(message.as_bytes(policy=ON_THE_WIRE))
        except smtplib.SMTPDataError as error:
            return refused(envelope, error.smtp_code, error.smtp_error, server)
        except (OSError, smtplib.SMTPException) as error:
            return Outcome(envelope.message_id, "unknown", error=type(error).__name__)
        if code >= REFUSED:
            return refused(envelope, code, says, server)
        return Outcome(envelope.message_id, "accepted", reference=message["Message-ID"])

    def sender_of(self, envelope: Envelope) -> str:
        """Where notices and replies go: the sender's address, with the message in it where the server takes that."""
        sender = self.settings.sender
        return tagged(sender, envelope.uid) if self.settings.is_tagged else sender

    def compose(self, envelope: Envelope) -> EmailMessage:
        """The message as it goes over the wire."""
        message = EmailMessage(policy=SMTP)
        message["From"] = self.settings.sender
        message["To"] = envelope.address
        message["Subject"] = " ".join(envelope.subject.split())
        if self.settings.is_tagged:
            message["Reply-To"] = self.sender_of(envelope)
        message["Message-ID"] = message_id(envelope.uid, domain_of(self.settings.sender))
        message["Auto-Submitted"] = "auto-generated"
        message["Date"] = formatdate()
        if envelope.unsubscribe:
            message["List-Unsubscribe"] = f"<{envelope.unsubscribe}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(envelope.body, cte="quoted-printable")
        if envelope.html:
            message.add_alternative(envelope.html, subtype="html", cte="quoted-printable")
        message["Content-Language"] = envelope.language
        return message

    def not_sent(self, envelope: Envelope, error: Exception) -> Outcome:
        """The server has nothing of it; only an envelope that cannot be written down is refused for good."""
        is_wrong = isinstance(error, ValueError)
        error_name = type(error).__name__
        return Outcome(envelope.message_id, "refused", permanent=is_wrong, error=error_name, is_down=not is_wrong)


def notices_of(envelope: Envelope, server: smtplib.SMTP) -> tuple[str, ...]:
    """What a notice about this message is to say, for servers that take it (RFC 3461): its uid, and only headers."""
    return (f"ENVID={envelope.uid}", "RET=HDRS") if server.has_extn("dsn") else ()


def written(says: bytes | str) -> str:
    """What a server says, as text."""
    return says.decode("ascii", "replace") if isinstance(says, bytes) else says


def refused(envelope: Envelope, code: int, says: bytes | str, server: smtplib.SMTP) -> Outcome:
    """A refusal by the server's own word; the conversation is set back for the next message."""
    try:
        server.rset()
    except (OSError, smtplib.SMTPException):
        close(server)
    status = enhanced_in(written(says))
    error = f"smtp {code}" if status is None else f"smtp {code} {status}"
    return Outcome(envelope.message_id, "refused", permanent=code >= GONE, error=error)


def close(server: smtplib.SMTP) -> None:
    """End the conversation; what the server says to that does not matter."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def domain_of(address: str) -> str:
    """The part after the last @."""
    return address.rpartition("@")[2] or "localhost"


def settings_from_url(url: str, sender: str) -> Settings:
    """Settings from `smtp://user:password@host:port` (STARTTLS from port 587), `smtps://…` or `smtp+starttls://…`."""
    parts = urlsplit(url)
    security: Literal["none", "starttls", "tls"] = "none"
    if parts.scheme == "smtps":
        security = "tls"
    elif parts.scheme == "smtp+starttls" or parts.port == PORTS["starttls"]:
        security = "starttls"
    return Settings(
        host=parts.hostname or "localhost",
        port=parts.port or PORTS[security],
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=sender or Settings().sender,
    )
