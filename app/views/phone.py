"""The phone simulator: a patient's phone on the screen, where one can answer. Nothing leaves the house."""

import uuid
from dataclasses import dataclass, field

from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.base import Column, Screen, ShapeForm, allowed, expose, form_for, perform, reading, walking
from journeys.contact.replies.answer_on_phone import answer_on_phone
from journeys.contact.replies.phone import phone
from journeys.contact.replies.phones import phones
from journeys.foundation.errors import Invalid, Missing
from journeys.foundation.ids import new_uid
from journeys.foundation.words import N_
from journeys.store.people import Patient

COLUMNS = (
    Column(N_("Patient"), "name", link=lambda row: row["address"]),
    Column(N_("Messages"), "messages", kind="number"),
    Column(N_("Last one"), "last", kind="moment"),
)


@dataclass(frozen=True)
class Answer:
    """What the patient types."""

    text: str = field(metadata={"label": N_("Answer"), "attributes": {"autocomplete": "off", "maxlength": 1600}})
    delivery: str = field(default="", metadata={"label": N_("Delivery")})


class PhoneSimulator(Screen):
    """The list of phones with messages, and one phone."""

    name = "phone"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Phones on which something arrived, the newest first."""
        walk = walking({"last"}, sort="last", is_descending=True)
        page = perform(phones, walk.place, walk.size)
        walk.take([each.message_id for each in page.phones], page)
        rows = [
            {
                "name": each.patient.name or gettext("No name recorded"),
                "messages": each.messages,
                "last": each.last,
                "address": self.address("show", uid=each.patient.uid),
            }
            for each in page.phones
        ]
        return self.page("phone/index.html", columns=COLUMNS, rows=rows, pages=walk)

    @expose("/<uuid:uid>/")
    @allowed("read")
    def show(self, uid: uuid.UUID) -> tuple[str, int]:
        """One phone."""
        return self._screen(self._patient(uid), form_for(Answer))

    @expose("/<uuid:uid>/answer", methods=("POST",))
    @allowed("answer")
    def answer(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """What is typed on it comes in by the same way as from any provider."""
        patient = self._patient(uid)
        form = form_for(Answer)
        if form.is_accepted():
            given = form.value()
            try:
                perform(answer_on_phone, patient.id, given.text, f"simulator:{given.delivery or new_uid()}")
                return self.go("show", uid=uid)
            except Invalid as invalid:
                form.refuse(invalid.problems)
        return self._screen(patient, form)

    def _screen(self, patient: Patient, form: ShapeForm) -> tuple[str, int]:
        shown = perform(phone, patient.id)
        return self.page(
            "phone/show.html", patient=patient, phone=shown, form=form, delivery=new_uid(), status=form.status
        )

    def _patient(self, uid: uuid.UUID) -> Patient:
        with reading() as (session, _act):
            patient = session.scalar(select(Patient).where(Patient.uid == uid))
            if patient is None:
                raise Missing(gettext("There is no such patient here"))
            return patient
