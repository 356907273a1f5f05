"""Marks of a patient and facts about their numbers: what holds messages back, set and lifted by staff who see first
what follows."""

import datetime as dt
import hashlib
import uuid
from dataclasses import asdict, dataclass, field
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, Screen, ShapeForm, allowed, clock, expose, form_for, perform, say, say_texts
from app.views.consent_words import BY_STAFF, SOURCES, channel_words, purpose_words, source_words
from app.views.consents import channels, purposes
from app.views.decision_words import VERDICTS
from app.views.mark_words import KINDS, LINES, STATUSES, mark_words
from app.views.patient_words import TELECOMS
from journeys.contact.consent.consent_record import end_of
from journeys.contact.marks.lift_mark import lift_mark
from journeys.contact.marks.mark_record import Follows, MarkRecord, mark_record, preview_mark
from journeys.contact.marks.say_about_address import Learnt, say_about_address
from journeys.contact.marks.set_mark import Said, set_mark
from journeys.foundation.errors import Invalid, Missing
from journeys.foundation.words import N_
from journeys.store.contact_marks import ContactMark
from journeys.store.people import PatientTelecom

SEEN = "seen"
"""What a form sends that was shown what follows: a digest of what was typed then."""

MARK_COLUMNS = (
    Column(N_("Mark"), "kind"),
    Column(N_("About"), "purpose"),
    Column(N_("Channel"), "channel"),
    Column(N_("Number or address"), "number"),
    Column(N_("Since"), "from_at", kind="moment"),
    Column(N_("Until"), "until_at", kind="moment"),
    Column(N_("How"), "source", kind="muted"),
    Column(N_("What shows it"), "evidence", kind="muted"),
    Column(N_("Written down by"), "by", kind="muted"),
)
NUMBER_COLUMNS = (
    Column(N_("Kind"), "system", kind="muted"),
    Column(N_("Number or address"), "value", link=lambda row: row["address"]),
    Column(N_("What is known of it"), "status"),
    Column(N_("Kind of line"), "line"),
    Column(N_("Others read what arrives there"), "shared", kind="yes_no"),
)
FOLLOW_COLUMNS = (
    Column(N_("Message"), "template"),
    Column(N_("Now"), "now", kind="chip", chip=VERDICTS.__getitem__),
    Column(N_("With the mark"), "then", kind="chip", chip=VERDICTS.__getitem__),
    Column(N_("Because"), "why"),
)


def kinds() -> list[tuple[str, str]]:
    """Every kind with what follows from it."""
    return [(kind, f"{say(words)}: {say(follows)}") for kind, (words, follows) in KINDS.items()]


def numbers() -> list[tuple[str, str]]:
    """The numbers and addresses of the patient whose page this is."""
    return [("", gettext("Every number and address")), *g.get("numbers_of_patient", ())]


@dataclass(frozen=True)
class NewMark:
    """What is known."""

    kind: str = field(metadata={"label": N_("Mark"), "choices": kinds})
    purpose: str = field(default="", metadata={"label": N_("About"), "choices": purposes})
    channel: str = field(default="", metadata={"label": N_("Channel"), "choices": channels})
    number: str = field(
        default="", metadata={"label": N_("Number or address"), "choices": numbers, "key": "telecom_id"}
    )
    source: str = field(
        default="in-person", metadata={"label": N_("How"), "choices": tuple((key, SOURCES[key]) for key in BY_STAFF)}
    )
    evidence: str = field(
        default="",
        metadata={
            "label": N_("What shows it"),
            "help": N_("What was said, or where the paper is. Kept sealed."),
            "rows": 3,
        },
    )
    until: dt.date | None = field(
        default=None,
        metadata={"label": N_("Until"), "key": "until_at", "help": N_("The last day. Empty: until it is lifted.")},
    )


@dataclass(frozen=True)
class AboutNumber:
    """What was learnt about a number or address."""

    state: str = field(
        metadata={"label": N_("What is known of it"), "choices": tuple(STATUSES.items()), "key": "status"}
    )
    line: str = field(
        default="",
        metadata={"label": N_("Kind of line"), "choices": (("", N_("Nobody looked it up")), *LINES.items())},
    )
    shared: bool = field(
        default=False,
        metadata={
            "label": N_("Others read what arrives there"),
            "help": N_("Then only the clinic's name and a link are written there."),
        },
    )


class Marks(Screen):
    """The marks of one patient, and their numbers."""

    name = "marks"
    default_view = "show"

    @expose("/<uuid:uid>/")
    @allowed("read")
    def show(self, uid: uuid.UUID) -> tuple[str, int]:
        """What holds, what held, the numbers, and the form."""
        found = perform(mark_record, uid)
        return self._show(found, new_form(found))

    @expose("/<uuid:uid>/", methods=("POST",))
    @allowed("change")
    def add(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Show what follows from a mark; set it once that was seen and nothing was typed since."""
        found = perform(mark_record, uid)
        form = new_form(found)
        if not form.is_accepted():
            return self._show(found, form)
        said = said_of(form.value(), found)
        digest = digest_of(form.value())
        try:
            if request.form.get(SEEN) != digest:
                return self._show(found, form, perform(preview_mark, found.patient.id, said), digest)
            perform(set_mark, found.patient.id, said)
        except Invalid as invalid:
            form.refuse(invalid.problems)
            return self._show(found, form)
        flash(gettext("The mark is set and holds from now on."), "success")
        return self.go("show", uid=uid)

    @expose("/<uuid:uid>/lift/<uuid:mark>", methods=("POST",))
    @allowed("change")
    def lift(self, uid: uuid.UUID, mark: uuid.UUID) -> Response:
        """End a mark from now on."""
        perform(lift_mark, mark)
        flash(gettext("The mark is lifted."), "success")
        return self.go("show", uid=uid)

    @expose("/<uuid:uid>/numbers/<uuid:number>", methods=("GET", "POST"))
    @allowed("change")
    def number(self, uid: uuid.UUID, number: uuid.UUID) -> Response | tuple[str, int]:
        """Say what was learnt about a number or address."""
        found = perform(mark_record, uid)
        telecom = next((each for each in found.telecoms if each.uid == number), None)
        if telecom is None:
            raise Missing("There is no such number or address")
        form = form_for(AboutNumber, AboutNumber(telecom.status, telecom.line or "", telecom.shared))
        if form.is_accepted():
            given = form.value()
            changed = perform(say_about_address, telecom.id, Learnt(given.state, given.line or None, given.shared))
            flash(changed_words(len({each.patient_id for each in changed})), "success")
            return self.go("show", uid=uid)
        return self.page(
            "marks/number.html",
            form=form,
            found=found,
            telecom=telecom,
            system=system_words(telecom),
            status=form.status,
        )

    def _show(
        self, found: MarkRecord, form: ShapeForm, follows: list[Follows] | None = None, digest: str = ""
    ) -> tuple[str, int]:
        """Draw the page, with what was typed, and with what follows where that was asked."""
        now = clock.now()
        rows = [mark_row(each, found, now) for each in found.marks]
        return self.page(
            "marks/show.html",
            form=form,
            patient=found.patient,
            back=url_for("patients.show", uid=found.patient.uid),
            columns=MARK_COLUMNS,
            in_force=[row for row in rows if row["holds"]],
            ended=[row for row in rows if not row["holds"]],
            number_columns=NUMBER_COLUMNS,
            numbers=[self._number_row(each, found) for each in found.telecoms],
            follow_columns=FOLLOW_COLUMNS,
            follows=None if follows is None else [follow_row(each) for each in follows],
            digest=digest,
            status=form.status,
        )

    def _number_row(self, telecom: PatientTelecom, found: MarkRecord) -> dict[str, Any]:
        """One number or address; it leads to its form where the reader may change it."""
        may = self.may("change")
        return {
            "system": system_words(telecom),
            "value": telecom.value,
            "status": say(STATUSES[telecom.status]),
            "line": say(LINES[telecom.line]) if telecom.line else "",
            "shared": telecom.shared,
            "address": self.address("number", uid=found.patient.uid, number=telecom.uid) if may else "",
        }


def new_form(found: MarkRecord) -> ShapeForm:
    """The form of a mark, which offers this patient's numbers."""
    g.numbers_of_patient = [(str(each.id), f"{system_words(each)}: {each.value}") for each in found.telecoms]
    return form_for(NewMark)


def said_of(given: NewMark, found: MarkRecord) -> Said:
    """What was typed, as the engine takes it; the last day ends where the clinic's days end."""
    zone = found.patient.time_zone or "UTC"
    return Said(
        kind=given.kind,
        purpose=given.purpose or None,
        channel=given.channel or None,
        telecom_id=int(given.number) if given.number else None,
        until_at=given.until and end_of(given.until, zone),
        source=given.source,
        evidence=given.evidence.strip() or None,
    )


def digest_of(given: NewMark) -> str:
    """What was typed, told apart from anything else that could be, without saying it."""
    return hashlib.sha256(repr(sorted(asdict(given).items())).encode()).hexdigest()


def system_words(telecom: PatientTelecom) -> str:
    """What a number or address is for."""
    return say(TELECOMS.get(telecom.system, telecom.system))


def mark_row(mark: ContactMark, found: MarkRecord, now: dt.datetime) -> dict[str, Any]:
    """One mark as the lists show it."""
    numbers = {each.id: each.value for each in found.telecoms}
    return {
        "uid": mark.uid,
        "kind": mark_words(mark.kind),
        "purpose": purpose_words(mark.purpose),
        "channel": channel_words(mark.channel),
        "number": numbers.get(mark.telecom_id or 0, ""),
        "from_at": mark.from_at,
        "until_at": mark.until_at,
        "source": source_words(mark.source),
        "evidence": mark.evidence,
        "by": mark.recorded_by.removeprefix("user:"),
        "holds": mark.until_at is None or mark.until_at > now,
    }


def follow_row(each: Follows) -> dict[str, Any]:
    """What a mark would do to one message."""
    return {
        "template": say_texts(each.template) or gettext("A text of its own"),
        "now": each.now,
        "then": each.then,
        "why": " ".join(say(why.words.says) if why.words else why.code for why in each.reasons),
    }


def changed_words(patients: int) -> str:
    """What came of saying something about a number."""
    if patients > 1:
        return gettext("It is written down for %(count)s patients who have this number or address.", count=patients)
    return gettext("It is written down and holds from now on.")
