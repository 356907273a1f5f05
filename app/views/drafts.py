"""What the editors of configuration share: naming a new one, saving its draft, publishing it, saying who was faster."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask import abort, flash, request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.base import Screen, ShapeForm, allowed, expose, form_for, perform, say
from journeys.foundation.errors import Invalid, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.save_draft import save_draft

STATES = {
    "draft": ("", "edit", N_("Draft")),
    "active": ("good", "check", N_("In force")),
    "paused": ("warning", "pause", N_("Paused")),
    "retired": ("", "stop", N_("Retired")),
}

Content = dict[str, Any]


@dataclass(frozen=True)
class New:
    """What something new needs first."""

    name: dict[str, str] = field(metadata={"label": N_("Name")})
    slug: str = field(
        metadata={
            "label": N_("Short name"),
            "help": N_("For rules, files and addresses: small letters, digits and hyphens. It never changes."),
            "attributes": {"data-follows": "name-"},
        }
    )


class DraftScreen(Screen):
    """An editor of one kind of definitions.

    A screen says its `kind`, the words of its own pages, what a new draft holds (`empty`), which verb publishes it and
    which right that needs, and where a problem of its content stands on the page (`place`).
    """

    kind: ClassVar[str]
    plural: ClassVar[str]
    new_title: ClassVar[str]
    published: ClassVar[str]
    after_new: ClassVar[str] = "edit"
    publish_verb: ClassVar[Callable[..., Any]]
    publish_right: ClassVar[str] = "publish"

    def empty(self, name: dict[str, str]) -> Content:
        """What a new draft holds."""
        raise NotImplementedError

    def refuse_readers(self) -> None:
        """An editor that readers may open refuses what they send."""
        if request.method == "POST":
            self.refuse_unless("change")

    def refuse(self, form: ShapeForm, content: Content, problems: Iterable[Problem]) -> None:
        """Show problems of the content at the form."""
        form.refuse(problems)

    @expose("/new", methods=("GET", "POST"))
    @allowed("change")
    def new(self) -> Response | tuple[str, int]:
        """Name it, then go on in the editor."""
        form = form_for(New)
        if form.is_accepted():
            given = form.value()
            try:
                perform(save_draft, self.kind, given.slug, given.name, self.empty(given.name), is_new=True)
                return self.go(self.after_new, slug=given.slug)
            except Invalid as invalid:
                form.refuse(invalid.problems)
        title, plural = say(self.new_title), say(self.plural)
        return self.page("drafts/new.html", form=form, title=title, plural=plural, status=form.status)

    def refuse_unless(self, right: str) -> None:
        """Refuse what somebody sends without a right to it, on a page that others may open too."""
        if not self.may(right):
            abort(403)

    def put_in_force(self, definition: Definition) -> None:
        """Publish the draft that was saved just now; Stale when somebody else saved after that."""
        perform(type(self).publish_verb, definition.slug, row_version=definition.row_version)

    def explain(self, form: ShapeForm, content: Content, invalid: Invalid) -> None:
        """Say at the form why the saved draft is not in force."""
        self.refuse(form, content, invalid.problems)
        form.elsewhere.append(gettext("The draft is saved but cannot be published yet: mend what is marked."))

    def save(self, definition: Definition, content: Content, form: ShapeForm) -> tuple[bool, Definition]:
        """Save the draft, and publish it when that button was pressed.

        Return whether all of it was done, and the definition as it is now: its row version goes into the page that is
        shown again, or the next save would be refused. Refused whole to whoever may not publish and asks for it.
        """
        if "publish" in request.form:
            self.refuse_unless(self.publish_right)
        named = content.get("name")
        name = named if isinstance(named, dict) and named else definition.name
        try:
            definition = perform(save_draft, self.kind, definition.slug, name, content, row_version())
            if "publish" in request.form:
                self.put_in_force(definition)
        except Stale:
            form.elsewhere.append(
                gettext(
                    "Somebody else saved this meanwhile. What you wrote is still here: open it in a second tab,"
                    " compare, then save again."
                )
            )
            return False, definition
        except Invalid as invalid:
            self.explain(form, content, invalid)
            return False, definition
        flash(say(self.published) if "publish" in request.form else gettext("The draft is saved."), "success")
        return True, definition


def standing_of(session: Session, definition: Definition) -> dict[str, Any]:
    """What the head of an editor says: the state, the version in force, whether the draft is another by now."""
    live = session.get(DefinitionVersion, definition.live_version_id) if definition.live_version_id else None
    return {
        "state": STATES[definition.status],
        "number": None if live is None else live.number,
        "is_ahead": live is not None and live.content != definition.draft,
    }


def row_version() -> int | None:
    """What the page that was sent had read."""
    typed = request.form.get("row_version", "")
    return int(typed) if typed.isdecimal() else None
