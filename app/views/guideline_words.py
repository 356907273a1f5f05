"""A guideline in words, one line a thing, so that two of them can be compared."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext

from app.base import say, say_texts
from app.rules.comparing import Line, rule_lines, texts_of
from app.views.definition_controls import UNIT_WORDS
from app.views.due_words import SEVERITIES
from journeys.criteria.fields import RECORDS
from journeys.criteria.known import Known
from journeys.criteria.phrases import ONE_UNIT
from journeys.foundation.words import N_

Content = Mapping[str, Any]

ONE = {**ONE_UNIT, "minutes": N_("1 minute"), "hours": N_("1 hour"), "working_days": N_("1 working day")}
"""One of a unit, in words."""


def guideline_lines(content: Content, in_force: Known) -> list[Line]:
    """Everything that a right guideline says, in the order of its form."""
    return [Line(min(line.depth, 4), line.text) for line in lines_of(content, in_force)]


def lines_of(content: Content, in_force: Known) -> Iterator[Line]:
    """The lines of a right content."""
    for key in ("name", "description"):
        yield from (Line(0, f"{code}: {text}") for code, text in texts_of(content, key))
    yield from under(gettext("For whom"), rule_lines(content["population"], in_force))
    for each in content.get("exclusions", []):
        yield from under(gettext("Not for: %(name)s", name=say_texts(each["name"])), rule_lines(each["rule"], in_force))
    for each in content["satisfied_by"]:
        yield from under(gettext("Satisfied by"), rule_lines(each, in_force))
    yield from when(content)
    for each in content.get("anchors", []):
        yield from anchor_lines(each, in_force)
    yield from booked_lines(content, in_force)
    yield Line(0, gettext("Severity: %(severity)s", severity=severity_words(content.get("severity", "moderate"))))
    for each in content.get("tiers", []):
        yield from tier_lines(each, in_force)
    yield from around(content)


def under(heading: str, lines: list[Line]) -> Iterator[Line]:
    """Lines below a heading."""
    yield Line(0, f"{heading}:")
    yield from (Line(line.depth + 1, line.text) for line in lines)


def when(content: Content) -> Iterator[Line]:
    """Interval or dates, and the window."""
    if "interval" in content:
        yield Line(0, gettext("Due again after %(time)s", time=span_words(content["interval"])))
    for step in content.get("steps", []):
        yield Line(0, gettext("Due %(time)s after the start", time=span_words(step)))
    if content.get("make_up"):
        yield Line(0, gettext("Each date that was missed has to be made up for"))
    if "least" in content:
        yield Line(0, gettext("At the soonest %(time)s after the last", time=span_words(content["least"])))
    window = content["window"]
    yield Line(0, gettext("Due soon %(time)s before", time=span_words(window["soon"])))
    yield Line(0, gettext("Overdue %(time)s after", time=span_words(window["overdue"])))


def anchor_lines(anchor: Content, in_force: Known) -> Iterator[Line]:
    """Where counting starts."""
    later = span_words(anchor.get("plus", {}))
    if "field" in anchor:
        fact = in_force.fact(anchor["field"])
        yield Line(0, gettext("Counts from: %(date)s", date=say(fact.label) if fact else anchor["field"]))
    else:
        record = RECORDS[anchor["happened"]]
        date = in_force.attribute(record, anchor["date"]) if "date" in anchor else None
        named = ", ".join([say(record.label), *([say(date.label)] if date else [])])
        yield Line(0, gettext("Counts from: %(date)s", date=named))
        rule = {"happened": anchor["happened"], "where": anchor.get("where", [])}
        yield from (Line(line.depth + 1, line.text) for line in rule_lines(rule, in_force))
        if anchor.get("pick") == "first":
            yield Line(1, gettext("The first one, whenever it is"))
    if later:
        yield Line(1, gettext("So much later: %(time)s", time=later))
    if anchor.get("wins"):
        yield Line(1, gettext("Counts although something satisfied the guideline before the window of this date"))


def booked_lines(content: Content, in_force: Known) -> Iterator[Line]:
    """Which appointments let it wait."""
    if "booked" in content:
        booked = content["booked"]
        rule = {"happened": "appointment", "where": booked.get("where", []), "window": {"next": booked["within"]}}
        yield from under(gettext("Nobody has to do anything where"), rule_lines(rule, in_force))


def tier_lines(tier: Content, in_force: Known) -> Iterator[Line]:
    """Patients at another risk."""
    yield from under(gettext("Other risk: %(name)s", name=say_texts(tier["name"])), rule_lines(tier["rule"], in_force))
    if "interval" in tier:
        yield Line(1, gettext("Due again after %(time)s", time=span_words(tier["interval"])))
    if "severity" in tier:
        yield Line(1, gettext("Severity: %(severity)s", severity=severity_words(tier["severity"])))


def around(content: Content) -> Iterator[Line]:
    """Who owns it, what it uses up, where it comes from."""
    owner = content["owner"]
    yield Line(0, gettext("Owned by %(role)s, queue %(queue)s", role=owner["role"], queue=owner["queue"]))
    for each in content.get("supplies", []):
        yield Line(0, gettext("Uses up: %(count)s × %(item)s", count=each.get("quantity", 1), item=each["item"]))
    yield Line(0, gettext("Source: %(source)s", source=content["source"]))
    if "review_on" in content:
        yield Line(0, gettext("Looked at again by %(day)s", day=content["review_on"]))
    if "approval" in content:
        approval = content["approval"]
        yield Line(0, gettext("Approved by %(who)s on %(day)s", who=approval["by"], day=approval["on"]))


def span_words(span: Mapping[str, int]) -> str:
    """A length of time: "6 months", "1 working day"."""
    return ", ".join(
        say(ONE[unit]) if number == 1 and unit in ONE else f"{number} {say(UNIT_WORDS.get(unit, unit))}"
        for unit, number in span.items()
    )


def severity_words(severity: str) -> str:
    """How much it matters."""
    return say(SEVERITIES[severity][2])
