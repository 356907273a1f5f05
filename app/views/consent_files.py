"""Importing consents: a table is looked at line by line before anything is kept, then written down once.

The browser carries what was read, packed and signed, because nothing is kept on the server before it is saved.
"""

import base64
import binascii
import hashlib
import zlib
from typing import Any

from flask import current_app, flash, request
from flask_babel import gettext, ngettext
from itsdangerous import BadSignature, Signer
from werkzeug.wrappers import Response

from app.base import Column, Screen, allowed, expose, perform, say
from app.views.consent_words import channel_words, purpose_words, source_words
from app.views.consents import DECISIONS
from journeys.contact.consent_files.import_consents import import_consents
from journeys.contact.consent_files.judging import KNOWN, NEW, REFUSED, Judged, counts_of
from journeys.contact.consent_files.preview_consents import preview_consents
from journeys.contact.consent_files.reading import COLUMNS as FILE_COLUMNS
from journeys.contact.consent_files.reading import MOST_BYTES, Line, read_lines
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_

NOTHING_GIVEN = N_("Choose a file.")
MOST_SHOWN = 200

FATES = {
    NEW: ("good", "plus", N_("New")),
    "older": ("", "history", N_("New, but something newer holds")),
    KNOWN: ("", "check", N_("Known already")),
    REFUSED: ("danger", "error", N_("Not written down")),
}
COLUMNS = (
    Column(N_("Line"), "number", kind="number"),
    Column(N_("What becomes of it"), "fate", kind="chip", chip=FATES.__getitem__),
    Column(N_("Patient"), "patient"),
    Column(N_("Said"), "decision", kind="chip", chip=DECISIONS.__getitem__),
    Column(N_("About"), "purpose"),
    Column(N_("Channel"), "channel"),
    Column(N_("From"), "begins", kind="date"),
    Column(N_("Until"), "ends", kind="date"),
    Column(N_("How"), "source"),
    Column(N_("Wording shown"), "wording", kind="muted"),
    Column(N_("What shows it"), "evidence", kind="muted"),
    Column(N_("What is wrong"), "problems"),
)


class ConsentFiles(Screen):
    """The file, what becomes of each line, and writing it down."""

    name = "consent-files"
    default_view = "bring"

    def __init__(self) -> None:
        """Stand among the addresses of consents."""
        super().__init__()
        self.route_base = "/consents"

    @expose("/import", methods=("GET", "POST"))
    @allowed("import")
    def bring(self) -> Response | tuple[str, int]:
        """Look at a file; with `save` write down what it says."""
        if request.method == "GET":
            return self._page()
        try:
            data = given()
            lines = read_lines(data)
        except Invalid as invalid:
            return self._page(faults=[say(problem) for problem in invalid.problems])
        if "save" in request.form:
            return self._saved(lines)
        return self._page(perform(preview_consents, lines), packed(data))

    def _saved(self, lines: list[Line]) -> Response:
        counts = perform(import_consents, lines)
        new, known, refused = counts[NEW], counts[KNOWN], counts[REFUSED]
        flash(ngettext("%(num)s statement is written down.", "%(num)s statements are written down.", new), "success")
        if known:
            flash(ngettext("%(num)s was known already.", "%(num)s were known already.", known), "info")
        if refused:
            flash(ngettext("%(num)s line was left out.", "%(num)s lines were left out.", refused), "warning")
        return self.go("bring")

    def _page(self, judged: list[Judged] | None = None, carried: str = "", faults: Any = ()) -> tuple[str, int]:
        """The form, or what would become of the lines."""
        found = judged or []
        first = sorted(found, key=lambda each: each.fate != REFUSED)[:MOST_SHOWN]
        return self.page(
            "consents/import.html",
            faults=faults,
            carried=carried,
            columns=COLUMNS,
            rows=[row_of(each) for each in first],
            counts=counts_of(found),
            total=len(found),
            names=FILE_COLUMNS,
            status=422 if faults else 200,
        )


def row_of(judged: Judged) -> dict[str, Any]:
    """One line as the page shows it."""
    line = judged.line
    return {
        "number": line.number,
        "fate": "older" if judged.is_overruled else judged.fate,
        "patient": (judged.patient.name if judged.patient else "") or gettext("Not found"),
        "decision": line.decision,
        "purpose": purpose_words(line.purpose),
        "channel": channel_words(line.channel),
        "begins": line.begins,
        "ends": line.ends,
        "source": source_words(line.source),
        "wording": " · ".join(filter(None, (line.wording, line.language))),
        "evidence": line.evidence or "",
        "problems": " ".join(say_problem(problem) for problem in judged.problems),
    }


def say_problem(problem: Problem) -> str:
    """One problem with its column."""
    return gettext("%(column)s: %(says)s.", column=problem.where, says=say(problem))


def given() -> bytes:
    """The bytes of the file, or what the page carries since; Invalid where neither is there."""
    carried = request.form.get("carried", "")
    if carried:
        return unpacked(carried)
    upload = request.files.get("file")
    data = upload.read(MOST_BYTES + 1) if upload is not None and upload.filename else b""
    if not data:
        raise Invalid([Problem("file", NOTHING_GIVEN)])
    return data


def signer() -> Signer:
    """Signs what the page carries with the portal's own key."""
    return Signer(str(current_app.secret_key), salt=b"consents.brought", digest_method=hashlib.sha256)


def packed(data: bytes) -> str:
    """Signed text for a hidden field."""
    return signer().sign(base64.b64encode(zlib.compress(data, 6))).decode()


def unpacked(carried: str) -> bytes:
    """What the page carried; Invalid when somebody changed it. A small text never becomes a huge one."""
    try:
        reader = zlib.decompressobj()
        return reader.decompress(base64.b64decode(signer().unsign(carried), validate=True), MOST_BYTES)
    except (BadSignature, binascii.Error, zlib.error, ValueError):
        raise Invalid([Problem("file", NOTHING_GIVEN)]) from None
