"""A look at what a draft would do asks nothing of values that somebody may not see, and never ends in a single one."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from journeys.criteria.custom import converting
from journeys.criteria.custom.preview_field_change import Preview, preview_field_change
from journeys.foundation import audit
from tests.unit.criteria.custom.made import STAFF, a_patient, an_act, content, publish, say

pytestmark = pytest.mark.store

STRANGERS = frozenset({"stranger"})
PATTERN = "[a-z ]+"


def look(session: Session, slug: str, given: Any, roles: frozenset[str] = STAFF) -> Preview:
    return preview_field_change(session, an_act(), slug, given, roles)


def spoken(session: Session, slug: str, *words: str) -> None:
    """One patient for each word."""
    for word in words:
        say(session, a_patient(session), **{slug: word})


def reasons(seen: Preview) -> list[tuple[int | None, tuple[str, ...]]]:
    return [(reason.count, reason.codes) for reason in seen.reasons]


def test_counts_are_told_in_tens_and_a_few_are_not_counted_out(session: Session) -> None:
    publish(session, "smoking", "text", pattern=PATTERN)
    spoken(session, "smoking", *["never"] * 13, "a secret word", "another secret")
    seen = look(session, "smoking", content("choice"))
    assert (seen.records, seen.fitting, seen.lost, seen.converts, seen.problems) == (15, 10, None, True, ())
    assert reasons(seen) == [(None, ())]
    assert "secret" not in repr(seen)
    assert reasons(look(session, "smoking", content("choice"), STRANGERS)) == []
    spoken(session, "smoking", *["a secret word"] * 10)
    assert reasons(look(session, "smoking", content("choice"), STRANGERS)) == [(10, ())]


def test_another_pattern_asks_nothing_of_who_may_not_see(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(session, "smoking", "text")
    spoken(session, "smoking", *["never"] * 12)
    tighter = content("text", pattern="current")
    assert (look(session, "smoking", tighter).lost, look(session, "smoking", tighter).converts) == (10, False)
    monkeypatch.setattr(converting, "read_values", None)
    strangers = {"roles": ["stranger"], "purposes": ["care"]}
    own_word = {"see": strangers, "edit": strangers}
    for given in (tighter, {**tighter, **own_word}):
        seen = look(session, "smoking", given, STRANGERS)
        assert (seen.is_judged, seen.records, seen.fitting, seen.lost, seen.reasons) == (False, 0, None, None, ())


@pytest.mark.parametrize("sensitivity", ["ordinary", "sensitive", "restricted"])
def test_codes_are_shown_of_ordinary_fields_only(sensitivity: str, session: Session) -> None:
    publish(session, "method", "choice", sensitivity=sensitivity)
    spoken(session, "method", "former")
    seen = look(session, "method", content("number"))
    assert reasons(seen) == [(None, ("former",) if sensitivity == "ordinary" else ())]


@pytest.mark.parametrize(("recorded", "judged", "is_more"), [(4, 4, False), (5, 5, False), (6, 5, True), (9, 5, True)])
def test_no_more_than_so_many_are_opened(
    recorded: int, judged: int, is_more: bool, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converting, "BATCH", 2)
    monkeypatch.setattr(converting, "MOST_JUDGED", 5)
    publish(session, "smoking", "text")
    spoken(session, "smoking", *["never"] * recorded)
    seen = look(session, "smoking", content("choice"))
    assert (seen.records, seen.is_more) == (judged, is_more)


def test_the_audit_says_which_draft_it_was(session: Session) -> None:
    publish(session, "smoking", "text")
    drafts = []
    for pattern in ("one", "two"):
        session.info.clear()
        look(session, "smoking", content("text", pattern=pattern), STRANGERS)
        [note] = session.info[audit.NOTES]
        drafts.append(note.detail["draft"])
        assert (note.detail["field"], note.detail["what"], pattern in repr(note)) == ("smoking", "preview", False)
    assert drafts[0] != drafts[1]
