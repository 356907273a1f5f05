"""A number for experiments and holdouts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Double, Text, cast, func, literal
from sqlalchemy.dialects.postgresql import BIT

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import NUMBER
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_

DIGITS = 8
BITS = 32


class RandomNumber(Field):
    """A number from 0 to just below 100 that each patient keeps for ever, another one under each name (`of.name`).

    So `less_than 10` is a tenth of the patients, always the same ones, and the tenths of two experiments have nothing
    to do with each other. It is made of the patient's uid and the name: the first eight hexadecimal digits of their
    MD5, as a part of 100.
    """

    label = N_("random number %(name)s")
    kind = NUMBER
    may_be_unknown = False
    parameters = {"name": {}}

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[Any]:
        """The digits as a number."""
        text = func.concat(cast(subject.fact("uid"), Text), ":", cast(literal(of["name"]), Text))
        digits = cast(literal("x"), Text).concat(func.substr(func.md5(text), 1, DIGITS))
        number = cast(cast(digits, BIT(BITS)), BigInteger)
        return cast(number, Double) * 100 / cast(literal(2**BITS, BigInteger), Double)
