"""Questions for approval of templates, wordings and contact rules: what is asked for, whether it still holds, who may
answer.

Bound is what the draft was judged by: of texts the wordings that they quote, of a contact rule the segments that it
names and the other records of the same rule.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from journeys.contact.rule_drafts.rule_problems import others_of, pins_of_rule, rule_problems
from journeys.contact.texts.publish_template import pins_of
from journeys.contact.texts.template_problems import problems_in_force
from journeys.contact.texts.wordings import quoted_in
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, refuse_errors
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import CONTACT_RULE
from journeys.store.putting_in_force.two_people import Basis, Question, question_now


def problems_of(session: Session, definition: Definition) -> list[Problem]:
    """Everything wrong with the draft now, errors and warnings."""
    content = definition.draft or {}
    if definition.kind == CONTACT_RULE:
        return rule_problems(session, definition.slug, content)
    return problems_in_force(session, definition.kind, content)


def judged_by(session: Session, definition: Definition) -> Basis:
    """The draft with everything that it is judged by; Invalid when it cannot be published."""
    refuse_errors(problems_of(session, definition))
    content = definition.draft or {}
    return {"draft": content, **used_by(session, definition, content)}


def used_by(session: Session, definition: Definition, content: dict[str, Any]) -> Basis:
    """What a sound draft means besides its own words."""
    if definition.kind != CONTACT_RULE:
        return {"quotes": pins_of(session, quoted_in(content))}
    pins = pins_of_rule(session, content)
    return {
        "pins": {f"{kind}/{slug}": version for (kind, slug), version in pins.items()},
        "beside": others_of(session, definition.slug, content),
    }


def open_question(session: Session, act: Act, definition: Definition) -> Question | None:
    """The question that waits for an answer, with what has become of it; None when nobody asks."""
    return question_now(session, act, definition, judged_by)
