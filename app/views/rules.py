"""What the rule builder asks while somebody writes a rule: small JSON questions, each a POST with the form's token.

Nothing of a rule stands in an address. What cannot be accepted is answered with its problems (422), with their places.
"""

import json
import time
from typing import Any

from flask import Response, abort, jsonify, request, url_for

from app.base import Screen, allowed, expose, perform, portal_roles, reading
from app.base.look import may
from app.rules.describing import MOST_BYTES, schema
from app.rules.judging import About, as_yaml, judged, read_text, told
from journeys.criteria.count_segment import count_segment
from journeys.criteria.known import known
from journeys.criteria.sample_segment import sample_segment
from journeys.criteria.size import size_problems
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_

SAMPLE = 5
"""How many patients are shown as examples."""

Answer = Response | tuple[Response, int]


class Rules(Screen):
    """The questions of the builder. It has no page of its own."""

    name = "rules"

    @expose("/schema", methods=("POST",))
    @allowed("read")
    def schema(self) -> Answer:
        """What rules can say, in the reader's language."""
        with reading() as (session, _act):
            return jsonify(schema(session, known(session), text_of(question(), "focus")))

    @expose("/check", methods=("POST",))
    @allowed("read")
    def check(self) -> Answer:
        """What is wrong with a rule, and how it reads."""
        asked = question()
        with reading() as (session, _act):
            return jsonify(judged(asked.get("rule"), about(asked), known(session)))

    @expose("/read", methods=("POST",))
    @allowed("read")
    def read(self) -> Answer:
        """The rule that a text (`format`: json or yaml) holds."""
        asked = question()
        with reading() as (session, _act):
            return jsonify(read_text(text_of(asked, "text"), text_of(asked, "format"), about(asked), known(session)))

    @expose("/write", methods=("POST",))
    @allowed("read")
    def write(self) -> Answer:
        """The rule as YAML, right or wrong, unless it is too large or too deep to be one."""
        rule = question().get("rule")
        too_much = list(size_problems(rule, "rule"))
        if too_much:
            return refused(Invalid(too_much))
        return jsonify({"text": as_yaml(rule)})

    @expose("/count", methods=("POST",))
    @allowed("count")
    def count(self) -> Answer:
        """How many patients of the reader's branches it means, and each condition alone."""
        asked = question()
        began = time.perf_counter()
        try:
            counts = perform(count_segment, asked.get("rule"))
        except Invalid as invalid:
            return refused(invalid)
        spent = round((time.perf_counter() - began) * 1000)
        alone = [{"where": each.where, "count": each.count} for each in counts.conditions]
        return jsonify({"total": counts.total, "conditions": alone, "milliseconds": spent})

    @expose("/sample", methods=("POST",))
    @allowed("sample")
    def sample(self) -> Answer:
        """A few patients of it by name, in the reader's branches; every look is kept in the audit."""
        if not may("read", "patients"):
            abort(403)
        try:
            people = perform(sample_segment, question().get("rule"), SAMPLE, portal_roles())
        except Invalid as invalid:
            return refused(invalid)
        return jsonify(
            {"patients": [{"name": each.name, "address": url_for("patients.show", uid=each.uid)} for each in people]}
        )


def question() -> dict[str, Any]:
    """The JSON object that was sent; 413 when it is larger than any rule, 400 when it is none."""
    sent = request.get_data()
    if len(sent) > MOST_BYTES:
        too_large = Problem("rule", N_("The rule is larger than %(most)s KB"), {"most": MOST_BYTES // 1024})
        abort(refused(Invalid([too_large]), 413)[0])
    try:
        asked = json.loads(sent)
    except (ValueError, RecursionError):
        abort(400)
    if not isinstance(asked, dict):
        abort(400)
    return asked


def refused(invalid: Invalid, status: int = 422) -> tuple[Response, int]:
    """What is wrong, each thing with its place."""
    answer = jsonify({"problems": [told(problem) for problem in invalid.problems]})
    answer.status_code = status
    return answer, status


def text_of(asked: dict[str, Any], name: str) -> str:
    """One text of a question, empty where there is none."""
    value = asked.get(name)
    return value if isinstance(value, str) else ""


def about(asked: dict[str, Any]) -> About:
    """What the rule is about."""
    return About(*(text_of(asked, name) for name in ("focus", "record", "slug")))
