"""Finds patients by what people know of them: beginnings of names, a number, an address, an identifier, a birth date.

Everything but the birth date is looked up through blind tokens; nothing sealed is opened to search, only what is shown.
"""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.tokens import (
    PREFIXES,
    SOUND,
    email_token,
    identifier_token,
    name_tokens,
    phone_token,
    search_word,
    words_of,
)
from journeys.store.finding.found_by_tokens import (
    ALONG,
    OF_IDS,
    Group,
    Shape,
    Token,
    beside_each_other,
    born,
    few_by_few,
    looked_up,
    shape_of,
    sizes,
    values_of,
)
from journeys.store.people import Patient, PatientName

LONG = PREFIXES[-1]
"""A typed word longer than the longest prefix is compared with the opened names afterwards."""

ROUNDS = 5

FREQUENT = 2_000
"""Groups of more are walked along beside each other: to ask for each of so many whether they are in the other takes
longer, where few have both."""


@dataclass(frozen=True)
class Terms:
    """What is known of the person; all of it must fit. `number` is a phone number or identifier, whichever it is.

    `region` is the country whose phone habits hold. `by_sound` also finds names that only sound like the words.
    """

    name: str = ""
    phone: str = ""
    email: str = ""
    identifier: str = ""
    number: str = ""
    birth_date: dt.date | None = None
    region: str = "US"
    by_sound: bool = False

    @classmethod
    def of_text(cls, text: str, region: str = "US", by_sound: bool = False) -> Terms:
        """What a person typed into one box: `@` makes an e-mail address, an ISO date a birth date, digits a number."""
        name: list[str] = []
        number: list[str] = []
        email = ""
        birth_date = None
        for word in text.split():
            date = iso_date(word)
            if date is not None:
                birth_date = date
            elif "@" in word:
                email = word
            elif any(letter.isdigit() for letter in word):
                number.append(word)
            else:
                name.append(word)
        return cls(
            name=" ".join(name),
            email=email,
            number=" ".join(number),
            birth_date=birth_date,
            region=region,
            by_sound=by_sound,
        )


@dataclass(frozen=True)
class Found:
    """One patient of a list, opened to be shown."""

    id: int
    uid: uuid.UUID
    name: str | None
    birth_date: dt.date | None
    gender: str
    deceased: bool
    managing_location_id: int | None


@dataclass(frozen=True)
class FoundPage:
    """A page of patients in order of id; `after` fetches the next one, None at the end."""

    patients: list[Found]
    after: int | None


@dataclass(frozen=True)
class Way:
    """What is looked for, and the statement of its shape that finds it; of some ways only ids."""

    wanted: list[Group]
    statement: Callable[[Shape], Select[Any]]
    gives_ids: bool = False


def find_patients(session: Session, act: Act, terms: Terms, after: int = 0, limit: int = 25) -> FoundPage:
    """The patients of the act's scope that fit, merged ones left out.

    The audit keeps who was shown and which kinds of terms were used, never the terms.
    """
    found: list[Found] = []
    last: int | None = after
    rounds = 0
    way = way_to(session, act, groups(terms), terms.birth_date)
    while last is not None and len(found) < limit and rounds < ROUNDS:
        rows, end = stretch(session, way, last, limit)
        who = fits(session, terms, rows)
        fitting = [row for row in rows if row.id in who]
        room = limit - len(found)
        found.extend(shown(row) for row in fitting[:room])
        last = fitting[room - 1].id if len(fitting) > room else end
        rounds += 1
    ids = [each.id for each in found]
    audit.note(session, "R", "patient", ids, ids, {"searched": kinds_of(terms), "shown": len(ids)})
    return FoundPage(found, last)


def way_to(session: Session, act: Act, wanted: list[Group], birth_date: dt.date | None) -> Way:
    """How those who have a token of every group are found; with several, the rarest is looked for first.

    Within few branches each way looks at the branches of everybody it meets, so frequent groups are not walked along
    beside each other: looking up meets fewer.
    """
    if not wanted or birth_date is not None:
        return Way(wanted, functools.partial(born, birth_date=birth_date))
    if len(wanted) == 1:
        session.execute(ALONG)
        return Way(wanted, looked_up)
    is_everywhere = act.scope.locations is None
    asked = sizes(shape_of(wanted), is_everywhere)
    counts = session.execute(asked, {**values_of(wanted), "frequent": FREQUENT}).one()[: len(wanted)]
    order = sorted(range(len(wanted)), key=counts.__getitem__)
    rarest_first = [wanted[number] for number in order]
    if counts[order[0]] < FREQUENT:
        return Way(rarest_first, few_by_few)
    return Way(rarest_first, beside_each_other, gives_ids=True) if is_everywhere else Way(rarest_first, looked_up)


def stretch(session: Session, way: Way, after: int, limit: int) -> tuple[Sequence[Patient], int | None]:
    """Up to `limit` patients, and the id after which others come; None when these were the last."""
    asked = way.statement(shape_of(way.wanted))
    values = {**values_of(way.wanted), "after": after, "most": limit + 1}
    rows = session.scalars(asked, values).all()
    if way.gives_ids:
        patients = session.scalars(OF_IDS, {"ids": rows[:limit]}).all()
        return patients, rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def groups(terms: Terms) -> list[Group]:
    """One group of tokens for each thing that must fit; any token of a group will do. An empty one finds nobody."""
    found: list[Group] = [word_tokens(word, terms.by_sound) for word in words_of(terms.name)]
    if terms.phone:
        found.append(numbers(terms.phone, terms.region))
    if terms.email:
        found.append([email_token(terms.email)])
    if terms.identifier:
        found.append([identifier_token(terms.identifier)])
    if terms.number:
        found.append([*numbers(terms.number, terms.region), identifier_token(terms.number), *search_word(terms.number)])
    return found


def word_tokens(word: str, by_sound: bool) -> list[Token]:
    """The tokens under which one typed word finds people."""
    sounds = [token for token in name_tokens(word) if token[0] == SOUND] if by_sound else []
    return [*search_word(word), *sounds]


def numbers(text: str, region: str) -> list[Token]:
    """The token of a phone number, none when the text cannot be one."""
    token = phone_token(text, region)
    return [] if token is None else [token]


def fits(session: Session, terms: Terms, rows: Sequence[Patient]) -> set[int]:
    """Who of these really has names that begin with the long words that were typed."""
    ids = {row.id for row in rows}
    long_words = [word for word in words_of(terms.name) if len(word) > LONG]
    if not long_words or terms.by_sound or not ids:
        return ids
    names = session.scalars(select(PatientName).where(PatientName.patient_id.in_(ids))).all()
    words: dict[int, set[str]] = {row.id: set(words_of(row.name or "")) for row in rows}
    for name in names:
        words[name.patient_id].update(words_of(f"{name.text} {name.family or ''} {name.given or ''}"))
    return {number for number in ids if all(begins_one(word, words[number]) for word in long_words)}


def begins_one(word: str, words: set[str]) -> bool:
    """Whether one of the words begins with a word."""
    return any(each.startswith(word) for each in words)


def shown(row: Patient) -> Found:
    """What a list shows of a patient."""
    return Found(row.id, row.uid, row.name, row.birth_date, row.gender, row.deceased, row.managing_location_id)


def kinds_of(terms: Terms) -> list[str]:
    """Which kinds of terms were used, without what they were."""
    kinds = ("name", "phone", "email", "identifier", "number", "birth_date")
    return [kind for kind in kinds if getattr(terms, kind)]


def iso_date(word: str) -> dt.date | None:
    """The date that a word is, as 1974-03-02."""
    try:
        return dt.date.fromisoformat(word) if len(word) == len("1974-03-02") else None
    except ValueError:
        return None
