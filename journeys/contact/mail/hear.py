"""Hears one mailbox: keeps what is new, waits for more, and opens it again when the server goes; a flow of verbs.

Killed at any moment it goes on where it stopped: a mail and how far was read are written together.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from journeys.contact.mail.begin_hearing import begin_hearing
from journeys.contact.mail.fail_hearing import fail_hearing
from journeys.contact.mail.keep_mail import keep_mail
from journeys.contact.mail.mailbox import TROUBLES, Mailbox, trouble
from journeys.contact.mail.mailboxes_in_use import Heard
from journeys.foundation.acting import Act, House, act

SECONDS_OF_A_WAIT = 60.0
"""How long is waited for news before the server is asked by us: some connections die silently."""

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 300.0
"""Seconds before a server is tried again; each pause is twice the one before."""


def hear(
    house: House, make_act: Callable[[], Act], heard: Heard, is_over: Event, wait: float = SECONDS_OF_A_WAIT
) -> None:
    """Until `is_over`. Within a wait it is seen only at its end."""
    pause = FIRST_PAUSE
    while not is_over.is_set():
        try:
            with Mailbox(heard.post) as mailbox:
                pause = FIRST_PAUSE
                follow(house, make_act, heard, mailbox, is_over, wait)
        except TROUBLES as error:
            act(house, make_act(), fail_hearing, heard.channel, trouble(error))
            is_over.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def follow(
    house: House, make_act: Callable[[], Act], heard: Heard, mailbox: Mailbox, is_over: Event, wait: float
) -> None:
    """Keep every mail that is there and that comes."""
    number = act(house, make_act(), begin_hearing, heard.channel, mailbox.validity, mailbox.next_number)
    while not is_over.is_set():
        for came in mailbox.after(number):
            act(house, make_act(), keep_mail, heard.account_id, mailbox.validity, came)
            number = came.number
        mailbox.wait(wait)
        if not mailbox.can_idle:
            is_over.wait(wait)
