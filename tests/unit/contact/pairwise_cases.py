"""What may be so of one message, dimension by dimension, and the cases that try all pairs of it.

The first state of each dimension speaks against nothing. What a state means stands here as data where the store and the
oracle both need it: days and hours are counted back from the moment of the decision.
"""

import datetime as dt
import itertools
from dataclasses import dataclass

from covertable import criteria, make

MOMENTS = {
    "Tuesday noon": dt.datetime(2026, 3, 3, 17, 0, tzinfo=dt.UTC),
    "Tuesday evening": dt.datetime(2026, 3, 4, 0, 56, tzinfo=dt.UTC),
    "Saturday night before the clocks change": dt.datetime(2026, 3, 8, 4, 30, tzinfo=dt.UTC),
    "Sunday": dt.datetime(2026, 3, 8, 16, 30, tzinfo=dt.UTC),
    "the hour that comes twice": dt.datetime(2026, 11, 1, 5, 30, tzinfo=dt.UTC),
}
"""In New York: 12:00, 19:56, 23:30 before 02:00 becomes 03:00, 12:30 of that Sunday, 01:30 for the first time."""


DOWN_UNTIL = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
"""Until when the providers are left alone that are down: after every moment."""


@dataclass(frozen=True)
class Said:
    """One statement of consent: about `this` purpose, an `other` one or all (None), on one medium or all."""

    decision: str
    purpose: str | None = "this"
    medium: str | None = None
    since: float = 100
    ended: float | None = None
    source: str = "form"
    giver: str | None = None
    is_of_merged: bool = False


AGREED = Said("permit")
STATEMENTS = {
    "agreed": (AGREED,),
    "agreed to everything": (Said("permit", None),),
    "agreed to texts": (Said("permit", medium="sms"),),
    "agreed by word of mouth": (Said("permit", source="message"),),
    "said nothing": (),
    "agreed to something else": (Said("permit", "other"),),
    "agreed until yesterday": (Said("permit", ended=1),),
    "agrees from tomorrow": (Said("permit", since=-1),),
    "refused this": (AGREED, Said("deny", since=10)),
    "refused texts": (AGREED, Said("deny", None, "sms", since=10)),
    "refused everything": (AGREED, Said("deny", None, since=10)),
    "refused, then agreed": (Said("deny", None, since=200), AGREED),
    "refused until yesterday": (AGREED, Said("deny", since=10, ended=1)),
    "a refusal that is dated tomorrow": (AGREED, Said("deny", since=-1)),
    "refused on the merged record": (AGREED, Said("deny", None, since=10, is_of_merged=True)),
    "agreed on the merged record": (Said("permit", is_of_merged=True),),
    "agreed by a guardian": (Said("permit", giver="guardian"),),
    "agreed by a guardian of once": (Said("permit", giver="guardian of once"),),
    "agreed by a neighbour": (Said("permit", giver="neighbour"),),
}
GIVERS = {"guardian": ("decides", None), "guardian of once": ("decides", 1), "neighbour": ("informed", None)}
"""Who → what they may decide, and how many days ago that ended."""


@dataclass(frozen=True)
class Sent:
    """One earlier message: how many hours ago, for which purpose, whether in the same words and about the same."""

    hours: float
    purpose: str = "transactional"
    same_words: bool = False
    same_thing: bool = False


SENT = {
    "nothing": (),
    "one an hour ago": (Sent(1),),
    "one yesterday": (Sent(26),),
    "three in four days": (Sent(30), Sent(60), Sent(96)),
    "three in seven days, to the hour": (Sent(30), Sent(60), Sent(7 * 24 - 1)),
    "the third a week and a half ago": (Sent(30), Sent(60), Sent(11 * 24)),
    "eight in thirty days": tuple(Sent(24 * day) for day in (8, 10, 12, 14, 16, 18, 20, 29)),
    "the eighth 31 days ago": tuple(Sent(24 * day) for day in (8, 10, 12, 14, 16, 18, 20, 31)),
    "two advertisements": (Sent(240, "promotional"), Sent(300, "promotional")),
    "three advertisements since yesterday": tuple(Sent(hour, "promotional") for hour in (20, 21, 22)),
    "a survey": (Sent(240, "experience"),),
    "the same about the same": (Sent(3, same_words=True, same_thing=True),),
    "the same about something else": (Sent(3, same_words=True),),
    "the same long ago": (Sent(21, same_words=True, same_thing=True),),
}

RUNGS = {
    "text": ("sms",),
    "e-mail": ("email",),
    "text, then e-mail": ("sms", "email"),
    "WhatsApp, then text": ("whatsapp", "sms"),
    "call": ("voice",),
    "what is preferred": ("preferred", "sms"),
    "none named": (),
}

SURROUNDINGS = {
    "moment": tuple(MOMENTS),
    "zone": ("New York", "Honolulu", "Kolkata", "the branch's", "unknown"),
    "place": ("US-NY", "US-FL", "US-TX", "US-AL", "US-RI", "IN", "DE", "BR", ""),
    "purpose": ("care", "transactional", "experience", "promotional"),
    "ladder": tuple(RUNGS),
    "sent": tuple(SENT),
    "rival": ("none", "in an hour", "in two days", "on hold"),
    "talk": ("none", "open", "for two hours", "ended"),
    "useful": ("for ever", "until an hour ago", "for an hour", "for three days"),
    "closed": ("no", "today"),
    "carrier": ("well", "stopped", "down", "without a template"),
    "journey": ("none", "active", "on hold", "left", "of lower priority"),
}
"""What time cures, and what it depends on."""

DIMENSIONS = {
    **SURROUNDINGS,
    "person": ("alive", "dead", "merged", "test", "gone"),
    "hold": ("none", "legal", "restricted", "legal, ended", "legal, from tomorrow", "legal, of the merged record"),
    "age": ("grown", "unknown", "a child with a guardian", "a child", "a guardian of once", "of age today", "tomorrow"),
    "care": ("open", "confidential"),
    "only": ("anywhere", "here", "elsewhere"),
    "said": tuple(STATEMENTS),
    "confirmation": ("none", "awaited", "awaited for something else"),
    "words": ("approved", "none", "of another language", "with a fallback", "its own", "of another purpose"),
    "registered": ("approved", "never asked", "asked", "rejected", "approved, then withdrawn"),
    "level": (0, 1, 2, 3),
    "number": (
        *("usable", "none", "invalid", "wrong-person", "reassigned", "bounced", "unverified", "landline", "shared"),
        *("a bad and a good one", "one of once", "a landline and a mobile", "an unverified and a good one"),
    ),
    "address": ("usable", "none", "bounced", "shared"),
    "objection": ("none", "made", "about e-mail"),
    "complaint": ("none", "about texts", "about e-mail"),
    "block": ("none", "of texts"),
    "restriction": ("none", "agreed", "of something else"),
    "substances": ("no", "treated", "treated and agreed"),
    "open letters": ("not accepted", "accepted"),
    "registers": ("asked", "never asked", "asked long ago", "national", "of the state", "India"),
    "authorisation": ("given", "none", "ended"),
    "wrote": ("never", "a second less than a day ago", "a day ago"),
    "about": (
        *("nothing", "a visit", "a visit that has begun", "a visit cancelled since", "a visit cancelled before"),
        *("a visit confirmed since", "a thing done", "a thing to do", "a question answered", "what was asked again"),
    ),
}
"""All of it, by the steps of the decision that look at it."""

FINE = {name: states[0] for name, states in DIMENSIONS.items()}


def cases():
    """Each state alone, of care and of advertising; first words on WhatsApp, however they are registered; all pairs of
    everything; all pairs of what time cures, with nothing else against it."""
    states = [(name, state) for name, states in DIMENSIONS.items() for state in states]
    advertising = {**FINE, "purpose": "promotional", "place": "US-FL"}
    alone = [{**fine, name: state} for fine in (FINE, advertising) for name, state in states]
    openings = itertools.product(DIMENSIONS["registered"], ("well", "without a template"), ("US-NY", "IN"))
    first = {**FINE, "ladder": "WhatsApp, then text"}
    opened = [{**first, "registered": said, "carrier": carrier, "place": at} for said, carrier, at in openings]
    everything = make(DIMENSIONS, criterion=criteria.simple, salt="1")
    cured = make(SURROUNDINGS, criterion=criteria.simple, salt="1")
    return [*alone, *opened, *everything, *({**FINE, **each} for each in cured)]
