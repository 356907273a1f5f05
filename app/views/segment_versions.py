"""What is known around a segment: how its versions differ, what names it, when it was evaluated last at which cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from flask import request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base import allowed, expose, perform, reading, say_texts
from app.base.look import may
from app.rules.comparing import about_lines, changes, rule_lines
from app.rules.uses import uses_of
from app.views.drafts import DraftScreen
from journeys.criteria.known import known
from journeys.criteria.preview_segment import preview_segment
from journeys.criteria.using import Use
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing
from journeys.foundation.words import N_
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import CONTACT_RULE, JOURNEY, SEGMENT, find
from journeys.store.segment_states import SegmentState

DRAFT = "draft"

KINDS = {SEGMENT: N_("segment"), JOURNEY: N_("journey"), CONTACT_RULE: N_("contact rule")}
SCREENS = {SEGMENT: "segments", JOURNEY: "journeys", CONTACT_RULE: "contact-rules"}


@dataclass(frozen=True)
class Around:
    """What stands beside the editor of a segment: who names it, its last evaluation, whether there are two contents.

    An evaluation counts the patients of the whole organisation: only who works everywhere reads its counts.
    """

    uses: list[dict[str, Any]]
    state: SegmentState | None
    shows_counts: bool
    is_comparable: bool


class SegmentVersions(DraftScreen):
    """Compares the versions of a segment."""

    @expose("/<slug>/compare")
    @allowed("read")
    def compare(self, slug: str) -> tuple[str, int]:
        """Two of its contents side by side; without a choice the version in force and the draft."""
        with reading() as (session, _act):
            definition = find(session, SEGMENT, slug)
            versions = versions_of(session, definition)
            in_force = known(session)
        contents = contents_of(definition, versions)
        before = chosen("from", contents, in_force_or_last(definition, versions))
        after = chosen("to", contents, DRAFT)
        return self.page(
            "segments/compare.html",
            definition=definition,
            choices=choices_of(versions),
            before=before,
            after=after,
            rule=changes(
                rule_lines(contents[before].get("rule"), in_force), rule_lines(contents[after].get("rule"), in_force)
            ),
            about=changes(about_lines(contents[before], in_force), about_lines(contents[after], in_force)),
        )

    @expose("/<slug>/preview")
    @allowed("change")
    def preview(self, slug: str) -> tuple[str, int]:
        """Who would enter and leave if the saved draft came into force: counts in the reader's branches."""
        try:
            change, problems = perform(preview_segment, slug), []
        except Invalid as invalid:
            change, problems = None, invalid.problems
        part = "segments/preview.html" if self.wants_part() else "segments/preview_page.html"
        with reading() as (session, _act):
            definition = find(session, SEGMENT, slug)
        return self.page(part, definition=definition, change=change, problems=problems)

    def around(self, session: Session, act: Act, definition: Definition) -> Around:
        """What the editor shows besides the rule."""
        uses = [use_row(use) for use in uses_of(session, definition.slug)]
        state = session.get(SegmentState, definition.id)
        shows_counts = act.scope.locations is None
        return Around(uses, state, shows_counts, is_comparable=definition.live_version_id is not None)


def versions_of(session: Session, definition: Definition) -> list[DefinitionVersion]:
    """Every version of a definition, the newest first."""
    wanted = select(DefinitionVersion).where(DefinitionVersion.definition_id == definition.id)
    return list(session.scalars(wanted.order_by(DefinitionVersion.number.desc())))


def contents_of(definition: Definition, versions: Iterable[DefinitionVersion]) -> dict[str, Any]:
    """Every content there is: the draft, and each version by its number."""
    return {DRAFT: definition.draft or {}, **{str(version.number): version.content for version in versions}}


def in_force_or_last(definition: Definition, versions: list[DefinitionVersion]) -> str:
    """The number of the version in force, else of the newest; the draft while there is none."""
    live = next((version for version in versions if version.id == definition.live_version_id), None)
    found = live or next(iter(versions), None)
    return DRAFT if found is None else str(found.number)


def chosen(side: Literal["from", "to"], contents: dict[str, Any], otherwise: str) -> str:
    """Which content the address asks for; Missing when there is none such."""
    asked = request.args.get(side, otherwise)
    if asked not in contents:
        raise Missing("There is no such version")
    return asked


def choices_of(versions: Iterable[DefinitionVersion]) -> list[tuple[str, str]]:
    """What can be compared, with what people read for it."""
    numbered = [(str(each.number), gettext("Version %(number)s", number=each.number)) for each in versions]
    return [(DRAFT, gettext("The draft")), *numbered]


def use_row(use: Use) -> dict[str, Any]:
    """One definition that names the segment, with its address for those who may open it."""
    screen = SCREENS.get(use.kind, "")
    is_open = bool(screen) and may("read", screen)
    return {
        "name": say_texts(use.name) or use.slug,
        "kind": gettext(KINDS[use.kind]) if use.kind in KINDS else use.kind,
        "in_force": use.in_force,
        "address": url_for(f"{screen}.edit", slug=use.slug) if is_open else "",
    }
