"""A slice of the fault program: every enrolment reaches its end, nothing twice, nothing lost, nothing to read."""

import pytest

from tests.faults import crashing, leaks, ways
from tests.faults.canaries import Person
from tests.faults.crashing import Strikes
from tests.faults.figures import figures, struck_figures
from tests.faults.run import Plan, carry_out

SLICE = Plan(enrolments=160, kills=10, flushes=3, seed=20260303, waves=2, minutes=5)

STRIKES = Strikes({**dict.fromkeys(ways.WAYS, 4), ways.KILL: 60, ways.RESTART: 1, ways.TWICE: 10}, 20260303, minutes=5)


@pytest.mark.slow
def test_nothing_is_lost_or_done_twice_at_named_points() -> None:
    lines = struck_figures(STRIKES, crashing.carry_out(STRIKES))
    short = [str(line) for line in lines if not line.is_enough]
    assert not short, "\n".join(map(str, lines))


@pytest.mark.slow
def test_nothing_is_lost_or_done_twice_or_readable() -> None:
    lines = figures(SLICE, carry_out(SLICE))
    short = [str(line) for line in lines if not line.is_enough]
    assert not short, "\n".join(map(str, lines))


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
