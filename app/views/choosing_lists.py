"""Patients whom somebody brings along as a list: read from a file or what was pasted, found, and carried on."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext

from app.base import Column, perform
from journeys.flow.entry.choosing import MOST_CHOSEN
from journeys.flow.entry.find_listed import Listed, find_listed
from journeys.flow.entry.read_list import read_numbers
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_

MOST_BYTES = 1_000_000
NOTHING_GIVEN = N_("Choose a file, or paste the numbers.")
TOO_LARGE = N_("The file is too large: a list has at most %(most)s numbers.")

NOT_FOUND_COLUMNS = (Column(N_("Number"), "number"), Column(N_("Why not"), "reason"))


@dataclass(frozen=True)
class Bring:
    """What can be brought along besides a file."""

    pasted: str = field(
        default="",
        metadata={
            "label": N_("Or paste the numbers"),
            "help": N_("One a line. The first line may name the columns: the one called number or identifier is read."),
            "rows": 6,
            "attributes": {"autocomplete": "off"},
        },
    )


@dataclass(frozen=True)
class Picked:
    """Whom a page is about; `numbers` are those of a list, none when patients were picked."""

    patients: list[uuid.UUID]
    numbers: list[str] = field(default_factory=list)
    listed: Listed = field(default_factory=Listed)

    def not_found(self) -> list[dict[str, Any]]:
        """The numbers of the list that mean nobody, or more than one."""
        missing = gettext("No patient of your branches has this number")
        several = gettext("Several patients have this number")
        rows = [{"number": number, "reason": missing} for number in self.listed.missing]
        return rows + [{"number": number, "reason": several} for number in self.listed.several]


def is_list() -> bool:
    """Whether a list was sent: just now, or carried on by the page."""
    return "numbers" in request.form or "pasted" in request.form


def brought() -> Picked:
    """Whom the list means; Invalid when it cannot be read."""
    numbers = request.form["numbers"].split("\n") if "numbers" in request.form else read_numbers(given_file())
    numbers = [number.strip() for number in numbers if number.strip()][:MOST_CHOSEN]
    listed = perform(find_listed, numbers)
    return Picked(listed.uids(), numbers, listed)


def given_file() -> bytes:
    """The bytes of the file, or of what was pasted; Invalid when there is neither or too much."""
    upload = request.files.get("file")
    data = upload.read(MOST_BYTES + 1) if upload is not None and upload.filename else b""
    data = data or request.form.get("pasted", "").strip().encode("utf-8", "surrogatepass")
    if not data:
        raise Invalid([Problem("", NOTHING_GIVEN)])
    if len(data) > MOST_BYTES:
        raise Invalid([Problem("", TOO_LARGE, {"most": MOST_CHOSEN})])
    return data
