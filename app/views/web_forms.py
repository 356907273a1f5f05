"""Forms for the clinic's website: made here as data, published, and closed again."""

from collections.abc import Iterable

from flask import flash, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.base import Column, ShapeForm, allowed, expose, form_for, paging, perform, reading, say_texts
from app.views.drafts import STATES, Content, DraftScreen, standing_of
from app.views.web_form_forms import WebFormForm, as_content, as_form, moved
from journeys.contact.forms.close_form import close_form
from journeys.contact.forms.publish_form import problems_of, publish_form
from journeys.flow.entry.forms_of import let_in_by
from journeys.foundation.errors import Problem, Stale
from journeys.foundation.links import Portal
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import FORM, find

COLUMNS = (
    Column(N_("Form"), lambda row: say_texts(row.name), link=lambda row: f"/web-forms/{row.slug}/"),
    Column(N_("State"), "status", kind="chip", chip=STATES.__getitem__),
    Column(N_("Address"), lambda row: f"/forms/{row.slug}", kind="muted"),
    Column(N_("Changed"), "changed_at", kind="moment"),
)


class WebForms(DraftScreen):
    """The list, and the editor."""

    name = "web-forms"
    kind = FORM
    plural = N_("Web forms")
    new_title = N_("New web form")
    published = N_("The form stands at its address from now on.")
    publish_verb = publish_form

    def empty(self, name: dict[str, str]) -> Content:
        """What nearly every form asks."""
        asked = [
            {"asks": "name", "needed": True},
            {"asks": "birth-date"},
            {"asks": "phone"},
            {"asks": "email"},
            {"asks": "text", "needed": True},
        ]
        return {"format": 1, "name": name, "questions": asked}

    def refuse(self, form: ShapeForm, content: Content, problems: Iterable[Problem]) -> None:
        """Problems stand where the editor has what they are about."""
        form.refuse(moved(problems))

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every form."""
        with reading() as (session, _act):
            rows = session.scalars(select(Definition).where(Definition.kind == FORM).order_by(Definition.slug)).all()
        return self.page("web-forms/index.html", columns=COLUMNS, rows=rows, pages=paging(size=100))

    @expose("/<slug>/", methods=("GET", "POST"))
    @allowed("read")
    def edit(self, slug: str) -> Response | tuple[str, int]:
        """Write it, publish it, see where it stands."""
        self.refuse_readers()
        with reading() as (session, _act):
            definition = find(session, FORM, slug)
            standing = standing_of(session, definition)
            found = problems_of(session, definition.draft or {})
            opens = let_in_by(session, slug)
        content = definition.draft or {}
        form = form_for(WebFormForm, as_form(content))
        if form.is_accepted():
            content = as_content(form.value())
            is_done, definition = self.save(definition, content, form)
            if is_done:
                return self.go("edit", slug=slug)
        elif request.method == "GET":
            self.refuse(form, content, found)
        return self.page(
            "web-forms/edit.html",
            definition=definition,
            standing=standing,
            form=form,
            address=f"{Portal.address}{url_for('forms.index', slug=slug)}",
            is_open=definition.status == "active",
            journeys=[say_texts(version.content.get("name")) or each for each, version in opens.items()],
            status=form.status if request.method == "POST" else 200,
        )

    @expose("/<slug>/close", methods=("POST",))
    @allowed("publish")
    def close(self, slug: str) -> Response:
        """Take it from its address; the question before said which journeys nobody enters by it any more."""
        try:
            perform(close_form, slug)
            flash(gettext("The form is closed. What was sent in stays."), "success")
        except Stale:
            flash(gettext("It is not in force."), "warning")
        return self.go("edit", slug=slug)
