"""Letters that wait in the clinic behind the browser tests, and a batch of one, so that its page is drawn somewhere."""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.accounts.save_account import AccountGiven, save_account
from journeys.contact.channels import CHANNELS
from journeys.contact.post.make_batch import make_batch
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.store.clinical import Condition
from journeys.store.configuration import Definition
from journeys.store.organisation import Location
from journeys.store.people import Patient, PatientLocation, PatientTelecom
from journeys.store.putting_in_force.definitions import TEMPLATE
from seed.demo.codes import HYPERTENSION, HYPERTENSION_ICD
from tests.make import NOON, consent, message, template
from tests.portal.custom_house import house_of

ACCOUNT = "post-desk"
HIGH_PRESSURE = (HYPERTENSION[1], HYPERTENSION_ICD[1])
HOME = "12 Main Street, Apartment 7\nRiverside, NY 10001"
WORDS = {"en": {"subject": "Your check-up", "body": "We keep a time for you. Please call us.\n\nYour clinic"}}


def put_letters_to_the_post(app: Flask) -> None:
    """An account, and one batch that nobody has printed."""
    settings = CHANNELS["letter"].Settings(sender="Riverside Clinic, 1 River Road, Riverside")
    acting = Act(NOON, "setup:letters", EVERYWHERE)
    act(house_of(app), acting, save_account, ACCOUNT, AccountGiven("letter", "Post desk", settings, is_sandbox=False))
    let_wait(app)
    act(house_of(app), Act(app.config["CLOCK"](), "user:nina", EVERYWHERE), make_batch, ACCOUNT)


def let_wait(app: Flask) -> None:
    """One more letter to a patient of Riverside that waits for a batch."""
    act(house_of(app), Act(NOON, "setup:letters", EVERYWHERE), add_letter)


def add_letter(session: Session, doing: Act) -> None:
    """To the first patient of Riverside who has had none, and whom no recall of these tests writes to today."""
    written = select(PatientTelecom.id).where(
        PatientTelecom.patient_id == Patient.id,
        PatientTelecom.value_sealed.is_not(None),
        PatientTelecom.system == "postal",
    )
    recalled = select(Condition.id).where(Condition.patient_id == Patient.id, Condition.code.in_(HIGH_PRESSURE))
    of_riverside = (
        select(Patient)
        .join(PatientLocation, PatientLocation.patient_id == Patient.id)
        .join(Location, Location.id == PatientLocation.location_id)
        .where(
            Location.slug == "riverside",
            Patient.deceased_at.is_(None),
            Patient.merged_into_id.is_(None),
            ~written.exists(),
            ~recalled.exists(),
        )
        .order_by(Patient.id)
        .limit(1)
    )
    patient = session.scalars(of_riverside).one()
    home = PatientTelecom(patient_id=patient.id, system="postal", value=HOME)
    session.add(home)
    session.flush()
    consent(session, patient)
    version = session.scalar(
        select(Definition.live_version_id).where(Definition.kind == TEMPLATE, Definition.slug == "letter-home")
    )
    version = version or template(session, "letter-home", texts=WORDS, answers={}, fallback="en")
    channels = {"status": "released", "channel": "letter", "channels": ["letter"]}
    message(session, patient, version, language="en", telecom_id=home.id, **channels)
