"""A patient of the clinic behind the browser tests who was entered twice, so that something lies on the desk."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.store.people import Patient, PatientLocation, PatientName, PatientTelecom


def enter_somebody_twice(session: Session, doing: Act) -> None:
    """Somebody once more: a slip in the given name, the same number, no address, another language."""
    named = session.scalars(select(PatientName).order_by(PatientName.patient_id)).all()
    name = next(each for each in named if each.family == "Mitchell")
    first = session.get_one(Patient, name.patient_id)
    phone = session.scalars(select(PatientTelecom).where(PatientTelecom.patient_id == first.id)).first()
    assert phone is not None
    given = f"{name.given}e"
    again = Patient(
        name=f"{given} {name.family}",
        given_name=given,
        birth_date=first.birth_date,
        gender=first.gender,
        language="es" if first.language == "en" else "en",
        active=False,
        managing_location_id=first.managing_location_id,
    )
    session.add(again)
    session.flush()
    session.add(PatientName(patient_id=again.id, text=again.name, given=given, family=name.family))
    session.add(PatientTelecom(patient_id=again.id, system=phone.system, value=phone.value, status="unverified"))
    for each in session.scalars(select(PatientLocation).where(PatientLocation.patient_id == first.id)).all():
        session.add(PatientLocation(patient_id=again.id, location_id=each.location_id))
