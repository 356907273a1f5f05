"""A parameter of a contact rule as its file says it: the default, what forms call it, what it can be chosen from."""

from __future__ import annotations

from dataclasses import field
from typing import Any

OF_PURPOSES = "purposes"
OF_MEDIA = "media"
OF_LEVELS = "content-levels"
OF_WEEKDAYS = "weekdays"
OF_WAYS = "ways-of-consent"
"""What a parameter can be chosen from; who draws forms knows the choices."""


def parameter(default: Any, label: str, of: str = "") -> Any:
    """A field of a rule's `Parameters`. `label` is a message id; `of` names the choices, none where it is typed."""
    return field(default=default, metadata={"label": label, "source": of} if of else {"label": label})
