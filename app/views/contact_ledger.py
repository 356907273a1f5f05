"""The contact ledger as an account: what was planned and what became of it, and what contradicts that."""

import datetime as dt
from typing import Any

from flask import request, url_for
from flask_babel import get_timezone, gettext, to_utc
from sqlalchemy import select

from app.base import Column, Screen, allowed, clock, expose, perform, reading, say, say_texts
from app.base.look import day
from journeys.contact.channels import CHANNELS
from journeys.contact.deciding.catalogue import REASONS
from journeys.contact.ledger.balance import Balance, By, Entry, Period, balance
from journeys.contact.ledger.discrepancies import Discrepancy
from journeys.contact.rules import RULES
from journeys.flow.steps import SENDING
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import JOURNEY

WAYS: dict[By, str] = {
    "journey": N_("By journey"),
    "step": N_("By step"),
    "template": N_("By template"),
    "channel": N_("By channel"),
    "rule": N_("By rule"),
    "day": N_("By day"),
}

HEADINGS: dict[By, str] = {
    "journey": N_("Journey"),
    "step": N_("Step"),
    "template": N_("Template"),
    "channel": N_("Channel"),
    "rule": N_("Rule"),
    "day": N_("Day"),
}

NOTHING: dict[By, str] = {
    "template": N_("Without a template"),
    "channel": N_("On no channel yet"),
    "rule": N_("Nothing speaks against it"),
}
"""What a line is called whose messages have none; otherwise they are of no journey."""

LENGTHS = {"7": N_("7 days"), "30": N_("30 days"), "90": N_("90 days"), "365": N_("A year")}
"""How far back the account may look → in words."""

NUMBERS = (
    Column(N_("Planned"), "planned", kind="number"),
    Column(N_("Sent"), "sent", kind="number"),
    Column(N_("Delivered"), "delivered", kind="number"),
    Column(N_("Answered"), "answered", kind="number"),
    Column(N_("Held"), "held", kind="number"),
    Column(N_("Still waiting"), "waiting", kind="number"),
    Column(N_("Put off"), "deferred", kind="number"),
    Column(N_("Skipped"), "skipped", kind="number"),
    Column(N_("Failed"), "failed", kind="number"),
    Column(N_("Adds up"), "adds_up", kind="yes_no"),
)

WRONG = (
    Column(N_("What is wrong"), "says"),
    Column(N_("Journey"), "journey"),
    Column(N_("Step"), "step", kind="muted"),
    Column(N_("When"), "at", kind="moment"),
    Column(N_("Patient"), "patient", link=lambda row: row["address"]),
)


class ContactLedger(Screen):
    """Planned = sent + held + skipped + failed."""

    name = "ledger"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """The account of the last days, by journey, step, template or day."""
        by: By = next((way for way in WAYS if way == request.args.get("by")), "journey")
        length = request.args.get("days", "30")
        length = length if length in LENGTHS else "30"
        journeys = journeys_by_name()
        journey = next((slug for slug, _name in journeys if slug == request.args.get("journey")), None)
        channel = next((name for name in CHANNELS if name == request.args.get("channel")), None)
        found = perform(balance, last_days(int(length), journey, channel), SENDING, by)
        asked = {"by": by, "days": length, "journey": journey, "channel": channel}
        return self.page(
            "ledger/index.html",
            found=found,
            figures=figures_of(found),
            columns=(Column(heading_of(by), "name"), *NUMBERS),
            rows=[row_of(entry, by) for entry in found.entries],
            wrong_columns=WRONG,
            wrong=[wrong_row(each) for each in found.wrong],
            tabs=[(say(words), self.address(**{**asked, "by": way}), None) for way, words in WAYS.items()],
            current=self.address(**asked),
            lengths=[(say(words), self.address(**{**asked, "days": days})) for days, words in LENGTHS.items()],
            length=self.address(**asked),
            journeys=journeys,
            channels=[(name, say(kind.label)) for name, kind in CHANNELS.items()],
            asked=asked,
        )


def last_days(days: int, journey: str | None, channel: str | None) -> Period:
    """So many days to now, the first one whole, as the reader's calendar has them."""
    zone = str(get_timezone())
    today = clock.now().astimezone(get_timezone()).date()
    first = dt.datetime.combine(today - dt.timedelta(days=days - 1), dt.time())
    since = to_utc(first).replace(tzinfo=dt.UTC)
    return Period(since, clock.now() + dt.timedelta(seconds=1), zone, journey, channel)


def journeys_by_name() -> list[tuple[str, str]]:
    """(slug, name) of every journey, to choose from."""
    with reading() as (session, _act):
        found = session.execute(select(Definition.slug, Definition.name).where(Definition.kind == JOURNEY)).all()
    return sorted(((slug, say_texts(name) or slug) for slug, name in found), key=lambda pair: pair[1].casefold())


def heading_of(by: By) -> str:
    """What the first column holds."""
    return HEADINGS[by]


def figures_of(found: Balance) -> list[tuple[str, int, str]]:
    """(words, number, sign before it) of the sum, in the order in which it is read."""
    total = found.total
    return [
        (gettext("Planned"), total.planned, ""),
        (gettext("Sent"), total.sent, "="),
        (gettext("Held"), total.held, "+"),
        (gettext("Skipped"), total.skipped, "+"),
        (gettext("Failed"), total.failed, "+"),
    ]


def row_of(entry: Entry, by: By) -> dict[str, Any]:
    """One line of the account."""
    sums = entry.sums
    return {
        "name": name_of(entry, by),
        "planned": sums.planned,
        "sent": sums.sent,
        "delivered": sums.delivered,
        "answered": sums.answered,
        "held": sums.held,
        "waiting": sums.waiting,
        "deferred": sums.deferred,
        "skipped": sums.skipped,
        "failed": sums.failed,
        "adds_up": sums.adds_up,
    }


def name_of(entry: Entry, by: By) -> str:
    """What a line is about."""
    if by == "day":
        return day(entry.day)
    nothing = say(NOTHING.get(by, N_("Of no journey")))
    words = label_of(entry.slug, by) if entry.slug else None
    name = say_texts(entry.name) or words or nothing
    return f"{name}: {entry.step}" if entry.step else name


def label_of(slug: str, by: By) -> str:
    """A channel, a rule or a reason in words; anything else as it is."""
    if by == "channel" and slug in CHANNELS:
        return say(CHANNELS[slug].label)
    if by == "rule" and slug in RULES:
        return say(RULES[slug].label)
    return say(REASONS[slug].says) if by == "rule" and slug in REASONS else slug


def wrong_row(each: Discrepancy) -> dict[str, Any]:
    """One row that contradicts the account."""
    return {
        "says": say(each.says),
        "journey": say_texts(each.journey) or gettext("Of no journey"),
        "step": each.step or "",
        "at": each.at,
        "patient": gettext("Open the patient"),
        "address": url_for("patients.show", uid=each.patient_uid),
    }
