"""What rounds found as figures and as a table: in the words of Jepsen's checkers, a line for each row."""

from collections import Counter
from collections.abc import Iterator, Sequence

from tests.faults.kept import Round
from tests.figures import Figure, at_least, at_most, exactly, told

LONGEST = {"drain": 30.0, "recovery": 30.0, "settling": 5.0, "ringing": 6.0, "return": 30.0}
"""Seconds: until a process that was asked to end has; until an interrupted job is done after the end of the database;
until 99 of 100 jobs are done after lanes were locked by others or the database refused one, in each round;
until what is due is rung again after a flush, and after Redis was away. A flush may silence the house for 15 seconds,
and its tick comes every ten; here it comes every second."""

THREE = 3.0
"""The rule of three: what happened in none of n trials happens, at 95 %, in fewer than 3/n of them."""

KINDS = ("lost", "unexpected", "duplicated")
HEAD = ("row", "strikes", "attempted", "acked", "lost", "unexpected", "duplicated", "recovered", "seconds")


def figures(row: str, rounds: Sequence[Round], wanted: int, each_way: Sequence[str] = ()) -> Iterator[Figure]:
    """Every figure of a row, over all its rounds. Of each of its ways there must be some."""
    strikes = sum(each.strikes for each in rounds)
    yield at_least(f"{row}.strikes", strikes, wanted)
    hit = total(rounds, "hit")
    for name, count in sorted(hit.items()):
        yield told(f"{row}.{name.replace(' ', '-')}", count)
    for way in each_way:
        yield at_least(f"{row}.each.{way.replace(' ', '-')}", hit[way], wanted // len(each_way))
    for kind in KINDS:
        found = total(rounds, kind)
        yield exactly(f"{row}.{kind}", found.total(), 0)
        for name, count in sorted(found.items()):
            yield told(f"{row}.{kind}.{name.replace(' ', '-')}", count)
    yield exactly(f"{row}.leaked", sum(each.leaked for each in rounds), 0)
    for name, longest in LONGEST.items():
        slowest = max((each.slowest.get(name, 0.0) for each in rounds), default=0.0)
        if slowest:
            yield at_most(f"{row}.slowest-{name}", slowest, longest)


def total(rounds: Sequence[Round], what: str) -> Counter[str]:
    """One count of all rounds together, by its names."""
    together: Counter[str] = Counter()
    for each in rounds:
        together.update(getattr(each, what))
    return together


def table(rounds: Sequence[Round]) -> Iterator[str]:
    """A line for each row that has rounds, and what its numbers allow to say."""
    yield line(HEAD)
    statements = []
    for row in dict.fromkeys(each.row for each in rounds):
        of_row = [each for each in rounds if each.row == row]
        yield line((row, *numbers(of_row)))
        statements.append(statement(row, of_row))
    yield ""
    yield from statements


def numbers(rounds: Sequence[Round]) -> list[int]:
    """The numbers of a row, in the order of the head."""
    wrong = {kind: total(rounds, kind).total() for kind in KINDS}
    return [
        sum(each.strikes for each in rounds),
        sum(each.attempted for each in rounds),
        sum(each.acked for each in rounds),
        *wrong.values(),
        sum(each.recovered for each in rounds),
        round(sum(each.seconds for each in rounds)),
    ]


def line(cells: Sequence[object]) -> str:
    """One line, the first column to the left."""
    first, *rest = map(str, cells)
    return f"{first:<4}" + "".join(f"{cell:>12}" for cell in rest)


def statement(row: str, rounds: Sequence[Round]) -> str:
    """What the number of strikes allows to say; nothing when something was wrong."""
    strikes = sum(each.strikes for each in rounds)
    seeds = [each.seed for each in rounds]
    drawn = f"seeds {min(seeds)} to {max(seeds)}"
    if not strikes or not all(each.is_clean for each in rounds):
        return f"{row} no bound ({drawn})"
    return (
        f"{row} N={strikes:,} strikes with nothing lost, unexpected or duplicated bound the rate of each below "
        f"{THREE / strikes:.1e} per strike at 95 % (rule of three; {drawn})"
    )
