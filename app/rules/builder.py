"""What a page gives the rule builder that stands in for its server-drawn editor."""

from typing import Any

from flask import url_for

from app.base.look import may

QUESTIONS = ("schema", "check", "count", "sample", "read", "write")


def builder(rule: Any, name: str, **more: Any) -> dict[str, Any] | None:
    """The settings of a builder for a rule, whose controls are called `name`; None for who may not use it.

    `more`: `focus` (the kind of record that the rule is about), `record` (it holds the conditions on such a record),
    `slug` (of the segment that it defines), `counts` (patients are counted), `aside` (the id of the box that says what
    the rule means), `tried` (what is wrong is said at once).
    """
    if not may("read", "rules"):
        return None
    given = {"focus": "", "record": "", "slug": "", "counts": False, "aside": "", "tried": False, **more}
    counts = given["counts"] and may("count", "rules")
    return {
        **given,
        "rule": rule,
        "name": name,
        "where": "where" if given["record"] else "rule",
        "counts": counts,
        "samples": counts and may("sample", "rules"),
        "icons": url_for("static", filename="icons.svg"),
        "addresses": {question: url_for(f"rules.{question}") for question in QUESTIONS},
    }
