"""A clinic with so many messages to decide about: numbers, consents, a month of earlier messages, one planned message
for each patient; and a smaller one with names and addresses that can be opened, for what leaves the house."""

from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import DEVNULL, Popen
from sys import executable

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from benchmarks.advance import execute
from benchmarks.base import analyse
from benchmarks.population import make_people
from journeys.foundation.zones import ensure_zones
from journeys.store.contact import Consent, Message
from journeys.store.people import Patient, PatientTelecom
from launcher.ports import is_free, next_free
from launcher.programs import until
from tests.make import NOON, template

HOST = "127.0.0.1"
FIRST_PORT = 28425
NOBODYS_NUMBER = b"\x00"
"""In the place of a sealed number that nobody opens."""

CONTACTED = (
    """
    INSERT INTO patient_telecom (patient_id, system, status, value_sealed)
    SELECT id, 'sms', CASE WHEN fraction(id, 20) < .03 THEN 'bounced' ELSE 'usable' END, CAST(:sealed AS bytea)
    FROM patient WHERE fraction(id, 21) < .95 ORDER BY id
    """,
    """
    INSERT INTO patient_telecom (patient_id, system, status, value_sealed)
    SELECT id, 'email', 'usable', CAST(:sealed AS bytea) FROM patient WHERE fraction(id, 22) < .6 ORDER BY id
    """,
    """
    INSERT INTO consent (patient_id, decision, purpose, from_at, source, recorded_by)
    SELECT id, 'permit', 'care', CAST(:now AS timestamptz) - fraction(id, 23) * interval '400 days', 'form', 'benchmark'
    FROM patient WHERE fraction(id, 24) < .92 ORDER BY id
    """,
    """
    INSERT INTO consent (patient_id, decision, purpose, channel, from_at, source, recorded_by)
    SELECT id, CASE WHEN fraction(id, 25) < .8 THEN 'permit' ELSE 'deny' END, NULL, 'sms',
           CAST(:now AS timestamptz) - fraction(id, 26) * interval '300 days', 'message', 'benchmark'
    FROM patient WHERE fraction(id, 27) < .5 ORDER BY id
    """,
    """
    INSERT INTO message (patient_id, lane, status, purpose, channel, template_version_id, planned_at, counted_at,
                         sent_at, decided_at)
    SELECT patient.id, patient.lane, 'accepted', 'care', 'sms_gateway', :version, moment, moment, moment, moment
    FROM patient
    CROSS JOIN generate_series(1, 3) AS earlier
    CROSS JOIN LATERAL (
        SELECT CAST(:now AS timestamptz) - fraction(patient.id, 30 + earlier) * interval '40 days' AS moment) AS at
    ORDER BY patient.id
    """,
    """
    INSERT INTO message (patient_id, lane, purpose, template_version_id, planned_at)
    SELECT id, lane, 'care', :version, CAST(:now AS timestamptz) - interval '5 minutes' FROM patient ORDER BY id
    """,
)
"""Three earlier messages each; by consent, address and caps about half of the planned ones may go now."""


def make_contacts(engine: Engine, people: int) -> None:
    """So many patients, each with one planned message; how it all begins is kept."""
    make_people(engine, people, NOON)
    with Session(engine) as session, session.begin():
        values = {"now": NOON, "version": template(session), "sealed": NOBODYS_NUMBER}
        for statement in CONTACTED:
            session.execute(text(statement), values)
    execute(engine, "CREATE TABLE start_of_message AS SELECT * FROM message")


def begin_again(engine: Engine) -> None:
    """Every message is where it began, and nothing is decided."""
    execute(engine, "TRUNCATE message, message_candidate, event, task, channel_state CASCADE")
    execute(engine, "INSERT INTO message OVERRIDING SYSTEM VALUE SELECT * FROM start_of_message ORDER BY id")
    analyse(engine)


def make_readers(engine: Engine, people: int) -> None:
    """So many patients with names and e-mail addresses, each with one planned e-mail; how it all begins is kept."""
    with Session(engine) as session, session.begin():
        ensure_zones(session, ["America/New_York", "UTC"])
        version = template(session)
        facts = {"language": "en", "time_zone": "America/New_York"}
        patients = [Patient(given_name=f"Ada {each}", **facts) for each in range(people)]
        session.add_all(patients)
        session.flush()
        said = {"decision": "permit", "purpose": "care", "from_at": NOON, "source": "form", "recorded_by": "benchmark"}
        for each in patients:
            session.add(PatientTelecom(patient_id=each.id, system="email", value=f"ada-{each.id}@example.org"))
            session.add(Consent(patient_id=each.id, **said))
            session.add(
                Message(
                    patient_id=each.id,
                    lane=each.id & 255,
                    purpose="care",
                    channels=["email"],
                    planned_at=NOON,
                    template_version_id=version,
                )
            )
    execute(engine, "CREATE TABLE start_of_message AS SELECT * FROM message")


def addresses(engine: Engine) -> dict[int, str]:
    """Message → where it goes."""
    query = select(Message.id, PatientTelecom).join(PatientTelecom, PatientTelecom.patient_id == Message.patient_id)
    with Session(engine) as session:
        return {row[0]: row[1].value for row in session.execute(query)}


@contextmanager
def a_mail_server() -> Iterator[int]:
    """A mail server of this machine that takes everything and keeps nothing, in a process that is not counted; its
    port."""
    port = next_free(HOST, FIRST_PORT)
    command = [executable, "-m", "aiosmtpd", "-n", "-l", f"{HOST}:{port}", "-c", "aiosmtpd.handlers.Sink"]
    server = Popen(command, stdout=DEVNULL, stderr=DEVNULL)
    try:
        if not until(lambda: not is_free(HOST, port), 60):
            raise RuntimeError("The mail server did not come up")
        yield port
    finally:
        server.terminate()
        server.wait(30)
