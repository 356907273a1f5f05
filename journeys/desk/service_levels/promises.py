"""What the reasons of a clinic promise, as SQL over conversations; NULL where a reason promises nothing."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import BigInteger, ColumnElement, case, literal, null

from journeys.contact.channels import CHANNELS
from journeys.desk.reasons.reason import Reason
from journeys.store.conversations import Conversation


def answer_minutes(reasons: Mapping[str, Reason]) -> ColumnElement[int | None]:
    """SQL: within how many minutes a first answer is promised, by the reason and the channel of a conversation."""
    return by_reason({slug: on_its_channel(each) for slug, each in reasons.items()})


def resolve_minutes(reasons: Mapping[str, Reason]) -> ColumnElement[int | None]:
    """SQL: within how many minutes the case is settled."""
    return by_reason({slug: number(each.resolve_minutes) for slug, each in reasons.items()})


def by_reason(values: Mapping[str, ColumnElement[int | None]]) -> ColumnElement[int | None]:
    """SQL: the value of the reason that a conversation has."""
    if not values:
        return number(None)
    return case(*((Conversation.reason == slug, value) for slug, value in values.items()), else_=number(None))


def on_its_channel(reason: Reason) -> ColumnElement[int | None]:
    """SQL: the fewest minutes that the reason and the medium of the channel say."""
    fewer = {name: reason.answer_within(each.speaks) for name, each in CHANNELS.items()}
    usual = reason.answer_within("")
    others = [(Conversation.channel == name, number(said)) for name, said in fewer.items() if said != usual]
    return case(*others, else_=number(usual)) if others else number(usual)


def number(minutes: int | None) -> ColumnElement[int | None]:
    """SQL: so many, as a type that PostgreSQL knows."""
    return null().cast(BigInteger) if minutes is None else literal(minutes, BigInteger)
