"""Mail that no person wrote: answers of machines, lists, absences. Nobody answers it, and it answers nothing.

RFC 3834; what older programs write besides is from its section 2 and from what Exchange, Lotus and vacation(1) do.
"""

from __future__ import annotations

from collections.abc import Callable
from email.message import Message
from email.utils import parseaddr

MACHINES = frozenset({"mailer-daemon", "postmaster", "no-reply", "noreply", "donotreply", "do-not-reply"})
"""Names before the @ under which no person writes."""

BULK = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
PRESENT = ("list-id", "x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-mail-autoreply")
"""Headers that only machines write, whatever they say."""

SUBJECTS = (
    "automatic reply:",
    "auto:",
    "autoreply:",
    "out of office",
    "respuesta automática:",
    "fuera de la oficina",
    "resposta automática:",
    "réponse automatique",
    "absence du bureau",
    "automatische antwort:",
    "abwesenheit",
    "risposta automatica:",
)
"""How programs that set no header begin a subject."""

Said = Callable[[Message, str], str]


def is_automatic(mail: Message, said: Said) -> bool:
    """Whether a machine sent it; `said` reads a header as text."""
    submitted = said(mail, "Auto-Submitted").split(";")[0].strip().casefold()
    if submitted not in ("", "no"):
        return True
    if said(mail, "Precedence").strip().casefold() in BULK or any(name in mail for name in PRESENT):
        return True
    if said(mail, "Return-Path").strip() == "<>":
        return True
    sender = parseaddr(said(mail, "From"))[1].partition("@")[0].casefold()
    return sender in MACHINES or said(mail, "Subject").strip().casefold().startswith(SUBJECTS)
