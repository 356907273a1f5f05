"""What a journey page shows of a problem: the sentence, where to mend it, and the way that proves it, step by step."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext, ngettext

from app.base import say, say_texts
from journeys.flow.text.noted import Noted
from journeys.flow.text.times import Duration, in_words
from journeys.flow.words.place_words import place_words
from journeys.flow.words.problem_words import in_names
from journeys.flow.words.reader import Reader
from journeys.flow.words.way_words import SayWay
from journeys.foundation.errors import Problem, Stride

AN_HOUR = dt.timedelta(hours=1)
A_DAY = dt.timedelta(days=1)
NO_TIME = dt.timedelta(0)


@dataclass(frozen=True)
class ShownStep:
    """One step of a way: its id and name, by which way out it is left ("" where it has only one), and when it is
    reached ("" where no time has passed since the step before). `journey` and `page` are the name and the page of
    another journey whose step it is, "" for a step of the one that the page is about."""

    step_id: str
    name: str
    port: str
    after: str
    journey: str = ""
    page: str = ""


@dataclass(frozen=True)
class ShownProblem:
    """A problem as a page says it; `place` is where it stands, in words, `way` its proof."""

    says: str
    place: str
    address: str
    way: tuple[ShownStep, ...]


@dataclass(frozen=True)
class Pages:
    """How the pages of a journey say its problems: to whom, where each is mended, what says the ways out of a journey,
    the journeys in force that ways may lead through (slug → content), and where each of those has its page."""

    reader: Reader
    address_of: Callable[[Problem], str]
    ways_of: Callable[[Mapping[str, Any]], SayWay]
    others: Mapping[str, Mapping[str, Any]]
    page_of: Callable[[str], str]


def shown_problems(problems: Iterable[Problem], content: Mapping[str, Any], pages: Pages) -> list[ShownProblem]:
    """Problems of a draft in the reader's language."""
    ways = pages.ways_of(content)
    return [
        ShownProblem(
            say(each),
            place_words(each.where, content, pages.reader, ways),
            pages.address_of(each),
            shown_way(each.path, content, pages),
        )
        for each in in_names(problems, content, pages.reader, ways)
    ]


def shown_way(path: Iterable[Stride], content: Mapping[str, Any], pages: Pages) -> tuple[ShownStep, ...]:
    """A way over the steps of a draft, and of journeys beside it, whose time is told by itself."""
    shown = []
    before: dict[str | None, dt.timedelta] = {}
    for each in path:
        whole = content if each.journey is None else pages.others.get(each.journey, {})
        written = whole.get("steps", {}).get(each.step, {})
        is_one_of_many = each.port is not None and len(written.get("next", {})) > 1
        port = pages.ways_of(whole)(each.step, each.port) if each.port is not None and is_one_of_many else ""
        after = how_long(each.after) if each.after > before.get(each.journey, NO_TIME) else ""
        step = ShownStep(each.step, say_texts(written.get("name")) or each.step, port, after)
        if each.journey is not None:
            step = replace(step, journey=say_texts(whole.get("name")) or each.journey, page=pages.page_of(each.journey))
        shown.append(step)
        before[each.journey] = each.after
    return tuple(shown)


def how_long(length: dt.timedelta) -> str:
    """A length of time since the beginning of a way: "after 14 days"; in the largest unit that says it whole."""
    if length % A_DAY == dt.timedelta(0):
        said = Duration(days=length // A_DAY)
    elif length % AN_HOUR == dt.timedelta(0):
        said = Duration(hours=length // AN_HOUR)
    else:
        said = Duration(minutes=length // dt.timedelta(minutes=1))
    return gettext("after %(length)s", length=in_words(said, gettext))


def steps_named(problems: list[Problem]) -> set[str]:
    """The steps at which problems stand."""
    return {problem.where.split(".")[1] for problem in problems if not is_of_head(problem)}


def is_of_head(problem: Problem) -> bool:
    """Whether a problem stands outside the steps."""
    return not problem.where.startswith("steps.")


def is_proven(problem: Problem) -> bool:
    """Whether the form does not say it: a warning, or a way that leads over other steps."""
    return problem.severity == "warning" or len(problem.path) > 1


def is_in_config(problem: Problem, step_id: str) -> bool:
    """Whether a problem stands at a step's own settings."""
    return problem.where.startswith(f"steps.{step_id}.config")


def is_about_ports(problem: Problem, step_id: str) -> bool:
    """Whether a problem stands at a step, outside its settings."""
    inside = problem.where == f"steps.{step_id}" or problem.where.startswith(f"steps.{step_id}.")
    return inside and not is_in_config(problem, step_id)


def noted_words(noted: Noted) -> tuple[str, str, str]:
    """The problems of a draft as a chip of a list: tone, icon, words."""
    barring = ngettext("%(num)s problem", "%(num)s problems", noted.errors)
    warned = ngettext("%(num)s warning", "%(num)s warnings", noted.warnings)
    if noted.errors and noted.warnings:
        return "danger", "error", gettext("%(problems)s, %(warnings)s", problems=barring, warnings=warned)
    if noted.errors:
        return "danger", "error", barring
    return ("warning", "alert", warned) if noted.warnings else ("good", "check", gettext("None found"))
