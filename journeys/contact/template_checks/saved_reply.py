"""What staff answer with is about what the patient asked."""

from __future__ import annotations

from collections.abc import Iterable

from journeys.contact.template_checks.base import Check, Looked
from journeys.contact.texts.text_uses import REPLY
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

OTHER = N_("A saved reply answers what the patient asked for: its purpose is transactional")


class SavedReply(Check):
    """Contact rules let an answer pass where they keep back what nobody asked for; nothing else may pass as one."""

    source = "clinic policy: an answer is about what was asked; advertising needs a consent of its own (45 CFR 164.508)"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """The purpose of a saved reply."""
        if REPLY in looked.uses and looked.purpose != "transactional":
            yield Problem("purpose", OTHER)
