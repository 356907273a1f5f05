"""Finds patients by what people know of them: beginnings of names, a number, an address, an identifier, a birth date.

Everything but the birth date is looked up through blind tokens; nothing sealed is opened to search, only what is shown.
"""

from __future__ import annotations

import datetime as dt
import functools
import operator
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    and_,
    any_,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

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
from journeys.store.people import Patient, PatientName, PatientToken

Token = tuple[str, bytes]
Group = list[Token]
"""Any of these will do."""

LONG = PREFIXES[-1]
"""A typed word longer than the longest prefix is compared with the opened names afterwards."""

ROUNDS = 5

ALONG_INDEXES = text(
    "SELECT set_config('enable_sort', 'off', true), set_config('enable_hashjoin', 'off', true),"
    " set_config('enable_mergejoin', 'off', true), set_config('work_mem', '64kB', true)"
)
"""Until the end of the transaction the planner puts nothing in order that an index holds in order. It thinks that the
first page needs all who have a name."""

BESIDE_EACH_OTHER = text(
    "SELECT set_config('enable_mergejoin', 'on', true), set_config('enable_nestloop', 'off', true)"
)
"""Until the end of the transaction two lists are walked along beside each other."""

FREQUENT = 2_000
"""Groups of more are walked along beside each other: to look each one met up in the other takes thousands of looks,
where few have both."""


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


def find_patients(session: Session, act: Act, terms: Terms, after: int = 0, limit: int = 25) -> FoundPage:
    """The patients of the act's scope that fit, merged ones left out.

    The audit keeps who was shown and which kinds of terms were used, never the terms.
    """
    found: list[Found] = []
    last: int | None = after
    rounds = 0
    wanted, are_frequent = in_turn(session, act, groups(terms), terms.birth_date)
    while last is not None and len(found) < limit and rounds < ROUNDS:
        if are_frequent:
            rows, end = stretch_of_all(session, wanted, last, limit)
        else:
            rows, end = stretch(session, query(wanted, terms.birth_date, last), limit)
        who = fits(session, terms, rows)
        fitting = [row for row in rows if row.id in who]
        room = limit - len(found)
        found.extend(shown(row) for row in fitting[:room])
        last = fitting[room - 1].id if len(fitting) > room else end
        rounds += 1
    ids = [each.id for each in found]
    audit.note(session, "R", "patient", ids, ids, {"searched": kinds_of(terms), "shown": len(ids)})
    return FoundPage(found, last)


def in_turn(session: Session, act: Act, wanted: list[Group], birth_date: dt.date | None) -> tuple[list[Group], bool]:
    """The groups, the rarest first, and whether they are to be walked along beside each other.

    Within few branches both ways look at the branches of everybody they meet, and looking up meets fewer.
    """
    if not wanted or birth_date is not None:
        return wanted, False
    session.execute(ALONG_INDEXES)
    if len(wanted) == 1:
        return wanted, False
    sizes = session.execute(select(*map(counted, wanted))).one()
    order = sorted(range(len(wanted)), key=sizes.__getitem__)
    are_frequent = act.scope.locations is None and sizes[order[0]] >= FREQUENT
    if are_frequent:
        session.execute(BESIDE_EACH_OTHER)
    return [wanted[number] for number in order], are_frequent


def stretch(session: Session, asked: Select[Patient], limit: int) -> tuple[Sequence[Patient], int | None]:
    """Up to `limit` patients, and the id after which others come; None when these were the last."""
    rows = session.scalars(asked.limit(limit + 1)).all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def stretch_of_all(
    session: Session, wanted: Sequence[Group], after: int, limit: int
) -> tuple[Sequence[Patient], int | None]:
    """The same for those who have a token of every group: their ids first, then who of them is to be shown."""
    first, *others = (having(group, after) for group in wanted)
    met = select(first.c.patient_id)
    for other in others:
        met = met.join(other, other.c.patient_id == first.c.patient_id)
    ids = session.scalars(met.order_by(first.c.patient_id).limit(limit + 1)).all()
    looked_at = Patient.id == any_(cast(list(ids[:limit]), ARRAY(BigInteger)))
    chosen = select(Patient).where(Patient.merged_into_id.is_(None), looked_at).order_by(Patient.id)
    return session.scalars(chosen).all(), ids[limit - 1] if len(ids) > limit else None


def query(wanted: Sequence[Group], birth_date: dt.date | None, after: int) -> Select[Patient]:
    """SELECT the patients that have a token of every group, in order of id.

    Those born on one day are few: they are walked along, else who has a token of the first group, until a page is full.
    Each one met is looked up in the other groups. A join would read all of every group first, and a common name is had
    by tens of thousands.
    """
    chosen = select(Patient).where(Patient.merged_into_id.is_(None))
    if birth_date is not None or not wanted:
        born = true() if birth_date is None else Patient.birth_date == birth_date
        fitting = [has_one(Patient.id, group) for group in wanted]
        return chosen.where(born, Patient.id > after, *fitting).order_by(Patient.id)
    met = having(wanted[0], after)
    fitting = [has_one(met.c.patient_id, group) for group in wanted[1:]]
    return chosen.join(met, met.c.patient_id == Patient.id).where(*fitting).order_by(met.c.patient_id)


def having(group: Group, after: int) -> Subquery:
    """Who has a token of a group, each once, in order: each token's are in order by themselves, and merged."""
    every = [select(in_order(token, after).c.patient_id) for token in group]
    if not every:
        return select(PatientToken.patient_id).where(false()).subquery()
    some = union_all(*every).subquery()
    return select(some.c.patient_id).distinct().order_by(some.c.patient_id).subquery()


def in_order(token: Token, after: int) -> Subquery:
    """Who has one token, along the index."""
    walked = select(PatientToken.patient_id).where(is_token(PatientToken, token), PatientToken.patient_id > after)
    return walked.order_by(PatientToken.patient_id).subquery()


def has_one(patient_id: Any, group: Group) -> ColumnElement[bool]:
    """Whether a patient has a token of a group."""
    return or_(false(), *[has(patient_id, token) for token in group])


def has(patient_id: Any, token: Token) -> ColumnElement[bool]:
    """Whether a patient has one token. As a value and not as EXISTS, which the planner would make a join of."""
    other = aliased(PatientToken)
    found = select(true()).where(is_token(other, token), other.patient_id == patient_id).limit(1)
    return func.coalesce(found.scalar_subquery(), false())


def is_token(row: type[PatientToken], token: Token) -> ColumnElement[bool]:
    """Whether a row is of this token."""
    kind, value = token
    return and_(row.kind == kind, row.token == value)


def counted(group: Group) -> ColumnElement[int]:
    """How many have a token of a group, up to FREQUENT."""
    each = [
        select(func.count())
        .select_from(select(PatientToken.patient_id).where(is_token(PatientToken, token)).limit(FREQUENT).subquery())
        .scalar_subquery()
        for token in group
    ]
    return functools.reduce(operator.add, each, literal(0))


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
