"""The custom values of one record: read with who recorded them, changed in a form that follows the fields in force."""

import re
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.base import Screen, allowed, expose, perform, portal_roles, reading, say, say_texts
from app.custom.entering import BEFORE, ValuesForm, redrawing, values_form
from app.custom.opening import Opened, asked_if, opened
from app.custom.records import Record, change_values, find_record
from app.custom.showing import author, groups_of, names_of, words_of
from app.rules.field import is_redrawing
from app.views.field_forms import RECORDS
from journeys.criteria.custom.content import CustomField, live_fields
from journeys.criteria.custom.custom_history import Past, custom_history
from journeys.foundation import audit
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.store.people import Patient

KIND = f"<any({','.join(RECORDS)}):kind>"
ASKED, SEEN, OPEN = "asked", "seen", "open"
"""Controls of the page: the slugs that stood on it, the mark of what was read, whether restricted fields are open."""


class CustomValues(Screen):
    """The page of a record's values, and the form."""

    name = "values"

    @expose(f"/{KIND}/<uuid:uid>/")
    @allowed("read")
    def show(self, kind: str, uid: uuid.UUID) -> tuple[str, int]:
        """All that the person may see; `?open=1` opens restricted values too, which is audited."""
        is_open = OPEN in request.args
        with reading() as (session, act):
            record = find_record(session, kind, uid)
            groups = groups_of(session, act, record, is_open)
            patient = patient_of(session, record)
            audit.note(session, "R", kind, [record.id], [record.patient_id])
        return self.page("values/show.html", groups=groups, is_open=is_open, **about(kind, uid, patient))

    @expose(f"/{KIND}/<uuid:uid>/history/<slug>")
    @allowed("read")
    def history(self, kind: str, uid: uuid.UUID, slug: str) -> tuple[str, int]:
        """Every value that one field had, newest first."""
        with reading() as (session, act):
            record = find_record(session, kind, uid)
            past = custom_history(session, act, kind, record.id, slug, portal_roles())
            custom = live_fields(session, kind)[slug]
            names = names_of(session, {slug: custom}, *({slug: each.value} for each in past))
            patient = patient_of(session, record)
            audit.note(session, "R", kind, [record.id], [record.patient_id])
        rows = [(past_words(each, custom, names), each) for each in past]
        return self.page("values/history.html", rows=rows, custom=custom, author=author, **about(kind, uid, patient))

    @expose(f"/{KIND}/<uuid:uid>/edit", methods=("GET", "POST"))
    @allowed("change")
    def edit(self, kind: str, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Change what may be changed."""
        is_open = OPEN in request.values
        with reading() as (session, act):
            record = find_record(session, kind, uid)
            found = opened(session, act, record, is_open)
            patient = patient_of(session, record)
            form = self._form(session, act, record, found)
        form.labels = found.labels
        redrawing(form, found.editable.values())
        if request.method == "POST" and not is_redrawing() and form.is_accepted() and self._save(record, form):
            return self.go("show", kind=kind, uid=uid)
        return self.page(
            "values/edit.html",
            form=form,
            mark=request.form.get(SEEN, found.mark),
            is_open=is_open,
            has_closed=found.has_closed,
            aside=not_drawn(form, request.form.items(multi=True)),
            status=200 if is_redrawing() or request.method == "GET" else form.status,
            **about(kind, uid, patient),
        )

    def _form(self, session: Session, act: Any, record: Record, found: Opened) -> ValuesForm:
        """The form of the fields that are asked: as it stands, or as it would be with what was typed."""
        if request.method != "POST":
            return values_form(found.on_the_form(found.asked), found.offered(), found.references)
        was_asked = frozenset(request.form.getlist(ASKED))
        sent = values_form(found.on_the_form(was_asked), {}, found.references)
        asked = asked_if(session, act, record, sent.values())
        set_aside = {slug for slug in found.editable if BEFORE + slug in request.form}
        return values_form(found.on_the_form(asked), found.offered(), found.references, was_asked | set_aside)

    def _save(self, record: Record, form: ValuesForm) -> bool:
        """Record what was typed; whether that was done."""
        try:
            marks: Collection[str] = {request.form.get(SEEN, "")}
            perform(change_values, record, form.values(), marks, "form", portal_roles())
        except Invalid as invalid:
            form.refuse(invalid.problems)
            return False
        except Stale:
            form.elsewhere.append(
                gettext(
                    "Somebody else changed these fields meanwhile. What you wrote is still here: open the page in a"
                    " second tab, compare, then write it there."
                )
            )
            return False
        flash(gettext("Saved."), "success")
        return True


def patient_of(session: Session, record: Record) -> Patient:
    """Whose record it is. Missing when the act may not see the patient."""
    patient = session.scalar(select(Patient).where(Patient.id == record.patient_id))
    if patient is None:
        raise Missing(gettext("There is no such patient here"))
    return patient


def about(kind: str, uid: uuid.UUID, patient: Patient) -> dict[str, Any]:
    """What the pages say of the record."""
    return {
        "kind": kind,
        "uid": uid,
        "kind_words": say(RECORDS[kind]),
        "patient": patient,
        "back": url_for("today.show", uid=uid) if kind == "task" else url_for("patients.show", uid=patient.uid),
    }


def not_drawn(form: ValuesForm, posted: Any) -> list[tuple[str, str]]:
    """What was typed into fields that are not asked at the moment: it goes along, in case they are asked again."""
    slugs = "|".join(map(re.escape, form.fields_asked))
    drawn = re.compile(rf"{BEFORE}({slugs})(-\d+-{BEFORE}.+)?")
    return [(name, value) for name, value in posted if name.startswith(BEFORE) and not drawn.fullmatch(name)]


def past_words(past: Past, custom: CustomField, names: Mapping[str, str]) -> str:
    """A past value in words; one that was recorded under another type as it was written."""
    if past.type != custom.type:
        return str(past.value)
    if past.type == "many-choices":
        return ", ".join(say_texts(custom.choices.get(code)) or code for code in past.value)
    return words_of(custom, past.value, names)
