"""The timeline of a patient's page: what it is narrowed to, a page of it in words, where the next one begins.

Kind, branch and days may stand in an address; words that were typed are sent by POST alone.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from app.base import ShapeForm, form_class
from app.base.look import reader_zone
from app.base.words import gettext, say
from app.custom.changes import changes_said, fields_told
from app.custom.showing import addresses_of
from app.views.patient_list import branch_choices, branch_names
from app.views.timeline_words import FILE_REFUSALS, GROUPS, Around, cursor_of, cursor_text, entry_of, line_of
from journeys.foundation.act import Act
from journeys.foundation.words import N_
from journeys.store.timeline.sources import CUSTOM_VALUE, Wanted
from journeys.store.timeline.timeline import timeline


def kind_choices() -> list[tuple[str, str]]:
    """What can be shown alone."""
    return [(name, say(words)) for name, (_, words, _) in GROUPS.items()]


@dataclass(frozen=True)
class Narrowing:
    """What the timeline is narrowed to."""

    kind: str | None = field(default=None, metadata={"label": N_("Show only"), "choices": kind_choices})
    branch: int | None = field(default=None, metadata={"label": N_("Branch"), "choices": branch_choices})
    since: dt.date | None = field(default=None, metadata={"label": N_("From day")})
    until: dt.date | None = field(default=None, metadata={"label": N_("Until day")})
    text: str = field(
        default="",
        metadata={"label": N_("Words or code"), "attributes": {"autocomplete": "off", "maxlength": "80"}},
    )


def narrowing_form() -> ShapeForm:
    """The form as it was sent, or as the address says; what it cannot read narrows nothing and is said at its field."""
    form = form_class(Narrowing)(formdata=request.values, meta={"csrf": False})
    form.elsewhere = []
    form.kind.call_blank(gettext("Everything"))
    form.branch.call_blank(gettext("Any"))
    form.validate()
    if request.method == "GET":
        form.text.data = ""
    return form


def wanted_of(narrowing: Narrowing, fields: tuple[str, ...]) -> Wanted:
    """The same for the engine: days begin and end where the reader is."""
    return Wanted(
        kinds=GROUPS[narrowing.kind][2] if narrowing.kind else None,
        location_id=narrowing.branch,
        since=midnight(narrowing.since) if narrowing.since else None,
        until=midnight(narrowing.until + dt.timedelta(days=1)) if narrowing.until else None,
        text=narrowing.text.strip(),
        fields=fields,
    )


def midnight(day: dt.date) -> dt.datetime:
    """The beginning of a day for the reader."""
    return dt.datetime.combine(day, dt.time(), reader_zone())


def timeline_of(session: Session, act: Act, patient_id: int, limit: int = 50) -> dict[str, Any]:
    """What the timeline is drawn from."""
    form = narrowing_form()
    narrowing = form.value()
    fields = fields_told(session, act)
    after, first = cursor_of(request.values.get("after", "")), entry_of(request.args.get("entry", ""))
    page = timeline(session, act, patient_id, wanted_of(narrowing, tuple(fields)), after, limit, first)
    changed = [entry.id for entry in page.entries if entry.kind == CUSTOM_VALUE]
    around = Around(
        branches=branch_names(session),
        changes=changes_said(session, fields, changed),
        links=addresses_of(session, page.entries),
    )
    return {
        "narrowing": form,
        "is_narrowed": any(vars(narrowing).values()),
        "lines": [line_of(entry, around) for entry in page.entries],
        "groups": [(name, drawing, say(words)) for name, (drawing, words, _) in GROUPS.items()],
        "kind": narrowing.kind or "",
        "typed": narrowing.text.strip(),
        "in_address": in_address(narrowing),
        "after": cursor_text(page.after),
        "is_part": bool(after or first),
        "chosen": first,
        "refusals": FILE_REFUSALS,
    }


def in_address(narrowing: Narrowing) -> dict[str, Any]:
    """What of it may stand in an address."""
    facts = {name: value for name, value in vars(narrowing).items() if value and name != "text"}
    return {name: str(value) for name, value in facts.items()}
