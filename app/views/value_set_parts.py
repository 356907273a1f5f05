"""What the pages of value sets are made of: their columns, their form, and their contents put into words."""

from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.base import Column, say, say_texts
from app.views.drafts import STATES, Content
from app.views.value_set_files import Brought
from journeys.criteria.using import Use
from journeys.criteria.value_sets.change import REPLACE, Code, codes_of, merged
from journeys.criteria.value_sets.systems import name_of
from journeys.foundation.errors import Missing, Problem
from journeys.foundation.words import N_
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.value_sets import ValueSetCode

KINDS = {"segment": N_("Segment"), "journey": N_("Journey"), "contact-rule": N_("Contact rule"), "field": N_("Field")}
EDITORS = {"segment": "segments.edit", "journey": "journeys.edit"}

COLUMNS = (
    Column(N_("Value set"), lambda row: say_texts(row.name), link=lambda row: f"/value-sets/{row.slug}/"),
    Column(N_("State"), "status", kind="chip", chip=STATES.__getitem__),
    Column(N_("Codes in force"), "size", kind="number"),
    Column(N_("Changed"), "changed_at", kind="moment"),
)
CODE_COLUMNS = (
    Column(N_("Code"), lambda code: code.get("code", "")),
    Column(N_("Code system"), lambda code: name_of(code.get("system")) or gettext("Any"), kind="muted"),
    Column(N_("Meaning"), lambda code: code.get("display", "")),
)
VERSION_COLUMNS = (
    Column(N_("Version"), "number", kind="number"),
    Column(N_("Published"), "published_at", kind="moment"),
    Column(N_("By"), "by", kind="muted"),
    Column(N_("Codes"), "size", kind="number"),
)


@dataclass(frozen=True)
class Named:
    """What stands above the codes."""

    name: dict[str, str] = field(default_factory=dict, metadata={"label": N_("Name")})
    description: dict[str, str] = field(default_factory=dict, metadata={"label": N_("What it is for"), "rows": 2})
    url: str = field(
        default="", metadata={"label": N_("Address"), "help": N_("As its publisher gives it, if there is one.")}
    )
    version: str = field(default="", metadata={"label": N_("Version of the publisher")})


def as_named(content: Content) -> Named:
    """What stands above the codes, as the form shows it."""
    return Named(
        content.get("name") or {},
        content.get("description") or {},
        content.get("url") or "",
        content.get("version") or "",
    )


def with_named(content: Content, given: Named) -> Content:
    """The content with what the form says; what is left empty is left out."""
    said = {"name": given.name, "description": given.description, "url": given.url, "version": given.version}
    kept = {key: value for key, value in content.items() if key not in said}
    return {**kept, "format": 1, **{key: value for key, value in said.items() if value or key == "name"}}


def with_codes(content: Content, given: Brought, way: str) -> Content:
    """The content with the codes of a file; one that replaces all of them brings its address and version along."""
    changed = {**content, "codes": merged(codes_of(content), given.codes, way)}
    if way == REPLACE:
        changed |= {key: value for key, value in (("url", given.url), ("version", given.version)) if value}
    return changed


def matching(codes: list[Code], searched: str) -> list[Code]:
    """The codes whose code, system or meaning holds what was searched for."""
    wanted = searched.casefold()
    if not wanted:
        return codes
    return [
        code
        for code in codes
        if any(wanted in str(part or "").casefold() for part in (*code.values(), name_of(code.get("system"))))
    ]


def line_words(content: Content, problem: Problem) -> str:
    """A problem of a code with its line and the code itself, so that it can be found."""
    place = problem.where.split(".")[1] if "." in problem.where else ""
    codes = content.get("codes")
    if not place.isdecimal() or not isinstance(codes, list) or int(place) >= len(codes):
        return say(problem)
    code = codes[int(place)]
    shown = str(code.get("code", "")) if isinstance(code, dict) else ""
    return gettext("Line %(line)s, %(code)s: %(says)s", line=int(place) + 1, code=shown or "–", says=say(problem))


def use_words(use: Use) -> dict[str, Any]:
    """One definition that names the value set, as the page lists it."""
    editor = EDITORS.get(use.kind)
    return {
        "kind": say(KINDS.get(use.kind, use.kind)),
        "name": say_texts(use.name) or use.slug,
        "address": url_for(editor, slug=use.slug) if editor else "",
        "in_force": use.in_force,
    }


def versions_of(session: Session, definition: Definition) -> list[dict[str, Any]]:
    """Every version, the newest first, without its codes."""
    size = select(func.max(ValueSetCode.position) + 1).where(ValueSetCode.version_id == DefinitionVersion.id)
    found = session.execute(
        select(
            DefinitionVersion.number,
            DefinitionVersion.published_at,
            DefinitionVersion.published_by,
            size.scalar_subquery().label("size"),
        )
        .where(DefinitionVersion.definition_id == definition.id)
        .order_by(DefinitionVersion.number.desc())
    )
    return [{**row._mapping, "by": row.published_by.partition(":")[2]} for row in found]


def codes_at(session: Session, definition: Definition, number: int) -> list[Code]:
    """The codes of a version; version 0 stands for none. Missing when there is no such version."""
    if number == 0:
        return []
    content = session.scalar(
        select(DefinitionVersion.content).where(
            DefinitionVersion.definition_id == definition.id, DefinitionVersion.number == number
        )
    )
    if content is None:
        raise Missing(f"There is no version {number}")
    return codes_of(content)


def number_of(name: str, otherwise: int) -> int:
    """A version that the address names."""
    typed = request.args.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) < 7 else otherwise
