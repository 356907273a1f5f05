"""Says something to those who read the journey."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from journeys.flow.steps.base import Step
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_


@dataclass(frozen=True)
class Note(Step):
    """Does nothing to anybody: a remark in its place, for example why the next wait is so long."""

    label: ClassVar[str] = N_("Note")
    help: ClassVar[str] = N_("A remark for those who read the journey. It does nothing to patients.")
    icon: ClassVar[str] = "note"

    text: Texts = field(metadata={"label": N_("Text"), "help": N_("What readers should know here."), "rows": 3})

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """The remark itself."""
        return reader.translate(N_("Note: %(text)s")) % {"text": reader.say(self.text)}
