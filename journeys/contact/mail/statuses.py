"""What an enhanced mail status (RFC 3463: class.subject.detail) says about an address."""

from __future__ import annotations

import re

ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")

NOT_THERE = {"1": {"0", "1", "2", "3", "6", "10"}, "2": {"1"}}
"""By subject the details that speak against the address itself: no such mailbox, domain or destination, moved, a
domain that takes no mail (RFC 7505); a mailbox that is disabled. A full one, and a refusal by policy, do not."""

REFUSING = frozenset({550, 551, 553})
"""SMTP replies that mean the mailbox where no enhanced status says more (RFC 5321, 4.2.3)."""


def enhanced_in(text: str) -> str | None:
    """The first enhanced status in what a server says; None without one."""
    found = ENHANCED.search(text)
    return found.group() if found else None


def is_permanent(status: str) -> bool:
    """Whether it means no for good."""
    return status.startswith("5")


def speaks_against_address(status: str) -> bool:
    """Whether nothing sent to this address will arrive."""
    kind, subject, detail = status.split(".")
    return kind == "5" and detail in NOT_THERE.get(subject, ())


def refuses_address(code: int, says: str) -> bool:
    """Whether a server's answer to a recipient means the address, not its day or its policy."""
    status = enhanced_in(says)
    return code in REFUSING if status is None else speaks_against_address(status)
