"""Value sets: lists of codes that rules look up. Brought along as a file, compared, published as versions."""

from collections.abc import Iterable

from flask import Response as FileResponse
from flask import abort, flash, request
from flask_babel import gettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from app.base import ShapeForm, allowed, expose, form_for, in_alphabet, paging, perform, reading, say
from app.views.drafts import Content, DraftScreen, row_version, standing_of
from app.views.value_set_files import Bring, Brought, brought, chosen_of, pack
from app.views.value_set_parts import (
    CODE_COLUMNS,
    COLUMNS,
    VERSION_COLUMNS,
    Named,
    as_named,
    codes_at,
    line_words,
    matching,
    number_of,
    use_words,
    versions_of,
    with_codes,
    with_named,
)
from journeys.criteria.using import Use
from journeys.criteria.value_sets.change import codes_of, difference, merged
from journeys.criteria.value_sets.check import value_set_problems
from journeys.criteria.value_sets.publish_value_set import publish_value_set
from journeys.criteria.value_sets.using import used_in
from journeys.criteria.value_sets.write_file import as_csv, as_fhir
from journeys.foundation.errors import Invalid, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import VALUE_SET, find
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.value_sets import ValueSetCode

SHOWN = 50
"""Codes on one page, and changes that are listed one by one."""


class ValueSets(DraftScreen):
    """The list, one value set with its codes, the import, the versions."""

    name = "value-sets"
    kind = VALUE_SET
    plural = N_("Value sets")
    new_title = N_("New value set")
    published = N_("The value set is in force. Rules look its codes up from now on.")
    publish_verb = publish_value_set
    after_new = "bring"

    def empty(self, name: dict[str, str]) -> Content:
        """No codes yet."""
        return {"format": 1, "name": name, "codes": []}

    def refuse(self, form: ShapeForm, content: Content, problems: Iterable[Problem]) -> None:
        """Problems of codes name the line and the code."""
        form.refuse(problem for problem in problems if not problem.where.startswith("codes"))
        form.elsewhere.extend(line_words(content, problem) for problem in problems if problem.where.startswith("codes"))

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every value set with how many codes are in force."""
        size = select(func.max(ValueSetCode.position) + 1).where(ValueSetCode.version_id == Definition.live_version_id)
        columns = (Definition.slug, Definition.name, Definition.status, Definition.changed_at)
        with reading() as (session, _act):
            rows = session.execute(
                select(*columns, size.scalar_subquery().label("size"))
                .where(Definition.kind == VALUE_SET)
                .order_by(Definition.slug)
            ).all()
        rows = sorted(rows, key=lambda row: in_alphabet(row.name))
        return self.page("value_sets/index.html", columns=COLUMNS, rows=rows, pages=paging(size=100))

    @expose("/<slug>/", methods=("GET", "POST"))
    @allowed("read")
    def edit(self, slug: str) -> Response | tuple[str, int]:
        """Its name, its codes, what publishing would change, who uses it."""
        self.refuse_readers()
        definition, in_force, uses = self._read(slug)
        content = definition.draft or {}
        form = form_for(Named, as_named(content))
        if form.is_accepted():
            content = with_named(content, form.value())
            is_done, definition = self.save(definition, content, form)
            if is_done:
                return self.go("edit", slug=slug)
        problems = value_set_problems(content)
        if request.method == "GET" and content.get("codes"):
            self.refuse(form, content, problems)
        searched = request.args.get("q", "").strip()
        pages = paging(size=SHOWN)
        with reading() as (session, _act):
            standing = standing_of(session, definition)
        codes = matching(codes_of(content), searched)
        return self.page(
            "value_sets/edit.html",
            definition=definition,
            standing=standing,
            form=form,
            columns=CODE_COLUMNS,
            rows=pages.cut(codes[pages.offset : pages.offset + pages.size + 1], len(codes)),
            pages=pages,
            searched=searched,
            size=len(codes_of(content)),
            change=difference(codes_of(in_force), codes_of(content)),
            is_sound=not problems,
            is_in_force=content == in_force and definition.status == "active",
            uses=[use_words(use) for use in uses],
            status=form.status if request.method == "POST" else 200,
        )

    def _read(self, slug: str) -> tuple[Definition, Content, list[Use]]:
        """The definition, the content in force, and what names it."""
        with reading() as (session, _act):
            definition = find(session, VALUE_SET, slug)
            live = definition.live_version
            return definition, live.content if live is not None else {}, used_in(session, slug)

    @expose("/<slug>/import", methods=("GET", "POST"))
    @allowed("change")
    def bring(self, slug: str) -> Response | tuple[str, int]:
        """Bring a file along, look at what it would change, save it to the draft."""
        definition, _in_force, _uses = self._read(slug)
        form = form_for(Bring)
        sets: list[Brought] = []
        packed = ""
        if form.is_accepted():
            try:
                sets = mended_in_place(brought(say), form)
                packed = pack(sets) if sets else ""
            except Invalid as invalid:
                form.elsewhere.extend(f"{each.where}: {say(each)}".removeprefix(": ") for each in invalid.problems)
        which = chosen_of(sets, (definition.draft or {}).get("url", ""))
        if which is not None and "save" in request.form and self._save_brought(definition, sets[which], form):
            return self.go("edit", slug=slug)
        return self._preview(definition, form, sets, which, packed)

    def _preview(
        self, definition: Definition, form: ShapeForm, sets: list[Brought], which: int | None, packed: str
    ) -> tuple[str, int]:
        """Draw what a file holds and would change; before there is one, ask for it."""
        chosen = None if which is None else sets[which]
        before = codes_of(definition.draft)
        after = merged(before, chosen.codes, form.way.data) if chosen else before
        return self.page(
            "value_sets/import.html",
            definition=definition,
            form=form,
            sets=sets,
            which=which,
            chosen=chosen,
            packed=packed,
            change=difference(before, after),
            columns=CODE_COLUMNS,
            shown=SHOWN,
            status=form.status if request.method == "POST" else 200,
        )

    def _save_brought(self, definition: Definition, given: Brought, form: ShapeForm) -> bool:
        """Put the codes into the draft; False when the file is wrong or somebody else saved meanwhile."""
        if given.problems:
            return False
        way = form.value().way
        content = with_codes(definition.draft or {}, given, way)
        try:
            perform(save_draft, VALUE_SET, definition.slug, definition.name, content, row_version())
        except Stale:
            form.elsewhere.append(gettext("Somebody else saved this meanwhile. Look at what the file changes now."))
            return False
        flash(gettext("The draft holds %(count)s codes now.", count=len(content["codes"])), "success")
        return True

    @expose("/<slug>/publish", methods=("POST",))
    @allowed("publish")
    def publish(self, slug: str) -> Response:
        """All problems, or one version in force."""
        try:
            perform(publish_value_set, slug, row_version())
            flash(say(self.published), "success")
        except Stale:
            flash(gettext("Somebody else changed this value set since you looked at it. Look again."), "danger")
        except Invalid:
            flash(gettext("The value set cannot be published yet. Mend what is listed."), "danger")
        return self.go("edit", slug=slug)

    @expose("/<slug>/versions")
    @allowed("read")
    def versions(self, slug: str) -> tuple[str, int]:
        """Every version, and what two of them do not share."""
        with reading() as (session, _act):
            definition = find(session, VALUE_SET, slug)
            rows = versions_of(session, definition)
            newest = rows[0]["number"] if rows else 0
            later = number_of("to", newest)
            earlier = number_of("from", max(later - 1, 0))
            change = difference(codes_at(session, definition, earlier), codes_at(session, definition, later))
        return self.page(
            "value_sets/versions.html",
            definition=definition,
            columns=VERSION_COLUMNS,
            rows=rows,
            pages=paging(size=100),
            code_columns=CODE_COLUMNS,
            earlier=earlier,
            later=later,
            change=change,
            shown=SHOWN,
        )

    @expose("/<slug>/<form>")
    @allowed("read")
    def download(self, slug: str, form: str) -> Response:
        """The codes in force, or of the draft before there is a version, as a file."""
        definition, in_force, _uses = self._read(slug)
        content = in_force or definition.draft or {}
        if form == "codes.csv":
            return as_file(as_csv(content), "text/csv; charset=utf-8", f"{slug}.csv")
        if form != "fhir.json":
            abort(404)
        try:
            return as_file(as_fhir(content, slug), "application/fhir+json", f"{slug}.json")
        except Invalid as invalid:
            flash(say(invalid.problems[0]), "warning")
            return self.go("edit", slug=slug)


def mended_in_place(sets: list[Brought], form: ShapeForm) -> list[Brought]:
    """What was brought along; nothing where lines of a pasted text are wrong: they are said above it, and it stays."""
    wrong = [says for each in sets for says in each.problems]
    if not wrong or "packed" in request.form or not form.pasted.data:
        return sets
    form.elsewhere.extend(wrong)
    return []


def as_file(data: bytes, kind: str, name: str) -> Response:
    """An answer that the browser keeps as a file."""
    return FileResponse(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
