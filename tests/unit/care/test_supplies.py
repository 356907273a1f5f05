"""What a branch has of an item follows from what was counted, came and went, whoever writes at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from journeys.care.supplies.keep_item import Item, keep_item
from journeys.care.supplies.move_supply import balance_after, move_supply
from journeys.care.supplies.stock import stock, stock_of
from journeys.foundation.acting import Act, Scope
from journeys.foundation.errors import Forbidden, Invalid, Missing, Stale
from journeys.store.supplies import COUNTED, DISCARDED, MOVEMENTS, RECEIVED, USED, SupplyMovement
from tests import make
from tests.unit.flow.clinic import Clinic
from tests.unit.flow.conftest import clinic, database, furnished

__all__ = ["clinic", "database", "furnished"]

pytestmark = pytest.mark.store

STRIPS = Item("test-strips", {"en": "Test strips"}, {"en": "boxes"})


def a_branch(session: Session, _act: Act, slug: str = "riverside") -> int:
    return make.branch(session, slug).id


@pytest.fixture
def here(clinic: Clinic) -> int:
    """A branch that may count strips."""
    clinic.do(keep_item, STRIPS)
    return clinic.do(a_branch)


def says(refused: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(each.where, str(each).partition(": ")[2]) for each in refused.value.problems]


def test_what_is_there_follows_what_happened(clinic: Clinic, here: int) -> None:
    for kind, quantity in ((COUNTED, 5), (RECEIVED, 10), (USED, 2), (DISCARDED, 1), (COUNTED, 11)):
        clinic.do(move_supply, STRIPS.slug, here, kind, quantity)
    (found,) = clinic.do(stock)
    assert (found.item.slug, found.location_id, found.quantity, found.counted_at) == (
        STRIPS.slug,
        here,
        11,
        clinic.now,
    )
    moved = clinic.do(stock_of, STRIPS.slug).movements
    assert [(each.kind, each.quantity, each.balance) for each in moved] == [
        (COUNTED, 11, 11),
        (DISCARDED, 1, 12),
        (USED, 2, 13),
        (RECEIVED, 10, 15),
        (COUNTED, 5, 5),
    ]


def test_more_than_there_is_cannot_go(clinic: Clinic, here: int) -> None:
    clinic.do(move_supply, STRIPS.slug, here, RECEIVED, 3)
    with pytest.raises(Invalid) as refused:
        clinic.do(move_supply, STRIPS.slug, here, USED, 4)
    assert says(refused) == [("quantity", "There are only 3. Count them first if there are more.")]
    assert [each.quantity for each in clinic.do(stock)] == [3]
    assert len(clinic.all(SupplyMovement)) == 1


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(MOVEMENTS), st.integers(1, 9)), max_size=12))
def test_what_is_there_is_never_less_than_nothing(moves: list[tuple[str, int]]) -> None:
    there = 0
    for kind, quantity in moves:
        before = there
        try:
            there = balance_after(there, kind, quantity)
        except Invalid:
            assert kind in (USED, DISCARDED)
            assert quantity > before
        assert there >= 0
        assert there == before or abs(there - before) == quantity or (kind == COUNTED and there == quantity)


def test_nobody_is_overwritten_who_moves_at_the_same_time(clinic: Clinic, here: int) -> None:
    clinic.do(move_supply, STRIPS.slug, here, COUNTED, 100)
    with ThreadPoolExecutor(4) as at_once:
        list(at_once.map(lambda _: clinic.do(move_supply, STRIPS.slug, here, USED, 1), range(20)))
    assert [each.quantity for each in clinic.do(stock)] == [80]
    assert sorted(each.balance for each in clinic.all(SupplyMovement, kind=USED)) == list(range(80, 100))


@pytest.mark.parametrize(
    ("kind", "quantity", "wrong"),
    [("lost", 1, "kind"), (USED, 0, "quantity"), (COUNTED, -1, "quantity"), (RECEIVED, 1_000_001, "quantity")],
)
def test_what_is_wrong_with_a_movement(clinic: Clinic, here: int, kind: str, quantity: int, wrong: str) -> None:
    with pytest.raises(Invalid) as refused:
        clinic.do(move_supply, STRIPS.slug, here, kind, quantity)
    assert [each.where for each in refused.value.problems] == [wrong]


def test_a_branch_of_others_is_neither_seen_nor_counted(clinic: Clinic, here: int) -> None:
    harbour = clinic.do(a_branch, "harbour")
    clinic.do(move_supply, STRIPS.slug, here, COUNTED, 1)
    clinic.do(move_supply, STRIPS.slug, harbour, COUNTED, 2)

    def at_harbour(session: Session, doing: Act) -> list[int | None]:
        mine = Act(doing.now, "user:nina", Scope(frozenset({harbour})))
        with pytest.raises(Forbidden):
            move_supply(session, mine, STRIPS.slug, here, USED, 1)
        moved = stock_of(session, mine, STRIPS.slug).movements
        return [*(each.quantity for each in stock(session, mine)), *(each.location_id for each in moved)]

    assert clinic.do(at_harbour) == [2, harbour]


def test_an_item_is_named_anew_and_taken_out_of_use(clinic: Clinic, here: int) -> None:
    with pytest.raises(Invalid) as refused:
        clinic.do(keep_item, STRIPS)
    assert says(refused) == [("slug", "There is an item of this name already")]
    clinic.do(keep_item, Item(STRIPS.slug, {"en": "Strips"}, {"en": "packs"}, active=False), 1)
    assert clinic.do(stock_of, STRIPS.slug).item.name == {"en": "Strips"}
    assert clinic.do(stock) == []
    with pytest.raises(Stale):
        clinic.do(keep_item, STRIPS, 1)
    with pytest.raises(Missing):
        clinic.do(move_supply, STRIPS.slug, here, COUNTED, 1)


def test_everything_wrong_with_an_item_is_said_at_once(clinic: Clinic) -> None:
    with pytest.raises(Invalid) as refused:
        clinic.do(keep_item, Item("Not A Name", {}, {"en": "x" * 101}))
    assert [each.where for each in refused.value.problems] == ["slug", "name", "unit"]
