"""What a form brought besides words: which one it was, and what its visitor agreed to.

It is kept with what an unknown sender wrote, so that linking it to a patient has the effects of being sure at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from journeys.contact.consent.consents import append, consent_state
from journeys.contact.forms.content import fields_for_forms
from journeys.contact.replies import keywords
from journeys.contact.replies.understand import Understood
from journeys.criteria.custom.keep_answers import keep_answers
from journeys.foundation.acting import Act
from journeys.store.contact import Message
from journeys.store.events import emit

SENT = "form.sent"
SOURCE = "form"
PLACE = "web-form"


@dataclass(frozen=True)
class SentForm:
    """A form by its slug, the number of its version, the language in which it was shown, the patient who surely sent
    it, the boxes that were ticked (purpose, medium), those words that are the visitor's own, the answers to custom
    fields (slug → plain value), and the slug of the branch that the form belongs to, empty for none."""

    slug: str
    number: int
    language: str
    patient_id: int | None = None
    agreed: tuple[tuple[str, str], ...] = ()
    words: str = field(default="", repr=False)
    answers: Mapping[str, Any] = field(default_factory=dict, repr=False)
    branch: str = ""

    @property
    def edition(self) -> str:
        """What was shown, as a statement of consent names it."""
        return f"{self.slug} {self.number}"

    def as_said(self) -> dict[str, Any]:
        """What is kept of it for a person."""
        said = {"slug": self.slug, "number": self.number, "language": self.language, "words": self.words}
        kept = {"answers": dict(self.answers), "branch": self.branch}
        return {**said, **kept, "agreed": [list(each) for each in self.agreed]}


def read_said(said: Mapping[str, Any] | None) -> SentForm | None:
    """The form that is kept so; None where it was none."""
    if said is None:
        return None
    agreed = tuple((purpose, medium) for purpose, medium in said["agreed"])
    more = {"answers": said.get("answers", {}), "branch": said.get("branch", "")}
    return SentForm(said["slug"], said["number"], said["language"], agreed=agreed, words=said["words"], **more)


def apply_form(session: Session, act: Act, row: Message, form: SentForm, meaning: Understood) -> None:
    """Record what the patient agreed to and answered, and tell whoever waits for this form."""
    keep_answers(session, act, row.patient_id, fields_for_forms(session), dict(form.answers), PLACE)
    for purpose, medium in given_now(session, act, row.patient_id, form, meaning):
        statement = {
            "decision": "permit",
            "purpose": purpose,
            "channel": medium,
            "source": SOURCE,
            "wording": form.edition,
            "language": form.language,
            "evidence": row.body,
        }
        append(session, act, "consent.given", [row.patient_id], statement)
    about = {"patient_id": row.patient_id, "subject_kind": "message", "subject_id": row.id, "code": form.slug}
    emit(session, act, SENT, [about])


def given_now(
    session: Session, act: Act, patient_id: int, form: SentForm, meaning: Understood
) -> Iterator[tuple[str, str]]:
    """What a tick begins: nothing that was refused before, for a number and a birth date can be known to others.

    The words of the form say it all to whoever reads them.
    """
    if meaning.outcome == keywords.STOP:
        return
    for purpose, medium in form.agreed:
        if consent_state(session, patient_id, purpose, medium, act.now).decision is None:
            yield purpose, medium
