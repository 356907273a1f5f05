"""Every place of a template can be filled in the journey that sends it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from journeys.contact.texts import merge
from journeys.contact.texts.custom_fields import with_custom
from journeys.contact.texts.wordings import PREFIX
from journeys.flow.checks.base import Check
from journeys.flow.proving.ways import way_to
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

UNKNOWN = N_("The template names %(field)s, and there is no such field")
EMPTY = N_(
    "The template names %(field)s, which is empty here: the journey is not about a record that has it. Give the place a"
    " text to fall back on, or choose another template"
)

OF_FOCUS = {
    "appointment.": ("appointment",),
    "offer.": (),
    "focus.due_on": ("care_plan_activity", "due_item", "referral"),
}
"""How a field of the focus record begins → the kinds of records that fill it. Offers of freed times are made outside
journeys."""


class MergeFieldsFilled(Check):
    """A message that cannot be filled is held, so nobody would get it."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Each step that sends a published template, each place without a text to fall back on; the way leads to it."""
        known = with_custom(each.field for each in catalogue.custom.values())
        for node in nodes.values():
            template = catalogue.templates.get(getattr(node.step, "template", "")) or {}
            for name in named_in(template):
                says = UNKNOWN if name not in known else EMPTY if is_empty(name, head.focus) else None
                if says is not None:
                    path = way_to(nodes, head.start, [node.id])
                    yield Problem(f"steps.{node.id}.config.template", says, {"field": name}, path=path)


def named_in(template: Mapping[str, object]) -> list[str]:
    """The fields, wordings left out, without which a template cannot be filled, in the order in which it names them."""
    texts = template.get("texts")
    found: list[str] = []
    for text in texts.values() if isinstance(texts, Mapping) else ():
        for part in parts_of(text):
            found.extend(place.field for place in merge.places(merge.parse(part)) if place.default is None)
    return [name for name in dict.fromkeys(found) if not name.startswith(PREFIX)]


def parts_of(text: object) -> Iterator[str]:
    """The subjects and bodies of one language, those of a channel alone too."""
    if not isinstance(text, Mapping):
        return
    yield from (part for key in ("subject", "body") if isinstance(part := text.get(key), str))
    own = text.get("instead")
    for other in own.values() if isinstance(own, Mapping) else ():
        yield from parts_of(other)


def is_empty(name: str, focus: str | None) -> bool:
    """Whether a field is of a record that the journey is not about."""
    return any(name.startswith(beginning) and focus not in kinds for beginning, kinds in OF_FOCUS.items())
