"""Custom fields: what a clinic asks beyond the columns of the house. Drafted by one person, put in force by another."""

from collections.abc import Iterable
from typing import Any

from flask import flash, g, request
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.base import Column, ShapeForm, allowed, expose, paging, perform, portal_roles, reading, say, say_texts
from app.rules.field import is_redrawing
from app.security.roles import role_names
from app.views.drafts import STATES, Content, DraftScreen, row_version
from app.views.field_drafts import about_form, as_content, faults_in_rule, kept_aside, parts_form, sorted_out
from app.views.field_forms import PARTS, RECORDS
from app.views.field_words import changes_of, count_words, place_words, reason_words, use_words
from journeys.criteria.custom.ask_to_publish_field import ask_to_publish_field
from journeys.criteria.custom.check import field_problems
from journeys.criteria.custom.minimum_data_report import FieldUse, minimum_data_report
from journeys.criteria.custom.preview_field_change import preview_field_change
from journeys.criteria.custom.publish_field import publish_field
from journeys.criteria.custom.restore_field import restore_field
from journeys.criteria.custom.retire_field import retire_field
from journeys.criteria.custom.types import TYPES
from journeys.criteria.custom.used_in import Use, binding, used_in
from journeys.criteria.fields import RECORDS as RECORDS_OF_RULES
from journeys.criteria.known import known
from journeys.foundation.errors import Invalid, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import FIELD, find

WAITS = ("warning", "clock", N_("Waits for approval"))

COLUMNS = (
    Column(N_("Field"), lambda row: say_texts(row.name), link=lambda row: f"/fields/{row.slug}/"),
    Column(N_("About"), lambda row: words_of(RECORDS, row, "on")),
    Column(N_("Type"), lambda row: words_of({name: kind.label for name, kind in TYPES.items()}, row, "type")),
    Column(N_("State"), lambda row: row, kind="chip", chip=lambda row: state_of(row)),
    Column(N_("Heading"), lambda row: say_texts((row.draft or {}).get("group")), kind="muted"),
    Column(N_("Changed"), "changed_at", kind="moment"),
)

REPORT_COLUMNS = (
    Column(N_("Field"), lambda row: say_texts(row.field.name), link=lambda row: f"/fields/{row.field.slug}/"),
    Column(N_("About"), lambda row: say(RECORDS[row.field.on])),
    Column(N_("Records with a value"), lambda row: filled_words(row), kind="count"),
    Column(N_("Used in"), lambda row: ", ".join(use_words(use)["name"] for use in row.uses), kind="muted"),
    Column(N_("Needed?"), "is_idle", kind="chip", chip=lambda is_idle: IDLE[is_idle]),
)
IDLE = {
    True: ("warning", "help", N_("Perhaps not")),
    False: ("good", "check", N_("Yes")),
}


class Fields(DraftScreen):
    """The list, the editor, what waits for approval, what uses a field, the report."""

    name = "fields"
    kind = FIELD
    plural = N_("Fields")
    new_title = N_("New field")
    published = N_("Approval is asked for. The field is in force as soon as somebody approves it.")
    publish_verb = ask_to_publish_field
    # it only asks: whoever approves needs the right to publish
    publish_right = "change"

    def empty(self, name: dict[str, str]) -> Content:
        """A text about the patient that nobody may see yet."""
        nobody: Content = {"roles": [], "purposes": []}
        plain = {"on": "patient", "type": "text", "sensitivity": "ordinary", "see": nobody, "edit": nobody}
        return {"format": 1, "name": name, **plain}

    def put_in_force(self, definition: Definition) -> None:
        """Ask for it, held against the portal's roles."""
        perform(ask_to_publish_field, definition.slug, definition.row_version, role_names())

    def refuse(self, form: ShapeForm, content: Content, problems: Iterable[Problem]) -> None:
        """Problems of the type's own part stand in its part."""
        found = list(problems)
        about, parts = sorted_out(found, type_of(content))
        form.refuse(about)
        g.field_parts.refuse(parts)
        form.elsewhere.extend(faults_in_rule(found))

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every field, those that wait for approval first."""
        with reading() as (session, _act):
            rows = session.scalars(
                select(Definition)
                .where(Definition.kind == FIELD)
                .order_by(Definition.asked_at.asc().nulls_last(), Definition.status == "retired", Definition.slug)
            ).all()
        waiting = [row for row in rows if row.asked_at is not None]
        pages = paging(size=100)
        shown = pages.cut(rows[pages.offset : pages.offset + pages.size + 1], len(rows))
        return self.page("fields/index.html", columns=COLUMNS, rows=shown, waiting=waiting, pages=pages)

    @expose("/<slug>/", methods=("GET", "POST"))
    @allowed("read")
    def edit(self, slug: str) -> Response | tuple[str, int]:
        """Write it, see what is wrong, ask for approval."""
        self.refuse_readers()
        with reading() as (session, _act):
            definition = find(session, FIELD, slug)
            in_force = known(session)
        content = definition.draft or {}
        kind = type_of({"type": request.form.get("type") or content.get("type")})
        on = request.form.get("on") or content.get("on")
        g.rule_focus = on if on in RECORDS_OF_RULES else None
        form, g.field_parts = about_form(content), parts_form(kind, content)
        if self._is_sent(form, g.field_parts):
            changed = as_content(form.value(), g.field_parts.value(), content)
            is_done, definition = self.save(definition, changed, form)
            if is_done:
                return self.go("edit", slug=slug)
        elif request.method == "GET" and not is_untouched(content):
            self.refuse(form, content, field_problems(content, slug, in_force, role_names()))
        return self._editor(definition, form, kind)

    def _is_sent(self, form: ShapeForm, parts: ShapeForm) -> bool:
        """Whether both forms were sent and can be read; buttons that change their shape only draw them anew."""
        parts_accepted = parts.is_accepted()
        if is_redrawing() or any(name.startswith(("add:", "remove:")) for name in request.form):
            return False
        return form.is_accepted() and parts_accepted

    def _editor(self, definition: Definition, form: ShapeForm, kind: str) -> tuple[str, int]:
        parts: ShapeForm = g.field_parts
        wrong = request.method == "POST" and bool(form.status != 200 or parts.status != 200)
        return self.page(
            "fields/edit.html",
            definition=definition,
            form=form,
            parts=parts,
            kind=kind,
            aside=kept_aside(kind, request.form.items(multi=True)),
            state=state_of(definition),
            status=422 if wrong and not is_redrawing() else 200,
        )

    @expose("/<slug>/review", methods=("GET", "POST"))
    @allowed("read")
    def review(self, slug: str) -> Response | tuple[str, int]:
        """What would be in force, what changes, what would not convert; approve and publish."""
        problems: list[Problem] = []
        if request.method == "POST":
            self.refuse_unless("publish")
            try:
                leave_behind = "leave_behind" in request.form
                perform(publish_field, slug, row_version(), leave_behind, role_names())
                flash(gettext("The field is in force. Forms, rules and the API have it from now on."), "success")
                return self.go("review", slug=slug)
            except Invalid as invalid:
                problems = invalid.problems
            except Stale:
                flash(gettext("Somebody else saved it first. This is how it stands now."), "warning")
        return self._review(slug, problems)

    def _review(self, slug: str, problems: list[Problem]) -> tuple[str, int]:
        with reading() as (session, act):
            definition = find(session, FIELD, slug)
            live = definition.live_version
            in_force = known(session)
            uses = used_in(session, act, slug)
        content = definition.draft or {}
        preview = perform(preview_field_change, slug, content, portal_roles())
        return self.page(
            "fields/review.html",
            definition=definition,
            state=state_of(definition),
            changes=changes_of(content, live.content if live is not None else None, in_force),
            preview=preview,
            count_words=count_words,
            reasons=[reason_words(reason) for reason in preview.reasons],
            problems=problems or preview.problems,
            place_words=place_words,
            uses=[use_words(use) for use in uses],
            is_in_force=live is not None and live.content == content,
            status=422 if problems else 200,
        )

    @expose("/<slug>/uses")
    @allowed("read")
    def uses(self, slug: str) -> tuple[str, int]:
        """What names the field; retire it when nothing in force does, or take the retiring back."""
        return self._uses(slug)

    @expose("/<slug>/retire", methods=("POST",))
    @allowed("publish")
    def retire(self, slug: str) -> Response | tuple[str, int]:
        """Take it out of force; its values stay."""
        try:
            perform(retire_field, slug, row_version())
        except Invalid as invalid:
            return self._uses(slug, invalid.problems)
        flash(gettext("The field is retired. Its values are kept; restoring it brings them back."), "success")
        return self.go("uses", slug=slug)

    def _uses(self, slug: str, problems: Iterable[Problem] = ()) -> tuple[str, int]:
        with reading() as (session, act):
            definition = find(session, FIELD, slug)
            uses: list[Use] = used_in(session, act, slug)
        return self.page(
            "fields/uses.html",
            definition=definition,
            state=state_of(definition),
            uses=[use_words(use) for use in uses],
            in_the_way=[use_words(use) for use in binding(uses)],
            problems=problems,
            status=422 if problems else 200,
        )

    @expose("/<slug>/restore", methods=("POST",))
    @allowed("publish")
    def restore(self, slug: str) -> Response:
        """Bring its last version back into force, with every value."""
        perform(restore_field, slug)
        flash(gettext("The field is in force again, with every value it had."), "success")
        return self.go("uses", slug=slug)

    @expose("/report")
    @allowed("read")
    def report(self) -> tuple[str, int]:
        """Fields that nobody fills in or nothing uses."""
        rows = perform(minimum_data_report)
        pages = paging(size=100)
        shown = pages.cut(rows[pages.offset : pages.offset + pages.size + 1], len(rows))
        return self.page("fields/report.html", columns=REPORT_COLUMNS, rows=shown, pages=pages)


def type_of(content: Content) -> str:
    """The type of a draft; texts where it has none that there is."""
    kind = content.get("type")
    return kind if kind in PARTS else "text"


def is_untouched(content: Content) -> bool:
    """Whether nobody has written anything but its name yet."""
    return content.get("see") == {"roles": [], "purposes": []} and content.get("type") == "text"


def state_of(definition: Definition) -> tuple[str, str, str]:
    """The state of a field as a chip."""
    return WAITS if definition.asked_at is not None else STATES[definition.status]


def words_of(words: dict[str, str], row: Definition, key: str) -> str:
    """What a draft says under a key, in words."""
    value = (row.draft or {}).get(key)
    return say(words[value]) if value in words else ""


def filled_words(row: FieldUse) -> Any:
    """How many records have a value; large numbers are not counted to their end."""
    return gettext("more than %(count)s", count=row.filled) if row.is_more else row.filled
