"""Long e-mails and letters: headings, paragraphs, lists and buttons, with fields and conditions, as HTML and as text.

    # Your visit
    Dear {{patient.given_name | default: "patient"}},

    {% if appointment.time %}We expect you at {{appointment.time}}.{% endif %}

    - Bring your card.

    [Choose what we write](contact.choices)

The writing is Markdown without HTML, the fields and conditions are Liquid with few tags and every limit set. What is
Liquid is hidden behind words of our own while Markdown and MJML make the page, and put back afterwards: so a value
never becomes a mark of either, and Liquid escapes each where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from types import MappingProxyType
from typing import Any

from liquid import BoundTemplate, Environment, FalsyStrictUndefined
from liquid.exceptions import LiquidError, ResourceLimitError, UndefinedError
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mjml import mjml2html

LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
HIDDEN = re.compile(r"LIQUID(\d+)Q")
TAGS = frozenset({"if", "unless", "case", "comment", "#", "content", "output", "illegal"})
FILTERS = frozenset({"default"})
LINK_FIELDS = frozenset({"contact.choices", "appointment.link", "booking.link", "offer.link"})
"""Fields that hold an address, which alone a link may lead to besides a written one."""

RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})


class Unresolved(Exception):
    """A field without which the text cannot be said has no value."""


class TooMuch(Exception):
    """A text went beyond its limits while it was filled."""


class Bounded(Environment):
    """Liquid that cannot run away: trust.md 2.5 tried that these four stop what loops and what grows."""

    loop_iteration_limit = 100
    output_stream_limit = 100_000
    local_namespace_limit = 1_000
    context_depth_limit = 10


def environment(*, escapes: bool) -> Bounded:
    """Liquid with few tags and one filter; what has no value counts as false and cannot be said."""
    made = Bounded(undefined=FalsyStrictUndefined, autoescape=escapes)
    made.tags = {name: tag for name, tag in made.tags.items() if name in TAGS}
    made.filters = {name: function for name, function in made.filters.items() if name in FILTERS}
    return made


AS_HTML, AS_TEXT = environment(escapes=True), environment(escapes=False)
MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_inline", "html_block", "code", "fence"])


@dataclass(frozen=True)
class LongText:
    """One text, ready to be filled."""

    page: BoundTemplate
    plain: BoundTemplate

    def fill(self, values: Mapping[str, str | None]) -> tuple[str, str]:
        """(HTML, text) with these values by the names of fields; Unresolved or TooMuch where it cannot be."""
        nested = frozen(values)
        try:
            html, text = self.page.render(**nested), self.plain.render(**nested)
        except UndefinedError as error:
            raise Unresolved from error
        except ResourceLimitError as error:
            raise TooMuch from error
        return html, re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


@lru_cache(maxsize=500)
def compiled(source: str, language: str) -> LongText:
    """A text made ready; LiquidError where its Liquid is wrongly written."""
    hidden, parts = hide(source)
    tokens = MARKDOWN.parse(hidden)
    page = mjml2html("".join(document(tokens, language)))
    plain = "".join(plain_lines(tokens))
    return LongText(AS_HTML.from_string(put_back(page, parts)), AS_TEXT.from_string(put_back(plain, parts)))


def hide(source: str) -> tuple[str, list[str]]:
    """The source with each piece of Liquid as one word, and the pieces; a word of that kind in it is taken apart."""
    parts: list[str] = []

    def word(found: re.Match[str]) -> str:
        parts.append(found.group())
        return f"LIQUID{len(parts) - 1}Q"

    return LIQUID.sub(word, HIDDEN.sub(r"LIQUID \1Q", source)), parts


def put_back(text: str, parts: list[str]) -> str:
    """The text with its Liquid again."""
    return HIDDEN.sub(lambda found: parts[int(found[1])], text)


def frozen(values: Mapping[str, str | None]) -> dict[str, Any]:
    """Names with points as groups of texts; what has no value is not there. Nothing else reaches a template."""
    groups: dict[str, dict[str, str]] = {}
    for name, value in values.items():
        group, _, key = name.partition(".")
        if value:
            groups.setdefault(group, {})[key] = str(value)
    return {group: MappingProxyType(inside) for group, inside in groups.items()}


STYLE = """
<mj-head><mj-attributes><mj-all font-family="Helvetica, Arial, sans-serif" />
<mj-text font-size="16px" line-height="24px" color="#1d1b29" padding="6px 24px" />
<mj-button background-color="#3f3aa8" color="#ffffff" font-size="16px" border-radius="8px" padding="12px 24px" />
<mj-divider border-width="1px" border-color="#c9c6da" padding="12px 24px" /></mj-attributes>
<mj-raw><meta name="color-scheme" content="light dark"></mj-raw>
<mj-style>h1, h2, h3 { margin: 0; font-size: 20px; line-height: 28px; } ul, ol { margin: 0; }
@media (prefers-color-scheme: dark) { body, .sheet, .sheet > table { background: #16151d !important; }
.sheet div, .sheet h1, .sheet h2, .sheet h3 { color: #f1f0f7 !important; } }</mj-style></mj-head>
"""
"""What every long e-mail looks like, in light and in dark mail programs."""


def document(tokens: list[Token], language: str) -> Iterator[str]:
    """The MJML of a whole text."""
    direction = "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"
    align = "right" if direction == "rtl" else "left"
    yield f'<mjml lang="{escape(language)}" dir="{direction}">{STYLE}<mj-body>'
    yield f'<mj-section css-class="sheet" direction="{direction}"><mj-column>'
    for block in blocks(tokens):
        yield as_mjml(block, align)
    yield "</mj-column></mj-section></mj-body></mjml>"


def blocks(tokens: list[Token]) -> Iterator[list[Token]]:
    """The tokens of each block that stands by itself."""
    block: list[Token] = []
    for token in tokens:
        block.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield block
            block = []


def as_mjml(block: list[Token], align: str) -> str:
    """One block: a line, a condition, a button, or text."""
    if block[0].type == "hr":
        return "<mj-divider />"
    inline = block[1].children or [] if block[0].type == "paragraph_open" else []
    alone = [token for token in inline if token.type != "softbreak"]
    if alone and all(token.type == "text" and is_hidden(token.content) for token in alone):
        return f"<mj-raw>{''.join(token.content for token in alone)}</mj-raw>"
    if is_button(inline):
        words = "".join(token.content for token in inline)
        return f'<mj-button href="{escape(address_of(inline[0]))}">{escape(words)}</mj-button>'
    for token in block:
        for child in token.children or []:
            if child.type == "link_open":
                child.attrs["href"] = address_of(child)
    return f'<mj-text align="{align}">{MARKDOWN.renderer.render(block, MARKDOWN.options, {})}</mj-text>'


def is_hidden(text: str) -> bool:
    """Whether a text is nothing but Liquid."""
    return HIDDEN.sub("", text).strip() == ""


def is_button(inline: list[Token]) -> bool:
    """Whether a paragraph is one link and nothing else."""
    kinds = [token.type for token in inline]
    return len(kinds) > 2 and kinds[0] == "link_open" and kinds[-1] == "link_close" and kinds.count("link_open") == 1


def address_of(link: Token) -> str:
    """Where a link leads: the address as written, or the field that holds one."""
    href = str(link.attrGet("href") or "")
    return f"{{{{{href}}}}}" if href in LINK_FIELDS else href


def plain_lines(tokens: list[Token]) -> Iterator[str]:
    """The text without its marks; the address of a link stands behind its words."""
    for token in tokens:
        if token.type == "list_item_open":
            yield "- "
        elif token.type == "inline":
            yield "".join(plain_words(token.children or []))
            yield "\n" if token.level > 1 else "\n\n"
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            yield "\n"


def plain_words(inline: list[Token]) -> Iterator[str]:
    """The words of one paragraph."""
    address = ""
    for token in inline:
        if token.type == "link_open":
            address = address_of(token)
        elif token.type == "link_close":
            yield f": {address}"
        elif token.type in {"softbreak", "hardbreak"}:
            yield "\n"
        else:
            yield token.content


@lru_cache(maxsize=500)
def fields_in(source: str) -> tuple[str, ...]:
    """The fields that a text names, in places, conditions and links, each once; none where it cannot be read."""
    try:
        found = AS_TEXT.from_string(source).analyze()
    except LiquidError:
        return ()
    named = [".".join(map(str, each.segments)) for uses in found.globals.values() for each in uses]
    return tuple(dict.fromkeys([*named, *(link for link in links_in(source) if link in LINK_FIELDS)]))


def links_in(source: str) -> list[str]:
    """Where its links lead, as written."""
    tokens = MARKDOWN.parse(hide(source)[0])
    inline = [child for token in tokens for child in token.children or []]
    return [str(child.attrGet("href") or "") for child in inline if child.type == "link_open"]


def literal_of(source: str) -> str:
    """What stands in it as it is, the places between left open."""
    return LIQUID.sub(" … ", source)


def fault_in(source: str) -> str | None:
    """What is wrongly written in its Liquid, in the library's own words; None when nothing is."""
    try:
        found = AS_TEXT.from_string(source).analyze()
    except LiquidError as error:
        return str(error).splitlines()[0]
    return next((f"unknown filter '{name}'" for name in found.filters if name not in FILTERS), None)
