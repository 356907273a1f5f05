"""Admits some of the demo's patients with everything known of them."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import zlib
from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from journeys.foundation import audit, tokens
from journeys.foundation.acting import Act
from journeys.store import (
    Consent,
    Patient,
    PatientAddress,
    PatientIdentifier,
    PatientLocation,
    PatientName,
    PatientTelecom,
    PatientToken,
    RelatedPerson,
    SourceRecord,
)
from seed.demo import data, people, sarah
from seed.demo.calendar import Opening, closed_days
from seed.demo.care import Care
from seed.demo.chart import Chart
from seed.demo.found import Ground
from seed.demo.further import Further
from seed.demo.people import Person
from seed.demo.visits import DAY

RECORD_NUMBERS = "urn:waymark:demo:record-number"

PERMITS = (
    ("transactional", "sms", 0.95),
    ("transactional", "email", 0.9),
    ("care", "sms", 0.88),
    ("care", "email", 0.72),
    ("experience", "sms", 0.55),
    ("promotional", "sms", 0.2),
)
"""(purpose, channel, how many said yes)."""

OWNED = text(
    "UPDATE source_record SET patient_id = patient.id FROM patient"
    " WHERE patient.source_record_id = source_record.id AND source_record.patient_id IS NULL"
)


def admit(session: Session, act: Act, ground: Ground, numbers: Sequence[int], seed: int) -> int:
    """Admit the patients of these numbers who are not there yet; how many were."""
    missing = sorted(set(numbers) - known(session, ground))
    chart = Chart(session, act.now)
    closed = frozenset(closed_days(act.now.date()))
    openings = {branch["slug"]: Opening(branch, closed) for branch in data.clinic()["branches"]}
    patients = []
    for number in missing:
        # each patient has a generator of their own, so that an interrupted load goes on with the same people
        chance = random.Random(f"{seed}:{number}")  # noqa: S311 -- invented facts, no secrets
        person = sarah.person() if number == sarah.NUMBER else people.invent(number, chance, act.now)
        patient = register(chart, ground, person, chance)
        patients.append(patient)
        care = Care(chart, ground, openings[person.branch["slug"]], chance, person, patient)
        if number == sarah.NUMBER:
            sarah.year(care)
        else:
            care.live()
            more = random.Random(f"{seed}:{number}:further")  # noqa: S311 -- invented facts, no secrets
            Further(chart, ground, openings[person.branch["slug"]], more, person, patient).live()
    chart.write()
    session.execute(OWNED)
    audit.note(session, "C", "patient", ids=patients, patients=patients)
    return len(missing)


def known(session: Session, ground: Ground) -> set[int]:
    """The numbers of the patients who are there already."""
    there = select(SourceRecord.outside_id).where(SourceRecord.source_id == ground.source)
    return {int(outside_id) for outside_id in session.scalars(there)}


def register(chart: Chart, ground: Ground, person: Person, chance: random.Random) -> int:
    """Write who somebody is, how to reach them, what they allow; returns the patient's id."""
    joined = chart.now - chance.randrange(30, 3000) * DAY
    patient = chart.add(
        Patient,
        source_record_id=received(chart, ground, person, joined),
        name=person.name,
        given_name=person.given,
        birth_date=person.birth_date,
        gender=person.gender,
        deceased=person.deceased_at is not None,
        deceased_at=person.deceased_at,
        language=person.language,
        time_zone=person.time_zone,
        preferred_channel=person.preferred_channel,
        payer_class=person.payer_class,
        managing_location_id=ground.branches[person.branch["slug"]],
        recorded_at=joined,
        updated_at=chart.now,
    )
    names(chart, person, patient)
    reach(chart, person, patient, joined)
    consents(chart, person, patient, joined, chance)
    branches(chart, ground, person, patient, joined, chance)
    if person.age(chart.now.date()) < 18:
        guardian(chart, person, patient, joined)
    return patient


def received(chart: Chart, ground: Ground, person: Person, joined: dt.datetime) -> int:
    """The record behind the patient; the demo has no outside system, so it holds the number only."""
    content = f'{{"resourceType":"Patient","id":"{person.number}"}}'.encode()
    return chart.add(
        SourceRecord,
        source_id=ground.source,
        resource_type="Patient",
        outside_id=str(person.number),
        received_at=joined,
        hash=hashlib.sha256(content).digest(),
        raw=zlib.compress(content),
    )


def names(chart: Chart, person: Person, patient: int) -> None:
    """The name, the record number, and the tokens under which both are found."""
    record_number = f"NF-{100_000 + person.number}"
    chart.add(
        PatientName, patient_id=patient, use="official", text=person.name, family=person.family, given=person.given
    )
    chart.add(
        PatientIdentifier, patient_id=patient, system=RECORD_NUMBERS, type_code="MR", use="usual", value=record_number
    )
    found_under = set(tokens.name_tokens(f"{person.given} {person.family} {person.name}"))
    found_under.add(tokens.identifier_token(record_number))
    if person.phone:
        found_under.add(tokens.phone_token(person.phone, "US"))
    if person.email:
        found_under.add(tokens.email_token(person.email))
    for kind, token in sorted(found_under):
        chart.add(PatientToken, kind=kind, token=token, patient_id=patient)


def reach(chart: Chart, person: Person, patient: int, joined: dt.datetime) -> None:
    """Numbers and addresses."""
    ways = (("phone", person.phone_use, person.phone), ("email", None, person.email))
    for rank, (system, use, value) in enumerate(ways, start=1):
        if value:
            chart.add(
                PatientTelecom,
                patient_id=patient,
                system=system,
                use=use,
                rank=rank,
                value=value,
                valid_from=joined,
            )
    chart.add(
        PatientAddress,
        patient_id=patient,
        use="home",
        text=f"{person.street}, {person.branch['city']}, {person.branch['state']} {person.postal_code}",
        postal_code=person.postal_code,
        state=person.branch["state"],
        country="US",
    )


def consents(chart: Chart, person: Person, patient: int, joined: dt.datetime, chance: random.Random) -> None:
    """What somebody allowed when they joined, and what a few took back later."""
    for purpose, channel, share in PERMITS:
        if chance.random() < share or person.number == sarah.NUMBER:
            state(chart, person, patient, "permit", purpose, channel, joined, "form")
    if chance.random() < 0.05 and person.number != sarah.NUMBER:
        later = joined + (chart.now - joined) * chance.random()
        state(chart, person, patient, "deny", chance.choice(("care", None)), "sms", later, "message")


def state(
    chart: Chart,
    person: Person,
    patient: int,
    decision: str,
    purpose: str | None,
    channel: str,
    at: dt.datetime,
    source: str,
) -> None:
    """One statement of consent."""
    chart.add(
        Consent,
        patient_id=patient,
        decision=decision,
        purpose=purpose,
        channel=channel,
        from_at=at,
        source=source,
        language=person.language,
        recorded_by="demo",
        recorded_at=at,
    )


def branches(
    chart: Chart, ground: Ground, person: Person, patient: int, joined: dt.datetime, chance: random.Random
) -> None:
    """The home branch, for a few a second one too."""
    mine = {person.branch["slug"]}
    if chance.random() < 0.04 and person.number != sarah.NUMBER:
        mine.add(chance.choice(sorted(ground.branches)))
    for slug in sorted(mine):
        chart.add(PatientLocation, patient_id=patient, location_id=ground.branches[slug], since=joined)


def guardian(chart: Chart, person: Person, patient: int, joined: dt.datetime) -> None:
    """The parent who decides for a child."""
    chart.add(
        RelatedPerson,
        patient_id=patient,
        relationship="parent",
        authority="decides",
        from_on=person.birth_date,
        name=f"Parent of {person.given} {person.family}",
        telecom=person.phone,
        recorded_at=joined,
    )
