"""Segments: who a journey is for. Defined in a form, counted at once, published as a version that never changes."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.base import (
    Column,
    ShapeForm,
    allowed,
    expose,
    in_alphabet,
    paging,
    perform,
    portal_roles,
    reading,
    say_texts,
    walking,
)
from app.base.lists import count_words
from app.rules import drawing
from app.rules.builder import builder
from app.rules.field import words
from app.rules.written import written
from app.views.drafts import STATES, Content, standing_of
from app.views.segment_content import changed, form_of, in_rule, is_new, posted
from app.views.segment_versions import SegmentVersions
from journeys.criteria.count_segment import Counts, count_segment
from journeys.criteria.findings import findings, focus_findings
from journeys.criteria.known import Known, known
from journeys.criteria.publish_segment import Unconfirmed, publish_segment, segment_problems, with_rule
from journeys.criteria.segment_members import Stay, segment_members
from journeys.criteria.segment_sizes import segment_sizes
from journeys.criteria.sentence import sentence
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.lists.keyset import Count
from journeys.store.putting_in_force.definitions import SEGMENT, find

COLUMNS = (
    Column(N_("Segment"), lambda row: say_texts(row["name"]), link=lambda row: row["address"]),
    Column(N_("State"), "status", kind="chip", chip=STATES.__getitem__),
    Column(N_("Members now"), "members", kind="count"),
    Column(N_("Changed"), "changed_at", kind="moment"),
)

NOBODY = Count(0)

CONFIRMED = "confirmed"
"""What the button sends that publishes although something is unusual."""

MEMBER_COLUMNS = (
    Column(N_("Patient"), "name", link=lambda row: row["address"]),
    Column(N_("Entered"), "entered_at", kind="moment"),
    Column(N_("Left"), "left_at", kind="moment"),
)


class Segments(SegmentVersions):
    """The list, the editor, the members."""

    name = "segments"
    kind = SEGMENT
    plural = N_("Segments")
    new_title = N_("New segment")
    published = N_("The segment is in force. Its members are worked out now.")
    publish_verb = publish_segment
    publish_right = "change"

    def empty(self, name: dict[str, str]) -> Content:
        """A rule without conditions, which cannot be published."""
        return {"format": 1, "name": name, "rule": {"all": []}}

    def refuse(self, form: ShapeForm, content: Content, problems: Iterable[Problem]) -> None:
        """Problems of the rule stand in the rule editor."""
        form.refuse(problem for problem in problems if not in_rule(problem))

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every segment with how many are in it."""
        with reading() as (session, _act):
            found = session.scalars(
                select(Definition).where(Definition.kind == SEGMENT).order_by(Definition.slug)
            ).all()
        sizes = perform(segment_sizes)
        found = sorted(found, key=lambda definition: in_alphabet(definition.name))
        rows = [self._row(definition, sizes.get(definition.id, NOBODY)) for definition in found]
        return self.page("segments/index.html", columns=COLUMNS, rows=rows, pages=paging(size=100))

    def _row(self, definition: Definition, members: Count) -> dict[str, Any]:
        return {
            "name": definition.name,
            "status": definition.status,
            "members": count_words(members),
            "changed_at": definition.changed_at,
            "address": self.address("edit", slug=definition.slug),
        }

    @expose("/<slug>/", methods=("GET", "POST"))
    @allowed("read")
    def edit(self, slug: str) -> Response | tuple[str, int]:
        """The editor: the form, the sentence, the counts."""
        self.refuse_readers()
        with reading() as (session, _act):
            definition = find(session, SEGMENT, slug)
            in_force = known(session)
        content = definition.draft or {}
        form = form_of(content)
        if request.method == "GET":
            return self._editor(definition, form, content, in_force)
        content = posted(form)
        if "change-rule" in request.form:
            return self._editor(definition, form, changed(content, request.form["change-rule"]), in_force)
        if form.is_accepted():
            is_done, definition = self.save(definition, content, form)
            if is_done:
                return self.go("edit", slug=slug)
        return self._editor(definition, form, content, in_force)

    def _editor(
        self, definition: Definition, form: ShapeForm, content: dict[str, Any], in_force: Known
    ) -> tuple[str, int]:
        """Draw the editor for a content, right or wrong."""
        focus = content.get("focus") or {}
        wants = request.method == "POST" and "change-rule" not in request.form
        is_tried = wants or not is_new(content)
        drawn = Drawn(content, definition.slug, in_force, is_tried)
        where = {"all": focus.get("where", [])}
        with reading() as (session, act):
            around = self.around(session, act, definition)
            standing = standing_of(session, definition)
            others = [each for each in written(session, SEGMENT) if each[0] != definition.slug]
        part = "segments/form.html" if self.wants_part() else "segments/edit.html"
        return self.page(
            part,
            definition=definition,
            form=form,
            drawn=drawn,
            around=around,
            standing=standing,
            unconfirmed=g.get("unconfirmed", ()),
            rule_builder=builder(
                content.get("rule"), "rule", slug=definition.slug, counts=True, aside="rule-said", tried=is_tried
            ),
            focus_builder=builder(where, "focus", record=focus["kind"], tried=is_tried) if focus else None,
            **words(others),
            status=form.status,
        )

    def put_in_force(self, definition: Definition) -> None:
        """Publish the saved draft; the second button says that somebody looked at what is unusual."""
        is_confirmed = request.form["publish"] == CONFIRMED
        perform(publish_segment, definition.slug, is_confirmed, row_version=definition.row_version)

    def explain(self, form: ShapeForm, content: Content, invalid: Invalid) -> None:
        """What only has to be confirmed is asked, not refused."""
        if isinstance(invalid, Unconfirmed):
            g.unconfirmed = invalid.problems
            form.elsewhere.append(gettext("The draft is saved. It comes into force when you confirm what is unusual."))
        else:
            super().explain(form, content, invalid)

    @expose("/<slug>/members")
    @allowed("members")
    def members(self, slug: str) -> tuple[str, int]:
        """Who is in it, who was, since when."""
        has_left = request.args.get("show") == "left"
        walk = walking({"moment"}, sort="moment", is_descending=True)
        page = perform(segment_members, slug, has_left, walk.place, walk.size, portal_roles())
        walk.take([stay.patient.id for stay in page.stays], page)
        now, left = self.address("members", slug=slug), self.address("members", slug=slug, show="left")
        return self.page(
            "segments/members.html",
            definition=page.segment,
            columns=MEMBER_COLUMNS if has_left else MEMBER_COLUMNS[:-1],
            rows=[member_row(stay) for stay in page.stays],
            pages=walk,
            tabs=[(gettext("In it now"), now, None), (gettext("No longer in it"), left, None)],
            current=left if has_left else now,
            has_left=has_left,
        )


def in_words(rule: Mapping[str, Any], in_force: Known) -> str:
    """A rule without problems as a sentence in the reader's language."""
    return sentence(rule, gettext, None, in_force, say_texts)


def member_row(stay: Stay) -> dict[str, Any]:
    """One stay as the list shows it."""
    return {
        "name": stay.patient.name or gettext("No name recorded"),
        "entered_at": stay.entered_at,
        "left_at": stay.left_at,
        "uid": stay.patient.uid,
        "address": url_for("patients.show", uid=stay.patient.uid),
    }


class Drawn:
    """A content as the plain editor draws it: its nodes with their problems and counts, and how it reads."""

    def __init__(self, content: Content, slug: str, in_force: Known, is_tried: bool) -> None:
        """Judge and draw; patients are counted only when the plain editor asks."""
        rule = content.get("rule")
        focus = content.get("focus")
        problems = segment_problems(content, slug, in_force)
        found = [problem for problem in problems if in_rule(problem)]
        is_right = not found and not is_new(content)
        noted = findings(rule, "rule", with_rule(in_force, slug, rule)) if is_right else []
        self.counted, too_slow = counts_of(rule) if is_right and is_counting() else (None, [])
        self.sentence = in_words(rule, in_force) if is_right else ""
        alone = {each.where: each.count for each in self.counted.conditions} if self.counted else {}
        self.root = drawing.root(rule, [*found, *noted, *too_slow] if is_tried else (), alone)
        said = [*problems, *([] if problems else focus_findings(focus, in_force))]
        self.about = drawing.conditions(focus["kind"], focus.get("where", []), "focus", said) if focus else None


def is_counting() -> bool:
    """Whether the plain editor asks: a page that only opens counts nothing, and the builder counts by itself."""
    return request.form.get("rule.shape", "written") != "written"


def counts_of(rule: Any) -> tuple[Counts | None, list[Problem]]:
    """How many patients a rule holds for; or why they were not counted."""
    try:
        return perform(count_segment, rule), []
    except Invalid as invalid:
        return None, invalid.problems
