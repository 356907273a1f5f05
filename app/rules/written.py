"""What is offered where a definition is chosen by name: also what is only a draft, which says so."""

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base import say_texts
from journeys.store.configuration import Definition

IN_FORCE = "active"


def written(session: Session, kind: str) -> list[tuple[str, str]]:
    """What is written of one kind, what is in force first: two journeys that name each other are drafts both."""
    found = select(Definition.slug, Definition.name, Definition.status).where(Definition.kind == kind)
    rows = session.execute(found.order_by(Definition.status != IN_FORCE, Definition.slug)).all()
    return [(slug, in_words(slug, name, status)) for slug, name, status in rows if status != "retired"]


def in_words(slug: str, name: dict[str, str], status: str) -> str:
    """What a definition is called, and that it is not in force."""
    named = say_texts(name) or slug
    return named if status == IN_FORCE else gettext("%(name)s (not in force)", name=named)
