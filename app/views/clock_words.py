"""A safety clock in words, one line a thing, so that two of them can be compared."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base import say, say_texts
from app.rules.comparing import Line, texts_of
from app.views.clock_forms import RISK_WORDS, SEVERITY_WORDS
from app.views.guideline_words import span_words
from app.views.referral_words import PRIORITIES
from journeys.store.tasks import TaskQueue
from journeys.work.clocks.clock import RISKS
from journeys.work.clocks.entities import ENTITIES

Content = Mapping[str, Any]


def clock_lines(session: Session, content: Content) -> list[Line]:
    """Everything that a right clock says, in the order of its form."""
    queues = {slug: say_texts(name) for slug, name in session.execute(select(TaskQueue.slug, TaskQueue.name))}
    return list(lines_of(content, queues))


def lines_of(content: Content, queues: Mapping[str, str]) -> Iterator[Line]:
    """The lines of a right content."""
    for key in ("name", "description"):
        yield from (Line(0, f"{code}: {text}") for code, text in texts_of(content, key))
    if content.get("source"):
        yield Line(0, gettext("Source: %(source)s", source=content["source"]))
    entity = ENTITIES[content["entity"]]
    state = say(entity.states[content["state"]].label)
    yield Line(0, gettext("Watches: %(what)s, %(state)s", what=say(entity.label), state=state))
    if some := some_words(content.get("where", {})):
        yield Line(1, gettext("Only: %(some)s", some=some))
    yield from limit_lines(content, 0)
    for each in content.get("sooner", []):
        yield Line(0, gettext("Sooner for: %(some)s", some=some_words(each)))
        yield from limit_lines(each, 1)
    yield Line(0, gettext("Risk: %(risk)s", risk=say(RISK_WORDS[content.get("risk", RISKS[0])])))
    yield from (
        Line(0, gettext("Next step, %(language)s: %(text)s", language=code, text=text))
        for code, text in texts_of(content, "next_step")
    )
    if "queue" in content:
        yield Line(0, gettext("Queue: %(queue)s", queue=queues.get(content["queue"], content["queue"])))
    yield from (Line(0, words) for words in rung_words(content, queues))


def limit_lines(content: Content, depth: int) -> Iterator[Line]:
    """When it is late, when red."""
    yield Line(depth, gettext("Late after %(time)s", time=span_words(content["limit"])))
    if "hard_limit" in content:
        yield Line(depth, gettext("Red after %(time)s", time=span_words(content["hard_limit"])))


def rung_words(content: Content, queues: Mapping[str, str]) -> Iterator[str]:
    """Each rung of the ladder."""
    for rung in content.get("escalation", []):
        said = {"time": span_words(rung["after"]), "priority": say(PRIORITIES[rung["priority"]][2])}
        if "queue" in rung:
            asked = queues.get(rung["queue"], rung["queue"])
            yield gettext("%(time)s later: a task, %(priority)s, for %(queue)s", queue=asked, **said)
        else:
            yield gettext("%(time)s later: a task, %(priority)s, for the queue that has it", **said)


def some_words(some: Content) -> str:
    """Priorities and severities."""
    priorities = [say(PRIORITIES[each][2]) for each in some.get("priority", [])]
    return ", ".join([*priorities, *(say(SEVERITY_WORDS[each]) for each in some.get("severity", []))])
