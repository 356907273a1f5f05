"""Says in words what differs between two texts of a journey: steps, the ways between them, settings, who comes in.

Works on JSON as it is saved, however broken. Equal texts differ in nothing; unequal ones in at least one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from journeys.flow.steps import STEPS
from journeys.flow.text.definition import Head
from journeys.flow.words.outline import outline
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.flow.words.rewiring import Rewiring
from journeys.flow.words.speaking import Setting, settings_of
from journeys.flow.words.value_words import NOT_WRITTEN, differences, of_head, words_of
from journeys.flow.words.way_words import SayWay
from journeys.foundation.words import N_

Content = Mapping[str, Any]
NOTHING: dict[str, Any] = {}
IN_HEAD = N_("%(what)s: %(old)s → %(new)s")
IN_STEP = N_("“%(step)s”, %(what)s: %(old)s → %(new)s")
OF_STEPS = {"type": Setting(N_("Type"), {name: kind.label for name, kind in STEPS.items()})}
"""What every step has that is said by a list."""


@dataclass(frozen=True)
class Change:
    """One difference: `kind` is added, removed, moved or changed, `step_id` "" for the journey itself, `says` words."""

    kind: str
    step_id: str
    says: str


def code_of(_step_id: str, port: str) -> str:
    """A way out as it is written."""
    return port


def changes(before: Content, after: Content, reader: Reader = ENGLISH, ways: SayWay = code_of) -> list[Change]:
    """Every difference between two journeys, the head first, then along the newer one; `ways` says a way out."""
    return list(Comparison(before, after, reader, ways).found())


class Comparison:
    """Two texts of a journey side by side."""

    def __init__(self, before: Content, after: Content, reader: Reader, ways: SayWay) -> None:
        """Take apart what can be taken apart."""
        self.before, self.after = before, after
        focus = after.get("focus")
        self.reader = reader.about(focus if isinstance(focus, str) else None)
        self.ways = ways
        self.old, self.new = steps_of(before), steps_of(after)
        self.rewiring = Rewiring(before, after, self.old, self.new)

    def found(self) -> Iterator[Change]:
        """All of them."""
        yield from self.in_head()
        rows = [row for row in outline(self.after, self.reader) if not row.is_jump]
        for row in rows:
            if row.step_id not in self.old:
                yield self.added(row.step_id, row.sentence)
                continue
            yield from self.in_step(row.step_id)
        for step_id in self.old:
            if step_id not in self.new:
                yield self.removed(step_id)

    def in_head(self) -> Iterator[Change]:
        """Who comes in, what ends it, what it is for, where it starts."""
        for key in dict.fromkeys((*self.before, *self.after)):
            old, new = self.before.get(key, NOT_WRITTEN), self.after.get(key, NOT_WRITTEN)
            if key == "start":
                yield from self.new_ways("")
            elif key != "steps" or not isinstance(old, Mapping) or not isinstance(new, Mapping):
                yield from self.changed("", {key: old}, {key: new}, of_head(settings_of(Head)))

    def in_step(self, step_id: str) -> Iterator[Change]:
        """What differs in a step that both have."""
        old, new = self.old[step_id], self.new[step_id]
        if not isinstance(old, Mapping) or not isinstance(new, Mapping):
            yield from self.changed(step_id, {"step": old}, {"step": new})
            return
        if step_id in self.rewiring.moved:
            words = N_("“%(step)s” moved: it comes after %(after)s")
            yield self.says("moved", step_id, words, after=self.came(step_id))
        for key in dict.fromkeys((*old, *new)):
            before, after = old.get(key, NOT_WRITTEN), new.get(key, NOT_WRITTEN)
            if key == "name":
                yield from self.in_name(step_id, before, after)
            elif key == "config":
                yield from self.in_config(step_id, new.get("type"), before, after)
            elif key != "next" or targets_in(before) == targets_in(after):
                yield from self.changed(step_id, {key: before}, {key: after}, OF_STEPS)
        yield from self.new_ways(step_id)

    def in_name(self, step_id: str, before: Any, after: Any) -> Iterator[Change]:
        """A new name in the reader's language, and what differs in other languages."""
        old, new = self.named({"name": before}), self.named({"name": after})
        if old == new:
            yield from self.changed(step_id, {"name": before}, {"name": after})
            return
        words = N_("“%(old)s” is called “%(new)s” now")
        yield self.says("changed", step_id, words, old=old or step_id, new=new or step_id)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            others = [{key: text for key, text in name.items() if text not in (old, new)} for name in (before, after)]
            yield from self.changed(step_id, {"name": others[0]}, {"name": others[1]})

    def in_config(self, step_id: str, kind: Any, before: Any, after: Any) -> Iterator[Change]:
        """What differs in a step's own settings, by the labels of its form."""
        shape = STEPS.get(kind) if isinstance(kind, str) else None
        settings = settings_of(shape) if shape is not None else NOTHING  # type: ignore[arg-type]
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from self.changed(step_id, before, after, settings)
        else:
            yield from self.changed(step_id, {"config": before}, {"config": after}, settings)

    def changed(
        self, step_id: str, before: Content, after: Content, settings: Mapping[str, Setting] = NOTHING
    ) -> Iterator[Change]:
        """One line for each value that differs."""
        template = after.get("template")
        said = words_of(settings, self.reader, template if isinstance(template, str) else None)
        for key in dict.fromkeys((*before, *after)):
            pair = before.get(key, NOT_WRITTEN), after.get(key, NOT_WRITTEN)
            for what, old, new in differences(*pair, key, said):
                yield self.says("changed", step_id, IN_STEP if step_id else IN_HEAD, what=what, old=old, new=new)

    def new_ways(self, step_id: str) -> Iterator[Change]:
        """Ways out that lead elsewhere, and not merely through what was added, removed or moved."""
        for port, old, new in self.rewiring.changed_ways(step_id):
            data = {"way": self.ways(step_id, port), "old": self.name_of(old), "new": self.name_of(new)}
            if not step_id:
                words = N_("The journey begins with “%(new)s” instead of “%(old)s”")
            elif new is None:
                words = N_("“%(step)s”, %(way)s: leads nowhere now; it led to “%(old)s”")
            elif old is None:
                words = N_("“%(step)s”, %(way)s: leads to “%(new)s” now")
            else:
                words = N_("“%(step)s”, %(way)s: leads to “%(new)s” instead of “%(old)s”")
            yield self.says("changed", step_id, words, **data)

    def added(self, step_id: str, sentence: str) -> Change:
        """A step that is new, where it comes, and what it does."""
        words = N_("“%(step)s” added after %(after)s: %(sentence)s")
        return self.says("added", step_id, words, after=self.came(step_id), sentence=sentence)

    def removed(self, step_id: str) -> Change:
        """A step that is gone."""
        return self.says("removed", step_id, N_("“%(step)s” removed"))

    def came(self, step_id: str) -> str:
        """After which steps a step of the newer text comes."""
        before = [self.name_of(other) for other, _ in self.rewiring.leading_to(step_id) if other]
        if any(not other for other, _ in self.rewiring.leading_to(step_id)):
            before.insert(0, self.reader.translate(N_("the start")))
        return ", ".join(dict.fromkeys(before)) or self.reader.translate(N_("nothing"))

    def name_of(self, step_id: str | None) -> str:
        """What a step is called now, or was."""
        if step_id is None:
            return self.reader.translate(N_("nothing"))
        return self.named(self.new.get(step_id)) or self.named(self.old.get(step_id)) or step_id

    def named(self, step: Any) -> str:
        """The name that is written at a step, "" where there is none."""
        name = step.get("name") if isinstance(step, Mapping) else None
        return self.reader.say(dict(name)) if isinstance(name, Mapping) and name else ""

    def says(self, kind: str, step_id: str, words: str, **data: str) -> Change:
        """One line."""
        return Change(kind, step_id, self.reader.translate(words) % {"step": self.name_of(step_id), **data})


def steps_of(content: Content) -> dict[str, Any]:
    """The steps as they are written, whole or not."""
    steps = content.get("steps")
    return dict(steps) if isinstance(steps, Mapping) else {}


def targets_in(ways: Any) -> dict[str, Any]:
    """The ways out that are written, none where there are none."""
    return dict(ways) if isinstance(ways, Mapping) else {}
