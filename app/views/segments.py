"""Segments: who a journey is for. Defined in a form, counted at once, published as a version that never changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.base import Column, ShapeForm, allowed, expose, form_for, paging, perform, reading, say_texts, walking
from app.base.lists import count_words
from app.rules import changing, drawing
from app.rules.builder import builder
from app.rules.field import record_choices, words
from app.rules.reading import rule_of, typed_of, where_of
from app.views.drafts import STATES, Content
from app.views.segment_versions import SegmentVersions
from journeys.criteria.count_segment import Counts, count_segment
from journeys.criteria.known import Known, known
from journeys.criteria.publish_segment import publish_segment, segment_problems
from journeys.criteria.segment_members import Stay, segment_members
from journeys.criteria.segment_sizes import segment_sizes
from journeys.criteria.sentence import sentence
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.definitions import SEGMENT, find
from journeys.store.keyset import Count

COLUMNS = (
    Column(N_("Segment"), lambda row: say_texts(row["name"]), link=lambda row: row["address"]),
    Column(N_("State"), "status", kind="chip", chip=STATES.__getitem__),
    Column(N_("Members now"), "members", kind="count"),
    Column(N_("Changed"), "changed_at", kind="moment"),
)

NOBODY = Count(0)

MEMBER_COLUMNS = (
    Column(N_("Patient"), "name", link=lambda row: row["address"]),
    Column(N_("Entered"), "entered_at", kind="moment"),
    Column(N_("Left"), "left_at", kind="moment"),
)


@dataclass(frozen=True)
class Named:
    """What a segment is called."""

    name: dict[str, str] = field(default_factory=dict, metadata={"label": N_("Name")})
    description: dict[str, str] = field(default_factory=dict, metadata={"label": N_("What it is for"), "rows": 2})
    focus: str = field(
        default="",
        metadata={
            "label": N_("About"),
            "help": N_("A journey can be about each matching record of a patient, for example about each appointment."),
            "choices": record_choices,
            "attributes": {"data-redraws": ""},
        },
    )


class Segments(SegmentVersions):
    """The list, the editor, the members."""

    name = "segments"
    kind = SEGMENT
    plural = N_("Segments")
    new_title = N_("New segment")
    published = N_("The segment is in force. Its members are worked out now.")
    publish_verb = publish_segment

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
        form = form_for(Named, Named(content.get("name", {}), content.get("description") or {}, focus_kind(content)))
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
        problems = segment_problems(content, definition.slug, in_force)
        rule_problems = [problem for problem in problems if in_rule(problem)]
        wants = request.method == "POST" and "change-rule" not in request.form
        focus = content.get("focus") or {}
        is_tried = wants or not is_new(content)
        counted, too_slow = counts_of(content["rule"]) if is_counting() and not rule_problems else (None, [])
        root = drawing.root(
            content.get("rule"),
            [*rule_problems, *too_slow] if is_tried else (),
            {each.where: each.count for each in counted.conditions} if counted else {},
        )
        about = drawing.conditions(focus["kind"], focus.get("where", []), "focus", problems) if focus else None
        where = {"all": focus.get("where", [])}
        with reading() as (session, _act):
            around = self.around(session, definition)
        part = "segments/form.html" if self.wants_part() else "segments/edit.html"
        return self.page(
            part,
            definition=definition,
            form=form,
            root=root,
            about=about,
            around=around,
            counted=counted,
            rule_builder=builder(
                content.get("rule"), "rule", slug=definition.slug, counts=True, aside="rule-said", tried=is_tried
            ),
            focus_builder=builder(where, "focus", record=focus["kind"], tried=is_tried) if focus else None,
            sentence="" if rule_problems or is_new(content) else in_words(content["rule"], in_force),
            **words(slug for slug in in_force.segments if slug != definition.slug),
            status=form.status,
        )

    @expose("/<slug>/members")
    @allowed("members")
    def members(self, slug: str) -> tuple[str, int]:
        """Who is in it, who was, since when."""
        has_left = request.args.get("show") == "left"
        walk = walking({"moment"}, sort="moment", is_descending=True)
        with reading() as (session, _act):
            definition = find(session, SEGMENT, slug)
        page = perform(segment_members, slug, has_left, walk.place, walk.size)
        walk.take([stay.patient.id for stay in page.stays], page)
        now, left = self.address("members", slug=slug), self.address("members", slug=slug, show="left")
        return self.page(
            "segments/members.html",
            definition=definition,
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
        "address": url_for("patients.show", uid=stay.patient.uid),
    }


def focus_kind(content: Mapping[str, Any]) -> str:
    """The kind of record a segment is about, empty for none."""
    return (content.get("focus") or {}).get("kind", "")


def in_rule(problem: Problem) -> bool:
    """Whether the rule editor shows a problem, and not the form."""
    return problem.where.startswith(("rule", "focus"))


def is_counting() -> bool:
    """Whether the plain editor asks: a page that only opens counts nothing, and the builder counts by itself."""
    return request.form.get("rule.shape", "written") != "written"


def counts_of(rule: Any) -> tuple[Counts | None, list[Problem]]:
    """How many patients a rule holds for; or why they were not counted."""
    try:
        return perform(count_segment, rule), []
    except Invalid as invalid:
        return None, invalid.problems


def is_new(content: Mapping[str, Any]) -> bool:
    """Whether nobody has written a condition yet."""
    return content.get("rule") == {"all": []}


def posted(form: ShapeForm) -> dict[str, Any]:
    """The content that the whole page holds, whatever is wrong with it."""
    typed = typed_of(request.form.items(multi=True))
    given = form.value()
    content: dict[str, Any] = {"format": 1, "name": given.name}
    if given.description:
        content["description"] = given.description
    content["rule"] = rule_of(typed)
    if given.focus:
        content["focus"] = {"kind": given.focus}
        if "focus.shape" in typed and request.form.get("focus.kind-before") == given.focus:
            where = where_of(typed, given.focus, "focus")
            content["focus"] |= {"where": where} if where else {}
    return content


def changed(content: dict[str, Any], pressed: str) -> dict[str, Any]:
    """The content after a button of one of the two editors."""
    _, _, place = pressed.partition(":")
    if place.startswith("focus") and "focus" in content:
        whole = changing.changed({"all": content["focus"].get("where", [])}, pressed)
        return content | {"focus": content["focus"] | {"where": whole["all"]}}
    return content | {"rule": changing.changed(content["rule"], pressed)}
