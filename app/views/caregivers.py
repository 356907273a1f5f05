"""People beside a patient: who they are, what they may receive about the patient, and what they said about it."""

import uuid
from typing import Any

from flask import current_app, flash, g, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, Screen, ShapeForm, allowed, clock, expose, form_for, perform, reading, say
from app.views.caregiver_forms import AllowanceForm, CaregiverForm, SaidForm, SentByASource
from app.views.consent_words import channel_words, purpose_words, source_words
from app.views.consents import DECISIONS
from app.views.decision_words import AUTHORITIES
from app.views.mark_words import STATUSES
from app.views.template_forms import LEVELS
from journeys.contact.caregivers.caregivers_of import Beside, caregivers_of
from journeys.contact.caregivers.caregivers_of import Caregivers as Found
from journeys.contact.caregivers.change_caregiver import change_caregiver
from journeys.contact.caregivers.end_caregiver import end_caregiver
from journeys.contact.caregivers.grant_authority import grant_authority
from journeys.contact.caregivers.record_caregiver import record_caregiver
from journeys.contact.caregivers.shapes import Allowance
from journeys.contact.caregivers.withdraw_authority import withdraw_authority
from journeys.contact.consent.consent_record import end_of
from journeys.contact.consent.give_consent import give_consent
from journeys.contact.consent.withdraw_consent import withdraw_consent
from journeys.contact.texts.languages import languages_of_texts
from journeys.foundation.errors import Invalid, Missing
from journeys.foundation.words import N_
from journeys.store.caregivers import Authority
from journeys.store.contact import Consent

LEFT_TO_RIGHT, AND_BACK = "\u2066", "\u2069"
PEOPLE_COLUMNS = (
    Column(N_("Name"), "name", link=lambda row: row["address"]),
    Column(N_("Relationship"), "relationship"),
    Column(N_("May decide"), "authority"),
    Column(N_("May receive"), "receives"),
    Column(N_("How to reach"), "reach", kind="muted"),
    Column(N_("Until"), "until_on", kind="date"),
)
ALLOWANCE_COLUMNS = (
    Column(N_("About"), "purposes"),
    Column(N_("At most"), "level"),
    Column(N_("Since"), "from_at", kind="moment"),
    Column(N_("Until"), "until_at", kind="moment"),
    Column(N_("What shows it"), "evidence", kind="muted"),
    Column(N_("Written down by"), "by", kind="muted"),
)
STATEMENT_COLUMNS = (
    Column(N_("When"), "from_at", kind="moment"),
    Column(N_("Said"), "decision", kind="chip", chip=DECISIONS.__getitem__),
    Column(N_("About"), "purpose"),
    Column(N_("Channel"), "channel"),
    Column(N_("How"), "source"),
    Column(N_("What shows it"), "evidence", kind="muted"),
    Column(N_("Written down by"), "by", kind="muted"),
)


class Caregivers(Screen):
    """The people beside one patient."""

    name = "caregivers"
    default_view = "show"

    @expose("/<uuid:uid>/")
    @allowed("read")
    def show(self, uid: uuid.UUID) -> tuple[str, int]:
        """Everybody, and the form of somebody new."""
        found = perform(caregivers_of, uid)
        return self._show(found, new_form())

    @expose("/<uuid:uid>/", methods=("POST",))
    @allowed("change")
    def add(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Write somebody down; they receive nothing yet."""
        found = perform(caregivers_of, uid)
        form = new_form()
        if form.is_accepted():
            try:
                person = perform(record_caregiver, found.patient.id, form.value().said(), region())
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext("The person is written down. Say now what they may receive."), "success")
                return self.go("person", uid=uid, person=person.uid)
        return self._show(found, form)

    @expose("/<uuid:uid>/<uuid:person>/")
    @allowed("read")
    def person(self, uid: uuid.UUID, person: uuid.UUID) -> tuple[str, int]:
        """One of them: what they may receive, what they said, and the forms."""
        found, beside = one_of(uid, person)
        return self._person(found, beside)

    @expose("/<uuid:uid>/<uuid:person>/change", methods=("GET", "POST"))
    @allowed("change")
    def change(self, uid: uuid.UUID, person: uuid.UUID) -> Response | tuple[str, int]:
        """Change who they are and how they are reached."""
        found, beside = one_of(uid, person)
        form = form_of(beside)
        if form.is_accepted():
            try:
                perform(change_caregiver, person, form.value().said(), region())
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext("It is written down and holds from now on."), "success")
                return self.go("person", uid=uid, person=person)
        return self.page(
            "caregivers/change.html", form=form, patient=found.patient, person=beside.person, status=form.status
        )

    @expose("/<uuid:uid>/<uuid:person>/allow", methods=("POST",))
    @allowed("change")
    def allow(self, uid: uuid.UUID, person: uuid.UUID) -> Response | tuple[str, int]:
        """Allow them to receive something."""
        found, beside = one_of(uid, person)
        form = form_for(AllowanceForm)
        if form.is_accepted():
            try:
                perform(grant_authority, person, allowance_of(form.value(), found))
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext("It is written down and holds from now on."), "success")
                return self.go("person", uid=uid, person=person)
        return self._person(found, beside, allowance=form)

    @expose("/<uuid:uid>/<uuid:person>/say", methods=("POST",))
    @allowed("change")
    def say(self, uid: uuid.UUID, person: uuid.UUID) -> Response | tuple[str, int]:
        """Write down what they say about being written to."""
        found, beside = one_of(uid, person)
        form = form_for(SaidForm, prefix="said-")
        if form.is_accepted():
            given = form.value()
            about = (found.patient.id, given.purpose or None, given.channel or None, given.source)
            more = {"evidence": given.evidence.strip() or None, "about_person_id": beside.person.id}
            perform(give_consent if given.decision == "permit" else withdraw_consent, *about, **more)
            flash(gettext("It is written down and holds from now on."), "success")
            return self.go("person", uid=uid, person=person)
        return self._person(found, beside, said=form)

    @expose("/<uuid:uid>/withdraw/<uuid:allowance>", methods=("POST",))
    @allowed("change")
    def withdraw(self, uid: uuid.UUID, allowance: uuid.UUID) -> Response:
        """Take back an allowance."""
        found = perform(caregivers_of, uid)
        mine = [each.uid for beside in found.people for each in beside.authorities]
        if allowance not in mine:
            raise Missing("There is no such allowance")
        perform(withdraw_authority, allowance)
        flash(gettext("It is taken back. Nothing more is sent by it."), "success")
        return self.go("show", uid=uid)

    @expose("/<uuid:uid>/<uuid:person>/end", methods=("POST",))
    @allowed("change")
    def end(self, uid: uuid.UUID, person: uuid.UUID) -> Response:
        """They decide and receive nothing any more."""
        one_of(uid, person)
        perform(end_caregiver, person)
        flash(gettext("This person receives nothing any more."), "success")
        return self.go("show", uid=uid)

    def _show(self, found: Found, form: ShapeForm) -> tuple[str, int]:
        """Draw the list, with what was typed."""
        return self.page(
            "caregivers/show.html",
            form=form,
            patient=found.patient,
            back=url_for("patients.show", uid=found.patient.uid),
            columns=PEOPLE_COLUMNS,
            people=[self._row(each, found) for each in found.people],
            status=form.status,
        )

    def _person(
        self, found: Found, beside: Beside, allowance: ShapeForm | None = None, said: ShapeForm | None = None
    ) -> tuple[str, int]:
        """Draw one person's page, with what was typed."""
        allowance = allowance or form_for(AllowanceForm)
        said = said or form_for(SaidForm, prefix="said-")
        in_force = beside.allows_now(clock.now())
        return self.page(
            "caregivers/person.html",
            patient=found.patient,
            person=beside.person,
            is_over=beside.is_over(clock.now()),
            facts=facts_of(beside),
            allowance_form=allowance,
            said_form=said,
            allowance_columns=ALLOWANCE_COLUMNS,
            in_force=[allowance_row(each) for each in in_force],
            ended=[allowance_row(each) for each in beside.authorities if each not in in_force],
            statement_columns=STATEMENT_COLUMNS,
            statements=[statement_row(each) for each in beside.statements],
            status=max(allowance.status, said.status),
        )

    def _row(self, beside: Beside, found: Found) -> dict[str, Any]:
        """One person in the list."""
        person = beside.person
        purposes = {purpose for each in beside.allows_now(clock.now()) for purpose in each.purposes}
        return {
            "name": person.name or gettext("No name recorded"),
            "relationship": person.relationship or "",
            "authority": say(AUTHORITIES[person.authority]),
            "receives": purposes_said(purposes) if purposes else gettext("Nothing"),
            "reach": ", ".join(apart(each.value) for each in beside.telecoms) or person.telecom or "",
            "until_on": person.until_on,
            "address": self.address("person", uid=found.patient.uid, person=person.uid),
        }


def region() -> str:
    """How numbers without a country are read here."""
    return str(current_app.config["WAYMARK"].phone_region)


def one_of(uid: uuid.UUID, person: uuid.UUID) -> tuple[Found, Beside]:
    """One person beside this patient; Missing for anybody else's."""
    found = perform(caregivers_of, uid)
    for each in found.people:
        if each.person.uid == person:
            return found, each
    raise Missing("There is no such person")


def new_form() -> ShapeForm:
    """The form of somebody new."""
    remember_languages()
    return form_for(CaregiverForm)


def form_of(beside: Beside) -> ShapeForm:
    """The form of somebody known: of whom a source sends, only what is ours to say."""
    remember_languages()
    person = beside.person
    values = {each.system: each.value for each in beside.telecoms}
    ours = {
        "authority": person.authority,
        "phone": values.get("sms"),
        "email": values.get("email"),
        "language": person.language or "",
        "time_zone": person.time_zone,
    }
    if person.source_record_id is not None:
        return form_for(SentByASource, SentByASource(**ours))
    about = {"relationship": person.relationship, "from_on": person.from_on, "until_on": person.until_on}
    return form_for(CaregiverForm, CaregiverForm(name=person.name or "", **about, **ours))


def remember_languages() -> None:
    """The languages that the clinic writes in, for the form's choices."""
    with reading() as (session, _act):
        g.languages_of_texts = languages_of_texts(session)


def allowance_of(given: AllowanceForm, found: Found) -> Allowance:
    """What was typed, as the engine takes it; the last day ends where the patient's days end."""
    zone = found.patient.time_zone or "UTC"
    return Allowance(
        purposes=tuple(given.purposes),
        content_level=int(given.content_level),
        evidence=given.evidence,
        source=given.source,
        until_at=given.until and end_of(given.until, zone),
    )


def facts_of(beside: Beside) -> list[tuple[str, str | None]]:
    """What stands at the head of a person's page."""
    person = beside.person
    days = [each.isoformat() if each else "…" for each in (person.from_on, person.until_on)]
    reach = [f"{apart(each.value)} ({say(STATUSES[each.status])})" for each in beside.telecoms]
    return [
        (gettext("Relationship"), person.relationship),
        (gettext("May decide"), say(AUTHORITIES[person.authority])),
        (gettext("How to reach"), ", ".join(reach) or person.telecom),
        (gettext("Language"), person.language or gettext("as the patient's")),
        (gettext("Time zone"), person.time_zone or gettext("as the patient's")),
        (gettext("From, until"), " – ".join(days) if person.from_on or person.until_on else None),
    ]


def apart(number: str) -> str:
    """A number or address that stays itself within words that are read from right to left."""
    return f"{LEFT_TO_RIGHT}{number}{AND_BACK}"


def purposes_said(purposes: Any) -> str:
    """Purposes in words, in one order."""
    return ", ".join(sorted(purpose_words(each) for each in purposes))


def allowance_row(authority: Authority) -> dict[str, Any]:
    """One allowance as the lists show it."""
    return {
        "uid": authority.uid,
        "purposes": purposes_said(authority.purposes),
        "level": gettext(dict(LEVELS)[authority.content_level]),
        "from_at": authority.from_at,
        "until_at": authority.until_at,
        "evidence": f"{source_words(authority.source)}: {authority.evidence}",
        "by": authority.recorded_by.removeprefix("user:"),
    }


def statement_row(statement: Consent) -> dict[str, Any]:
    """One statement of theirs."""
    return {
        "from_at": statement.from_at,
        "decision": statement.decision,
        "purpose": purpose_words(statement.purpose),
        "channel": channel_words(statement.channel),
        "source": source_words(statement.source),
        "evidence": statement.evidence,
        "by": statement.recorded_by.removeprefix("user:"),
    }
