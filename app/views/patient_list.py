"""The list of patients: narrowed by what is plain, sorted by each of it, walked along however long it is.

Filters stand in the address: they name a branch, a language, a year of birth, and nobody. Who looks for a name
searches (see `patients.py`).
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from flask import g, url_for
from sqlalchemy.orm import Session

from app.base import Column, asking, filters_for, portal_roles, reading, say, signed_in_scope, walking
from app.base.words import gettext, language_name
from app.custom.listing import Words, columns_of, listed_fields, words_of
from journeys.criteria.lists.list_patients_with_fields import list_patients_with_fields
from journeys.foundation.acting import EVERYWHERE, Act, enter
from journeys.foundation.words import N_
from journeys.store.lists.list_choices import BRANCHES, ListChoices, list_choices
from journeys.store.lists.list_patients import SORTS, Wanted
from journeys.store.people import Patient

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


def branch_names(session: Session | None = None) -> dict[int, str]:
    """The names of all branches, read once per request; in a session that is there anyway, else in one of their own."""
    if "branch_names" not in g:
        numbers, names = (session or asking()).execute(BRANCHES).one()
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
    with reading(verb=list_patients_with_fields) as (session, act):
        custom = listed_fields(session, act)
        asked = (custom.shown, custom.filters())
        roles = portal_roles() if custom.asked else frozenset()
        choices = choices_of_all(session, act)
        g.branch_names, g.languages = choices.branches, choices.languages
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


def choices_of_all(session: Session, act: Act) -> ListChoices:
    """The branches and languages of the whole clinic, also for who works at some of its branches."""
    if act.scope == EVERYWHERE:
        return list_choices(session, act)
    everywhere = replace(act, scope=EVERYWHERE)
    enter(session, everywhere)
    choices = list_choices(session, everywhere)
    enter(session, act)
    return choices


def rows_of(patients: Iterable[Patient], words: Words) -> Iterable[dict[str, Any]]:
    """Patients as the list shows them, with the words of their custom fields. Words that repeat are looked up once."""
    branches = branch_names()
    languages = dict(language_choices())
    genders = {code: say(words) for code, words in GENDERS.items()}
    payers = {code: say(words) for code, words in PAYERS.items()}
    nameless = gettext("No name recorded")
    address_of = addresses("patients.show")
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
            "address": address_of(patient.uid),
            "custom": words.get(patient.id, {}),
        }


def addresses(endpoint: str, **others: Any) -> Callable[[uuid.UUID], str]:
    """The address of a screen by the `uid` of its patient: put together once for all rows of a list."""
    before, after = url_for(endpoint, uid=NOBODY, **others).split(str(NOBODY))
    return lambda uid: f"{before}{uid}{after}"
