"""YAML, read strictly and written in one way only, so that a file that was read is written back with the same bytes.

Reading takes the part of YAML that JSON can hold: maps with text keys, lists, text, whole and decimal numbers, true,
false, null. Dates and times stay text. Anchors, aliases (which can blow a small file up), tags and repeated keys are
problems, each with its line. Writing is block style with keys in a fixed order. What older YAML would read otherwise
(`no`, `10:00`, a date) is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

LONGEST = 500_000
"""Characters of one file: far above any journey, far below what would hurt. Lists of codes may be longer."""

DEEPEST = 40

FIRST_KEYS = (
    "format",
    "type",
    "code",
    "slug",
    "at",
    "person",
    "name",
    "title",
    "description",
    "about",
    "purpose",
    "priority",
    "field",
    "of",
    "happened",
    "is",
    "value",
    "entry",
    "focus",
    "kind",
    "where",
    "count",
    "window",
    "reentry",
    "start",
    "goals",
    "exits",
    "port",
    "queue",
    "template",
    "stage",
    "config",
    "next",
    "rule",
    "subject",
    "body",
    "branches",
    "people",
    "allowed",
    "days",
    "birth_date",
    "gender",
    "phone",
    "email",
    "conditions",
    "activities",
    "do",
    "expect",
    "messages",
    "held",
    "tasks",
    "journey",
    "channel",
    "language",
)
"""The keys that come first, in this order, wherever they stand; all others follow by the alphabet."""

RANK = {key: place for place, key in enumerate(FIRST_KEYS)}


@dataclass
class Document:
    """What a text holds: its value, every problem with line and column, and the line on which each place begins."""

    value: Any = None
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


class Broken(Exception):
    """The text cannot be read any further; carries the one problem that stopped it."""

    def __init__(self, problem: Problem) -> None:
        """Keep the problem."""
        self.problem = problem
        super().__init__(str(problem))


class JsonLikeLoader(yaml.SafeLoader):
    """Composes nodes without anchors, aliases and deep nesting; only JSON's plain words and numbers have a type."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Compose one node, refusing what JSON cannot say."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Broken(at(event.start_mark, N_("Anchors and aliases are not allowed; write the value out")))
        self.depth += 1
        if self.depth > DEEPEST:
            raise Broken(at(event.start_mark, N_("This is nested more than %(most)s deep"), most=DEEPEST))
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


WHOLE_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})$")
NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d+)?(?:[eE][-+]?\d{1,3})?$")

ODD = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029\ufeff]")
"""Characters that only an escape brings through unharmed: control characters and other people's line breaks."""

JsonLikeLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:null|~|)$"), ["n", "~", ""])
JsonLikeLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)$"), ["t", "f"])
JsonLikeLoader.add_implicit_resolver("tag:yaml.org,2002:int", WHOLE_NUMBER, list("-0123456789"))
JsonLikeLoader.add_implicit_resolver("tag:yaml.org,2002:float", NUMBER, list("-0123456789"))


def at(mark: Any, says: str, **data: Any) -> Problem:
    """A problem at a place of the text: `line 3, column 5`."""
    return Problem(f"line {mark.line + 1}, column {mark.column + 1}", says, data)


def read_yaml(text: str, longest: int = LONGEST) -> Document:
    """Read one document of at most `longest` characters; never raises for what the text holds."""
    document = Document()
    if len(text) > longest:
        document.problems.append(Problem("line 1, column 1", N_("The file is too long to be a definition")))
        return document
    try:
        loader = JsonLikeLoader(text)
        node = loader.get_single_node()
    except Broken as broken:
        document.problems.append(broken.problem)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.problems.append(at(mark, N_("This is not YAML: %(reason)s"), reason=error.problem))
    except yaml.YAMLError:
        document.problems.append(Problem("line 1, column 1", N_("The file holds characters that YAML does not allow")))
    else:
        if node is not None:
            document.value = value_of(node, "", document)
    return document


def value_of(node: yaml.Node, place: str, document: Document) -> Any:
    """The plain value of a node; notes the line of every place and keeps every problem on the way."""
    document.lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode) and node.tag == "tag:yaml.org,2002:map":
        return map_of(node, place, document)
    if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
        return [value_of(child, joined(place, number), document) for number, child in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode):
        return scalar_of(node, document)
    document.problems.append(at(node.start_mark, N_("%(tag)s is not allowed here"), tag=node.tag))
    return None


def map_of(node: yaml.MappingNode, place: str, document: Document) -> dict[str, Any]:
    """The map of a node; a repeated key is a problem, because which one counts would be a guess."""
    values: dict[str, Any] = {}
    for key_node, child in node.value:
        key = scalar_of(key_node, document) if isinstance(key_node, yaml.ScalarNode) else None
        if not isinstance(key, str):
            says = N_("Keys must be text; put quotes around %(key)s")
            document.problems.append(at(key_node.start_mark, says, key=getattr(key_node, "value", "it")))
            continue
        if key in values:
            document.problems.append(at(key_node.start_mark, N_("%(key)s is written twice"), key=key))
        values[key] = value_of(child, joined(place, key), document)
        document.lines[joined(place, key)] = key_node.start_mark.line + 1
    return values


def scalar_of(node: yaml.ScalarNode, document: Document) -> Any:
    """The plain value of one word or number."""
    kind = node.tag.rpartition(":")[2]
    if kind == "str":
        return node.value
    if kind == "null":
        return None
    if kind == "bool" and node.value in {"true", "false"}:
        return node.value == "true"
    try:
        return {"int": int, "float": float}[kind](node.value)
    except (KeyError, ValueError):
        document.problems.append(at(node.start_mark, N_("%(tag)s is not allowed here"), tag=node.tag))
        return None


def joined(place: str, key: Any) -> str:
    """The dotted place of a child."""
    return f"{place}.{key}" if place else str(key)


class CanonicalDumper(yaml.SafeDumper):
    """Block style, lists indented under their key, no anchors, long lines left whole, several lines as a block."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists too, so that a file folds by its indentation."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Write every value out."""
        return True


def text_node(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Text of several lines as a block, what reads as a number quoted, everything else as YAML finds it plain."""
    style = None
    if ODD.search(text):
        style = '"'
    elif "\n" in text:
        style = "|"
    elif NUMBER.match(text):
        style = "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


CanonicalDumper.add_representer(str, text_node)


def write_yaml(value: Any) -> str:
    """The one text of a plain value."""
    return yaml.dump(
        in_order(value),
        Dumper=CanonicalDumper,
        default_flow_style=False,
        sort_keys=False,
        allow_unicode=True,
        width=1_000_000,
    )


def in_order(value: Any) -> Any:
    """The same value with its keys in the order in which they are written."""
    if isinstance(value, Mapping):
        keys = sorted(value, key=lambda key: (RANK.get(key, len(RANK)), key))
        ordered = {key: in_order(value[key]) for key in keys}
        if is_journey(ordered):
            ordered["steps"] = steps_in_order(ordered["steps"], ordered.get("start"))
        return ordered
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [in_order(each) for each in value]
    return value


def is_journey(value: Mapping[str, Any]) -> bool:
    """Whether this map has steps to be written in the order in which a patient takes them."""
    steps = value.get("steps")
    return isinstance(steps, Mapping) and all(isinstance(step, Mapping) for step in steps.values())


def steps_in_order(steps: Mapping[str, Any], start: Any) -> dict[str, Any]:
    """Steps as one reads them: from the start along the ports, each where it is first met; what nobody reaches last."""
    ordered: dict[str, Any] = {}
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if not isinstance(name, str) or name in ordered or name not in steps:
            continue
        ordered[name] = steps[name]
        ports = steps[name].get("next")
        if isinstance(ports, Mapping):
            waiting.extend(reversed(list(ports.values())))
    for name in sorted(steps):
        ordered.setdefault(name, steps[name])
    return ordered
