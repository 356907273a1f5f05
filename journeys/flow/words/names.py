"""What people call what a journey names by slug: templates, their answers, journeys, their ends, stages, queues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import cast, func, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session

from journeys.contact.replies import keywords
from journeys.contact.replies.questions import NO, YES
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import FORM, JOURNEY, SEGMENT, STAGE, TEMPLATE
from journeys.store.tasks import TaskQueue

QUEUE = "queue"
ANSWER = "answer"
REASON = "reason"

Names = Mapping[tuple[str, ...], Texts]
"""(kind, slug) → name; of an answer (ANSWER, template, code), of the ends of a journey (REASON, journey, code)."""

ANSWERS = {
    YES: N_("yes"),
    NO: N_("no"),
    keywords.CONFIRM: N_("confirms"),
    keywords.DECLINE: N_("declines"),
    keywords.STOP: N_("wants no more messages"),
    keywords.WRONG_NUMBER: N_("wrong number"),
    keywords.HELP: N_("asks for help"),
}
"""What answers are called whose template does not say it."""

NAMED = (TEMPLATE, JOURNEY, SEGMENT, STAGE, FORM)
"""The kinds of definitions that journeys name by slug."""

END = "end"
COMPLETED = "completed"
"""The reason of an end that gives none."""

ENDS = '$.steps.* ? (@.type == "end")'

PURPOSES = {
    "transactional": N_("Appointments"),
    "care": N_("Care"),
    "experience": N_("Surveys"),
    "promotional": N_("Promotion"),
}

ENDINGS = {
    "completed": N_("Came to the end"),
    "deceased": N_("The patient died"),
    "merged": N_("The record was merged"),
    "inactive": N_("Not a patient of the practice any more"),
    "journey-retired": N_("The journey was retired"),
}
"""The reasons with which journeys end that are not the clinic's own."""


def names_in(
    kind: str, slug: str, name: Texts | None, answers: Mapping[str, Texts] | None, ends: Iterable[Mapping[str, Any]]
) -> Names:
    """What one definition is called, and what it calls answers; `ends` are a journey's end steps, by their reasons."""
    names: dict[tuple[str, ...], Texts] = {(kind, slug): name or {}}
    names |= {(ANSWER, slug, code): texts for code, texts in (answers or {}).items()}
    for end in ends:
        code = end.get("config", {}).get("reason", COMPLETED)
        names.setdefault((REASON, slug, code), end.get("name") or {})
    return names


def names_of(kind: str, contents: Mapping[str, Mapping[str, Any]]) -> Names:
    """What definitions of one kind are called that are read already, by slug."""
    names: dict[tuple[str, ...], Texts] = {}
    for slug, content in contents.items():
        steps = content.get("steps", {}).values() if kind == JOURNEY else ()
        ends = [step for step in steps if step.get("type") == END]
        names |= names_in(kind, slug, content.get("name"), content.get("answer_names"), ends)
    return names


def written_names(session: Session) -> Names:
    """What everything is called that was ever written, by its draft: also what is not in force."""
    written = select(Definition.kind, Definition.slug, Definition.name)
    found = session.execute(written.where(Definition.kind.in_(NAMED), Definition.name != {}))
    return {(kind, slug): name for kind, slug, name in found}


def read_names(session: Session) -> Names:
    """The names of all that was ever published, in its newest version in force; of what never was, by its draft."""
    content = DefinitionVersion.content
    ends = func.jsonb_path_query_array(content, cast(ENDS, JSONPATH))
    found = session.execute(
        select(Definition.kind, Definition.slug, content["name"], content["answer_names"], ends)
        .join(DefinitionVersion, DefinitionVersion.id == Definition.live_version_id)
        .where(Definition.kind.in_(NAMED))
    )
    names = dict(written_names(session))
    for each in found:
        names |= names_in(*each)
    queues = session.execute(select(TaskQueue.slug, TaskQueue.name))
    return names | {(QUEUE, slug): name for slug, name in queues}


def without_hyphens(code: str) -> str:
    """A code that nobody has named, as words: `other-clinic` reads "other clinic"."""
    return code.replace("-", " ").replace("_", " ")
