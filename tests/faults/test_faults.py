"""A slice of the fault program: every enrolment reaches its end, nothing twice, nothing lost, nothing to read."""

import pytest

from tests.faults import crashing, leaks, nemesis, ways
from tests.faults.canaries import Person
from tests.faults.checker import Found
from tests.faults.crashing import Strikes
from tests.faults.figures import LONGEST
from tests.faults.run import Plan, carry_out

STRIKES = Strikes({**dict.fromkeys(ways.WAYS, 4), ways.KILL: 60, ways.RESTART: 2, ways.TWICE: 10}, 20260303, minutes=5)
BLOWS = Plan({**dict.fromkeys(nemesis.ROWS, 3), nemesis.KILLED: 8, nemesis.REDIS: 5}, seed=20260303, minutes=5)


@pytest.mark.slow
def test_nothing_is_lost_or_done_twice_at_named_points() -> None:
    struck = crashing.carry_out(STRIKES)
    assert wrong(struck.found) == {}
    assert struck.found.ended == struck.found.patients > 0
    assert {way: struck.ways[way] for way in STRIKES.wanted} == STRIKES.wanted
    assert struck.found.recovered > 0
    assert struck.recovery < LONGEST["recovery"]


@pytest.mark.slow
def test_nothing_is_lost_or_done_twice_or_readable() -> None:
    report = carry_out(BLOWS)
    assert wrong(report.found) == {}
    assert report.leaked == dict.fromkeys(report.leaked, [])
    assert report.found.ended == report.found.patients > 0
    assert dict(report.hit) == BLOWS.wanted
    assert report.slowest["drain"] < LONGEST["drain"]


def wrong(found: Found) -> dict[str, int]:
    """What is lost, unexpected or doubled, by its name."""
    kinds = {"lost": found.lost, "unexpected": found.unexpected, "duplicated": found.duplicated}
    return {f"{kind} {name}": count for kind, counts in kinds.items() for name, count in counts.items() if count}


@pytest.mark.parametrize(
    "leak",
    [
        Person(7).name.encode(),
        Person(7).name.upper().encode(),
        Person(7).phone.encode(),
        b"(212) 555-0007",
        Person(7).email.encode(),
        b"\\x" + Person(7).name.encode().hex().encode(),
    ],
)
def test_a_leak_would_be_found(leak: bytes) -> None:
    assert leaks.leaks_in([b"before " + leak + b" after"], leaks.Wanted())


def test_a_leak_across_a_seam_would_be_found() -> None:
    name = Person(7).name.encode()
    assert leaks.leaks_in([b"before " + name[:9], name[9:] + b" after"], leaks.Wanted())


def test_a_number_inside_ciphertext_is_no_leak() -> None:
    assert not leaks.leaks_in([b"\\x00ab2125550007cd"], leaks.Wanted())
