"""The languages that the clinic writes to its patients in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.store.putting_in_force.definitions import SETTING, live_versions

SLUG = "languages"
BY_DEFAULT = ("en",)


def languages_of_texts(session: Session) -> tuple[str, ...]:
    """The languages that every template must have: the published setting `languages` (`{"texts": ["en", "es"]}`)."""
    setting = live_versions(session, SETTING).get(SLUG)
    return tuple(setting.content.get("texts", BY_DEFAULT)) if setting else BY_DEFAULT
