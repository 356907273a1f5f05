"""The list of patients: narrowed by what is plain, sorted by each of it, walked along however long it is.

Filters stand in the address: they name a branch, a language, a year of birth, and nobody. Who looks for a name
searches (see `patients.py`).
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from flask import g, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.base import Column, asking, filters_for, portal_roles, reading, say, signed_in_scope, walking
from app.base.words import gettext, reader_locale
from app.custom.listing import Words, columns_of, listed_fields, words_of
from journeys.criteria.lists.list_patients_with_fields import list_patients_with_fields
from journeys.foundation.acting import EVERYWHERE, Act, enter
from journeys.foundation.words import N_
from journeys.store.list_patients import SORTS, Wanted
from journeys.store.organisation import Location
from journeys.store.people import Patient
from journeys.store.spoken_languages import spoken_languages

GENDERS = {"male": N_("Male"), "female": N_("Female"), "other": N_("Other"), "unknown": N_("Not recorded")}

PAYERS = {
    "self-pay": N_("Pays themselves"),
    "insured": N_("Insured"),
    "public": N_("Public payer"),
    "unknown": N_("Not recorded"),
}

NOBODY = uuid.UUID(int=0)
"""Stands for a patient in the pattern of the addresses of rows."""

COLUMNS = (
    Column(N_("Patient"), "name", link=lambda row: row["address"]),
    Column(N_("Born"), "birth_date", kind="date", sort="born"),
    Column(N_("Gender"), "gender", sort="gender"),
    Column(N_("Language"), "language", sort="language"),
    Column(N_("Branch"), "branch", kind="muted"),
    Column(N_("Payer"), "payer", sort="payer"),
    Column(N_("Changed"), "changed_at", kind="moment", sort="changed"),
)


BRANCHES = select(func.array_agg(Location.id), func.array_agg(Location.name)).where(Location.slug.is_not(None))
"""As one row: two hundred of them take longer to read."""


def branch_names() -> dict[int, str]:
    """The names of all branches, read once per request."""
    if "branch_names" not in g:
        numbers, names = asking().execute(BRANCHES).one()
        g.branch_names = dict(zip(numbers or (), names or (), strict=True))
    return g.branch_names


def branch_choices() -> list[tuple[int, str]]:
    """The branches of the signed-in person, by name."""
    mine = signed_in_scope().locations
    every = sorted(branch_names().items(), key=lambda branch: branch[1].casefold())
    return [(number, name) for number, name in every if mine is None or number in mine]


def language_choices() -> list[tuple[str, str]]:
    """The languages that patients of the clinic have, by name, as `listing` has read them."""
    named = ((code, language_name(code)) for code in g.languages)
    return sorted(named, key=lambda pair: pair[1].casefold())


def language_name(code: str) -> str:
    """A language in the reader's own; the code where it has no name."""
    known = reader_locale().languages
    return str(known.get(code.replace("-", "_")) or known.get(code.partition("-")[0]) or code)


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to."""

    branch: int | None = field(default=None, metadata={"label": N_("Branch"), "choices": branch_choices})
    language: str | None = field(default=None, metadata={"label": N_("Language"), "choices": language_choices})
    gender: str | None = field(default=None, metadata={"label": N_("Gender"), "choices": tuple(GENDERS.items())})
    payer: str | None = field(default=None, metadata={"label": N_("Payer"), "choices": tuple(PAYERS.items())})
    born_from: dt.date | None = field(default=None, metadata={"label": N_("Born from")})
    born_until: dt.date | None = field(default=None, metadata={"label": N_("Born until")})


def listing() -> dict[str, Any]:
    """What the page of the list is drawn from."""
    walk = walking(SORTS, sort="registered")
    custom = listed_fields()
    asked = (custom.shown, custom.filters())
    roles = portal_roles() if custom.asked else frozenset()
    with reading(verb=list_patients_with_fields) as (session, act):
        g.languages = spoken_in_all(session, act)
        filters = filters_for(Filters)
        wanted = Wanted(**vars(filters.value()), sort=walk.sort, is_descending=walk.is_descending)
        found = list_patients_with_fields(session, act, wanted, *asked, walk.place, walk.size, roles)
    page = found.page
    walk.wrong += custom.wrong
    walk.take([patient.id for patient in page.patients], page, page.count)
    return {
        "filters": filters,
        "field_filters": custom.form,
        "list_columns": [*COLUMNS, *columns_of(found.fields)],
        "patients": list(rows_of(page.patients, words_of(found))),
        "walk": walk,
    }


def spoken_in_all(session: Session, act: Act) -> list[str]:
    """The languages of the whole clinic, also for who works at some of its branches."""
    if act.scope == EVERYWHERE:
        return spoken_languages(session, act)
    everywhere = replace(act, scope=EVERYWHERE)
    enter(session, everywhere)
    languages = spoken_languages(session, everywhere)
    enter(session, act)
    return languages


def rows_of(patients: Iterable[Patient], words: Words) -> Iterable[dict[str, Any]]:
    """Patients as the list shows them, with the words of their custom fields. Words that repeat are looked up once."""
    branches = branch_names()
    languages = dict(language_choices())
    genders = {code: say(words) for code, words in GENDERS.items()}
    payers = {code: say(words) for code, words in PAYERS.items()}
    nameless = gettext("No name recorded")
    before, after = url_for("patients.show", uid=NOBODY).split(str(NOBODY))
    for patient in patients:
        yield {
            "name": patient.name or nameless,
            "birth_date": patient.birth_date,
            "gender": genders[patient.gender],
            "language": languages.get(patient.language or "", ""),
            "branch": branches.get(patient.managing_location_id or 0, ""),
            "payer": payers[patient.payer_class],
            "changed_at": patient.updated_at,
            "uid": patient.uid,
            "address": f"{before}{patient.uid}{after}",
            "custom": words.get(patient.id, {}),
        }
