"""A journey as text, with its comments: text → content → text gives the same bytes once the text is canonical.

Comments are kept in the content under `comments`, by the place they are about: `steps.call` holds the lines above it,
`steps.call #` what stands beside it on its line, the empty place what follows the last line. What is no comment is
written and read by `yaml_text`; blank lines are not kept. A comment whose place is gone stands above what held it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from journeys.flow.packs.yaml_text import LONGEST, Document, read_yaml, write_yaml

COMMENTS = "comments"
BESIDE = " #"
AFTER_ALL = ""
UNWRITABLE = re.compile("[^\x20-\x7e\xa1-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]+")
"""What a line of YAML cannot hold as it is."""


def read_journey(text: str, longest: int = LONGEST) -> Document:
    """Read a journey as `read_yaml` does; its comments come under `comments`, when it has any."""
    document = read_yaml(text, longest)
    if document.problems or not isinstance(document.value, dict):
        return document
    found = comments_in(text, document.lines)
    if found:
        document.value[COMMENTS] = found
    return document


def write_journey(content: Mapping[str, Any]) -> str:
    """The one text of a journey."""
    text = write_yaml({key: value for key, value in content.items() if key != COMMENTS})
    comments = content.get(COMMENTS)
    return with_comments(text, comments) if isinstance(comments, Mapping) and comments else text


def comments_in(text: str, lines: Mapping[str, int]) -> dict[str, str]:
    """Every comment by its place; `lines` are those of the places, from 1."""
    outer, inner = places_by_line(lines)
    found: dict[str, list[str]] = {}
    for line, says, is_alone in each_comment(text):
        if is_alone:
            below = min((each for each in outer if each > line), default=0)
            found.setdefault(outer.get(below, AFTER_ALL), []).append(says)
        else:
            here = max((each for each in inner if each <= line), default=0)
            found.setdefault(inner.get(here, AFTER_ALL) + BESIDE, []).append(says)
    return {place: (" " if place.endswith(BESIDE) else "\n").join(says) for place, says in found.items()}


def places_by_line(lines: Mapping[str, int]) -> tuple[dict[int, str], dict[int, str]]:
    """The outermost and the innermost place that begins on each line."""
    outer: dict[int, str] = {}
    inner: dict[int, str] = {}
    for place in sorted(filter(None, lines), key=lambda place: place.count(".")):
        outer.setdefault(lines[place], place)
        inner[lines[place]] = place
    return outer, inner


def each_comment(text: str) -> Iterator[tuple[int, str, bool]]:
    """(line from 1, the comment with its sign, whether it stands alone on the line) of a text that YAML can read."""
    end = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        start = token.start_mark.index
        if start > end:
            yield from comments_between(text, end, start)
        end = max(end, token.end_mark.index)
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            yield from comments_between(text, start, text.find("\n", start) + 1)
    yield from comments_between(text, end, len(text))


def comments_between(text: str, start: int, end: int) -> Iterator[tuple[int, str, bool]]:
    """The comments of a stretch that holds no value."""
    for found in re.finditer(r"(?:^|(?<=\s))#[^\n\r]*", text[start:end], re.MULTILINE):
        index = start + found.start()
        before = text[text.rfind("\n", 0, index) + 1 : index]
        yield text.count("\n", 0, index) + 1, found[0].rstrip(), not before.strip()


def with_comments(text: str, comments: Mapping[str, Any]) -> str:
    """A canonical text with its comments put in."""
    lines = read_yaml(text, max(LONGEST, len(text))).lines
    above: dict[int, list[str]] = {}
    beside: dict[int, list[str]] = {}
    last = text.count("\n") + 1
    for place in sorted(comments):
        says = [signed(line) for line in str(comments[place]).split("\n")]
        about = place.removesuffix(BESIDE)
        if place.endswith(BESIDE) and about in lines:
            beside.setdefault(lines[about], []).extend(says)
        else:
            above.setdefault(last if about == AFTER_ALL else line_of(about, lines), []).extend(says)
    written: list[str] = []
    for number, line in enumerate([*text.split("\n")[:-1], ""], start=1):
        indent = line[: len(line) - len(line.lstrip(" "))]
        written += [f"{indent}{says}" for says in above.get(number, ())]
        written.append("  ".join((line, " ".join(beside[number]))) if number in beside else line)
    return "\n".join(written)


def line_of(place: str, lines: Mapping[str, int]) -> int:
    """The line of a place, else of what held it."""
    while place not in lines and place:
        place = place.rpartition(".")[0]
    return lines.get(place, 1)


def signed(line: str) -> str:
    """One line of a comment as YAML takes it."""
    plain = UNWRITABLE.sub(" ", line).strip()
    return plain if plain.startswith("#") else f"# {plain}".rstrip()
