"""The process that listens: to mailboxes, a thread for each, which waits for the server's word (IDLE), and for messages
of other systems (`interfaces`).

What comes is only kept here; workers apply it. Two such processes keep everything once, so a second one may stand by.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from journeys.contact.mail.hear import hear
from journeys.contact.mail.mailboxes_in_use import Heard, mailboxes_in_use
from journeys.foundation import links, secrets
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.worker import logs
from journeys.worker.assembling import make_workshop
from journeys.worker.interfaces import Interfaces
from journeys.worker.jobs import JOBS
from journeys.worker.workshop import Clock, system_clock

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 10.0
"""How soon a mailbox that was set up, changed or closed is heard, heard anew or no more."""


@dataclass
class Listening:
    """One mailbox being heard."""

    heard: Heard
    thread: threading.Thread
    is_over: threading.Event = field(default_factory=threading.Event)


class Listeners:
    """The threads, kept in step with the accounts."""

    def __init__(self, house: House, make_act: Callable[[], Act]) -> None:
        """Nobody listens yet."""
        self.house = house
        self.make_act = make_act
        self.listening: dict[str, Listening] = {}

    def keep_up(self) -> None:
        """Listen to what is in use now, under its present settings; begin anew where a thread has ended."""
        wanted = {each.channel: each for each in act(self.house, self.make_act(), mailboxes_in_use)}
        for name, each in list(self.listening.items()):
            if wanted.get(name) != each.heard or not each.thread.is_alive():
                self.listening.pop(name).is_over.set()
        for name, heard in wanted.items():
            if name not in self.listening:
                self.listening[name] = self.begin(heard)

    def begin(self, heard: Heard) -> Listening:
        """Start to listen. The thread ends with the process, whatever it waits for."""
        is_over = threading.Event()
        name = f"mailbox {heard.channel}"
        thread = threading.Thread(target=self.listen, args=(heard, is_over), name=name, daemon=True)
        thread.start()
        return Listening(heard, thread, is_over)

    def listen(self, heard: Heard, is_over: threading.Event) -> None:
        """Hear one mailbox. What ends it besides its server is mended at the next look; the log names no mail."""
        try:
            hear(self.house, self.make_act, heard, is_over)
        except Exception as error:
            logger.error("Listening to %s ended: %s", heard.channel, logs.describe(error))

    def end(self) -> None:
        """Nobody goes on after the wait in hand."""
        for each in self.listening.values():
            each.is_over.set()


def run_listening(settings: Settings, clock: Clock = system_clock) -> None:
    """Listen until SIGTERM or SIGINT; a database that goes away is waited for."""
    logs.set_up(settings.log_level)
    secrets.install(secrets.Keyring.read(settings.key_file))
    links.install(settings.public_url)
    workshop = make_workshop(settings, clock, JOBS)
    is_asked_to_stop = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        is_asked_to_stop.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    listeners = Listeners(workshop.house, lambda: Act(now=clock(), by="worker:mailbox", scope=EVERYWHERE))
    interfaces = Interfaces(
        settings.host, workshop.house, lambda: Act(now=clock(), by="worker:interface", scope=EVERYWHERE, purpose="care")
    )
    logger.info("Listening to mailboxes and for messages of other systems")
    while not is_asked_to_stop.is_set():
        try:
            listeners.keep_up()
            interfaces.keep_up()
        except SQLAlchemyError as error:
            logger.warning("PostgreSQL does not answer (%s); trying again", type(error).__name__)
        is_asked_to_stop.wait(SECONDS_BETWEEN_LOOKS)
    listeners.end()
    interfaces.end()
    logger.info("Listening has ended")
