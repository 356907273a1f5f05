"""Reads FHIR R4 ValueSets: an expansion as it is, or the codes that `compose` lists one by one.

What a set only describes (a filter, a whole code system, other value sets) takes a terminology server to expand. It is
refused with its place, because a list that silently lacks codes would let patients fall out of rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from journeys.criteria.value_sets.change import key_of
from journeys.criteria.value_sets.check import is_text, shortened
from journeys.criteria.value_sets.found import Found
from journeys.criteria.value_sets.systems import name_of, uri_of
from journeys.criteria.values import MOST_TEXT
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.importing.safe_json import UnsafeJson, parse

MOST_SETS = 1_000
DEEPEST = 20


def from_fhir(data: bytes) -> list[Found]:
    """The value sets of a ValueSet or of a Bundle of them; Invalid when there is none to be read."""
    try:
        content, _ = parse(data)
    except UnsafeJson as error:
        raise Invalid([Problem("", N_("The file cannot be read: it %(reason)s"), {"reason": error.says})]) from None
    resources = list(value_sets_of(content))
    if not resources:
        raise Invalid([Problem("resourceType", N_("The file holds no FHIR ValueSet"))])
    if len(resources) > MOST_SETS:
        raise Invalid([Problem("entry", N_("The file holds more than %(most)s value sets"), {"most": MOST_SETS})])
    return [Reader(resource).read() for resource in resources]


def value_sets_of(content: Any) -> Iterator[Mapping[str, Any]]:
    """The ValueSets that a resource is or holds."""
    if not isinstance(content, dict):
        return
    if content.get("resourceType") == "ValueSet":
        yield content
    elif content.get("resourceType") == "Bundle":
        for entry in listed(content.get("entry")):
            resource = entry.get("resource")
            if isinstance(resource, dict) and resource.get("resourceType") == "ValueSet":
                yield resource


def listed(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; nothing of what is no list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def text_of(value: Any) -> str:
    """A text of a size that can be a label, empty for anything else."""
    return value.strip() if isinstance(value, str) and len(value) <= MOST_TEXT else ""


class Reader:
    """Reads one ValueSet."""

    def __init__(self, resource: Mapping[str, Any]) -> None:
        """Take what it is called."""
        self.resource = resource
        self.found = Found(
            name=text_of(resource.get("title")) or text_of(resource.get("name")),
            url=text_of(resource.get("url")),
            version=text_of(resource.get("version")),
        )

    def read(self) -> Found:
        """Everything of it, right or wrong."""
        expansion = self.resource.get("expansion")
        compose = self.resource.get("compose")
        if isinstance(expansion, dict) and "contains" in expansion:
            self.expansion(expansion)
        elif isinstance(compose, dict):
            self.compose(compose)
        if not self.found.codes and not self.found.problems:
            says = N_("The value set lists no codes; import its expansion by a terminology server")
            self.found.refuse("compose", says)
        self.found.problems = shortened(self.found.problems, "compose")
        return self.found

    def expansion(self, expansion: Mapping[str, Any]) -> None:
        """The codes of an expansion, those inside others too; one page of several is not the whole."""
        self.contained(expansion.get("contains"), "expansion.contains", 1)
        total = expansion.get("total")
        if expansion.get("offset") or (isinstance(total, int) and total > self.counted(expansion.get("contains"))):
            says = N_("This is one part of an expansion in several; import it as one file")
            self.found.refuse("expansion", says)

    def counted(self, contains: Any, depth: int = 1) -> int:
        """The entries of an expansion at every level."""
        entries = listed(contains)
        inside = sum(self.counted(each.get("contains"), depth + 1) for each in entries) if depth <= DEEPEST else 0
        return len(entries) + inside

    def contained(self, contains: Any, where: str, depth: int) -> None:
        """One level of an expansion; what is abstract only groups others."""
        if depth > DEEPEST:
            self.found.refuse(where, N_("This is nested more than %(most)s deep"), most=DEEPEST)
            return
        for number, entry in enumerate(listed(contains)):
            place = f"{where}.{number}"
            if "code" in entry and entry.get("abstract") is not True:
                self.code(entry.get("system"), entry, place)
            self.contained(entry.get("contains"), f"{place}.contains", depth + 1)

    def compose(self, compose: Mapping[str, Any]) -> None:
        """The codes of all that is included, without those that are excluded."""
        for number, include in enumerate(listed(compose.get("include"))):
            self.included(include, f"compose.include.{number}")
        for number, exclude in enumerate(listed(compose.get("exclude"))):
            self.excluded(exclude, f"compose.exclude.{number}")

    def included(self, include: Mapping[str, Any], where: str) -> None:
        """The codes of one part that lists them."""
        if not self.is_described(include, where):
            for number, concept in enumerate(listed(include.get("concept"))):
                self.code(include.get("system"), concept, f"{where}.concept.{number}")

    def excluded(self, exclude: Mapping[str, Any], where: str) -> None:
        """Take out the codes of one part that lists them."""
        if self.is_described(exclude, where):
            return
        system = self.system(exclude.get("system"), f"{where}.system")
        for concept in listed(exclude.get("concept")):
            self.found.codes.pop(key_of({"system": system, "code": concept.get("code")}), None)

    def is_described(self, part: Mapping[str, Any], where: str) -> bool:
        """Whether a part only describes its codes; says so."""
        others = part.get("valueSet")
        if others:
            names = ", ".join(str(each)[:MOST_TEXT] for each in others) if isinstance(others, list) else ""
            says = N_("Codes of other value sets: %(names)s; import the expansion by a terminology server")
            self.found.refuse(f"{where}.valueSet", says, names=names)
        elif part.get("filter"):
            rules = "; ".join(" ".join(rule_words(each)) for each in listed(part["filter"]))
            says = N_("Codes described by a filter: %(filter)s; import the expansion by a terminology server")
            self.found.refuse(f"{where}.filter", says, filter=rules)
        elif "concept" not in part:
            says = N_("All codes of %(system)s; import the expansion by a terminology server")
            self.found.refuse(where, says, system=name_of(text_of(part.get("system"))) or "?")
        else:
            return False
        return True

    def code(self, system: Any, concept: Mapping[str, Any], where: str) -> None:
        """Keep one code, or say what is wrong with it."""
        uri = self.system(system, f"{where}.system")
        code = concept.get("code")
        if not is_text(code, MOST_TEXT):
            self.found.refuse(f"{where}.code", N_("Write a text of 1 to %(most)s characters"), most=MOST_TEXT)
        elif uri is not None:
            self.found.add(uri, str(code).strip(), text_of(concept.get("display")), where)

    def system(self, system: Any, where: str) -> str | None:
        """The URI of a code system; None, with its problem, when it has none."""
        uri = uri_of(system) if isinstance(system, str) else None
        if uri is None:
            says = N_("%(system)s is no code system that is known here")
            self.found.refuse(where, says, system=text_of(system) or "?")
        return uri


def rule_words(rule: Mapping[str, Any]) -> list[str]:
    """Property, comparison and value of a filter."""
    return [text_of(rule.get(key)) or "?" for key in ("property", "op", "value")]
