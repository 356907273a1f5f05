"""Words for how much history there is, how long it is kept, and what runs removed."""

import datetime as dt

from flask_babel import format_decimal, gettext, ngettext

from app.base import say
from journeys.flow.retention.histories import HISTORIES, REASONS
from journeys.flow.retention.preview_rule import Preview
from journeys.foundation.words import N_
from journeys.store.retention import A_YEAR_AND_A_MONTH, SIX_YEARS, RetentionRule, RetentionRun

NEVER: dict[str, tuple[str, str]] = {
    "consents": (N_("Consents"), N_("What holds today follows from every statement ever made.")),
    "approvals": (N_("Published versions and approvals"), N_("They say by which rules everything was decided.")),
    "patients": (
        N_("Tasks, values of fields, and patients' records"),
        N_("They belong to the record of the patient."),
    ),
    "clinic": (
        N_("People, places and settings of the clinic"),
        N_("What is no longer used is ended, and what happened there still names it."),
    ),
    "now": (
        N_("What the portal works out for itself"),
        N_("It says how things stand now, and does not grow with time."),
    ),
}
"""Group of `NEVER_REMOVED` → what no run ever touches, and why."""

FLOORS = {
    SIX_YEARS: N_("The law asks for six years."),
    A_YEAR_AND_A_MONTH: N_("Journeys and the contact ledger look back a year."),
}
SHORTEST = N_("What may still be tried again is never older.")

KILOBYTE = 1024


def size_words(size: int) -> str:
    """Bytes in megabytes, or gigabytes, as people say them."""
    megabytes = size / KILOBYTE**2
    if megabytes < KILOBYTE:
        return gettext("%(number)s MB", number=format_decimal(round(megabytes, 1)))
    return gettext("%(number)s GB", number=format_decimal(round(megabytes / KILOBYTE, 1)))


def months_words(months: int | None) -> str:
    """How long something is kept."""
    return gettext("For ever") if months is None else ngettext("%(num)s month", "%(num)s months", months)


def rule_words(rule: RetentionRule | None) -> str:
    """A rule, or that there is none."""
    return months_words(rule.keep_months if rule is not None else None)


def floor_words(name: str) -> str:
    """The least time for which a table is kept, and why."""
    months = HISTORIES[name].floor
    least = ngettext("Kept for at least %(num)s month.", "Kept for at least %(num)s months.", months)
    return f"{least} {say(FLOORS.get(months, SHORTEST))}"


def removed_words(run: RetentionRun | None) -> str:
    """What the last run did, in short."""
    if run is None:
        return gettext("Has not run yet")
    if run.error is not None:
        return gettext("Failed: %(error)s", error=run.error)
    done = ngettext("%(num)s row removed", "%(num)s rows removed", run.removed)
    return done if run.ended_at else gettext("At work: %(done)s", done=done)


def kept_words(kept: dict[str, int]) -> list[tuple[str, str]]:
    """(why, how many) of what is old and stays."""
    return [(say(REASONS[reason]), format_decimal(count)) for reason, count in kept.items() if reason in REASONS]


def going_words(preview: Preview) -> str:
    """What a rule would remove, in one sentence."""
    if preview.months:
        first, last = preview.months[0].start, preview.months[-1].start
        whole = ngettext("%(num)s month", "%(num)s months", len(preview.months))
        return gettext(
            "%(whole)s, from %(first)s to %(last)s, about %(rows)s rows.",
            whole=whole,
            first=month_words(first),
            last=month_words(last),
            rows=format_decimal(preview.rows),
        )
    if preview.is_more:
        return gettext(
            "%(rows)s rows and perhaps more: only the oldest were looked at.", rows=format_decimal(preview.rows)
        )
    return ngettext("%(num)s row.", "%(num)s rows.", preview.rows) if preview.rows else gettext("Nothing.")


def month_words(start: dt.date) -> str:
    """A month as a number: 2024-05."""
    return f"{start:%Y-%m}"
