"""How texts look and how long they get: filled with example values, or each place as long as it can be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from journeys.contact.texts import merge
from journeys.contact.texts.long_text import TooMuch, Unresolved, compiled, fault_in
from journeys.contact.texts.merge_fields import MergeField
from journeys.contact.texts.samples import samples
from journeys.contact.texts.sms_text import Measure
from journeys.contact.texts.wordings import Wordings, written_out
from journeys.contact.texts.worst_case import at_its_longest, worst_case


@dataclass(frozen=True)
class Preview:
    """How a text would look, and how long it can get: `usual` in the short alphabet where it can be, `worst` when the
    field `by` holds a letter beyond it. `email` is what an e-mail says instead and `page` its HTML, `longest` the body
    at its longest."""

    language: str
    subject: str
    body: str
    email: str
    page: str
    longest: str
    usual: Measure
    worst: Measure
    by: str | None


def previews(
    content: Mapping[str, Any], fields: Mapping[str, MergeField], quoted: Wordings | None = None
) -> list[Preview]:
    """Every text that can be filled, with example values; a field of the clinic shows its own name."""
    texts = written_out(content, quoted or {}).get("texts", {})
    return list(filled_texts(texts, fields)) if isinstance(texts, dict) else []


def filled_texts(texts: dict[str, Any], fields: Mapping[str, MergeField]) -> Iterator[Preview]:
    """The same, one by one."""
    for language, text in texts.items():
        sample = samples(fields, language)
        own = text.get("instead", {})
        short = merge.parse(own.get("sms", {}).get("body") or text.get("body", ""))
        email = own.get("email", {})
        case = worst_case(short, fields, language)
        try:
            page, plain = long_page(email.get("long") or "", language, sample)
            yield Preview(
                language,
                subject=merge.fill(merge.parse(email.get("subject") or text.get("subject") or ""), sample),
                body=merge.fill(short, sample),
                email=plain or merge.fill(merge.parse(email.get("body") or ""), sample),
                page=page,
                longest=at_its_longest(short, fields, language),
                usual=case.usual,
                worst=case.worst,
                by=case.by,
            )
        except merge.Unresolved:
            continue


def long_page(source: str, language: str, sample: Mapping[str, str]) -> tuple[str, str]:
    """(HTML, text) of a long text with example values, both empty where there is none or it cannot be made."""
    if not source or fault_in(source) is not None:
        return "", ""
    try:
        return compiled(source, language).fill(sample)
    except (Unresolved, TooMuch):
        return "", ""
