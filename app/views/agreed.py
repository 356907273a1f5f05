"""Consents of everybody: whom could we write to about something on a channel, today or at the end of a past day."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for
from flask_babel import gettext

from app.base import Column, Screen, allowed, clock, expose, filters_for, perform, reading, say
from app.views.consent_words import PURPOSES, channel_words
from journeys.contact.consent.consent_record import A_MOMENT, end_of
from journeys.contact.consent.consents_on import Answer, Question, consents_on
from journeys.contact.media import MEDIA
from journeys.flow.text.catalogue import read_defaults
from journeys.foundation.words import N_
from journeys.store.people import Patient

VERDICTS = {
    "permit": ("good", "check", N_("Agreed")),
    "deny": ("danger", "close", N_("Refused")),
    "silent": ("", "minus", N_("Never asked")),
}
COLUMNS = (
    Column(N_("Patient"), "name", link=lambda row: row["address"]),
    Column(N_("Born"), "birth_date", kind="date"),
    Column(N_("Said"), "verdict", kind="chip", chip=VERDICTS.__getitem__),
)


@dataclass(frozen=True)
class Asked:
    """The question."""

    purpose: str = field(default="care", metadata={"label": N_("About"), "choices": tuple(PURPOSES.items())})
    channel: str = field(
        default="sms",
        metadata={"label": N_("Channel"), "choices": tuple((key, kind.one) for key, kind in MEDIA.items())},
    )
    on: dt.date | None = field(
        default=None,
        metadata={"label": N_("At the end of"), "help": N_("By the clock of the organisation. Empty means now.")},
    )
    verdict: str | None = field(
        default=None,
        metadata={"label": N_("Who"), "choices": tuple((key, words) for key, (_t, _i, words) in VERDICTS.items())},
    )


class Agreed(Screen):
    """The question and its answer."""

    name = "agreed"

    def __init__(self) -> None:
        """Stand among the addresses of consents."""
        super().__init__()
        self.route_base = "/consents"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Counts, and the patients page by page."""
        form = filters_for(Asked)
        asked = form.value()
        # what was not chosen is drawn as what is asked for
        purpose = form.purpose.data = asked.purpose or "care"
        channel = form.channel.data = asked.channel or "sms"
        after = request.args.get("after", "")
        found = perform(
            consents_on,
            Question(purpose, channel, moment_of(asked.on), asked.verdict),
            after=int(after) if after.isdecimal() and len(after) < 16 else 0,
        )
        return self.page(
            "consents/index.html",
            form=form,
            on=asked.on,
            about=gettext("%(purpose)s, %(channel)s", purpose=say(PURPOSES[purpose]), channel=channel_words(channel)),
            found=found,
            columns=COLUMNS,
            rows=rows_of(found),
            more=self._more(found),
            can_import=self.appbuilder.sm.has_access("can_import", "consent-files"),
        )

    def _more(self, found: Answer) -> str:
        """The address of the next page."""
        kept = {key: value for key, value in request.args.items() if key in ("purpose", "channel", "on", "verdict")}
        return self.address(**kept, after=found.after) if found.after else ""


def moment_of(day: dt.date | None) -> dt.datetime:
    """The end of a day by the clock of the organisation, or now where that is earlier."""
    if day is None:
        return clock.now()
    with reading() as (session, act):
        return min(act.now, end_of(day, read_defaults(session).time_zone) - A_MOMENT)


def rows_of(found: Answer) -> list[dict[str, Any]]:
    """The patients of the page."""
    return [row_of(patient, verdict) for patient, verdict in found.patients]


def row_of(patient: Patient, verdict: str) -> dict[str, Any]:
    """One of them."""
    return {
        "name": patient.name or gettext("No name recorded"),
        "birth_date": patient.birth_date,
        "verdict": verdict,
        "address": url_for("consents.show", uid=patient.uid),
    }
