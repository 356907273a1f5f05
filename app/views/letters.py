"""Letters: what waits for the post, batches to look through, print once and post, and what came back."""

import datetime as dt
from typing import Any

from babel import Locale
from babel.dates import format_date
from flask import flash, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from app.base import Column, Screen, allowed, clock, expose, perform, say
from journeys.contact.accounts.channels_in_use import settings_of
from journeys.contact.post.batches import batches
from journeys.contact.post.make_batch import make_batch
from journeys.contact.post.open_batch import Opened, open_batch
from journeys.contact.post.post_batch import post_batch
from journeys.contact.post.print_batch import print_batch
from journeys.contact.post.return_letter import return_letter
from journeys.contact.texts.letter_pdf import Sheet, letters_pdf
from journeys.foundation.errors import Invalid
from journeys.foundation.words import N_
from journeys.store.letters import LetterBatch

STATES = {
    "made": ("info", "clock", N_("To be printed")),
    "printed": ("warning", "mail", N_("To be posted")),
    "posted": ("good", "check", N_("Posted")),
}

COLUMNS = (
    Column(N_("Batch"), "name", link=lambda row: row["address"]),
    Column(N_("State"), "state", kind="chip", chip=STATES.__getitem__),
    Column(N_("Letters"), "letters", kind="number"),
    Column(N_("Account"), "account", kind="muted"),
    Column(N_("Made"), "made_at", kind="moment"),
    Column(N_("Posted"), "posted_at", kind="moment"),
)


class Letters(Screen):
    """The pile, and one batch."""

    name = "letters"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """What waits, and the newest batches."""
        pile = perform(batches)
        rows = [row_of(batch, account) for batch, account in pile.batches]
        return self.page("letters/index.html", columns=COLUMNS, rows=rows, pile=pile)

    @expose("/make", methods=("POST",))
    @allowed("post")
    def make(self) -> Response:
        """Make a batch of what waits for an account."""
        batch = perform(make_batch, request.form.get("account", ""))
        if batch is None:
            flash(gettext("No letter may go now. Messages say why each is held."), "info")
            return self.go("index")
        says = ngettext("%(num)s letter is in the batch.", "%(num)s letters are in the batch.", batch.letters)
        flash(says, "success")
        return self.go("show", number=batch.id)

    @expose("/<int:number>/")
    @allowed("read")
    def show(self, number: int) -> tuple[str, int]:
        """The letters of a batch, as they are sent."""
        opened = perform(open_batch, number)
        row = row_of(opened.batch, opened.account.name)
        return self.page("letters/show.html", batch=opened.batch, row=row, letters=opened.letters, states=STATES)

    @expose("/<int:number>/print", methods=("POST",))
    @allowed("post")
    def print(self, number: int) -> Response:
        """The file to print; it is given out once, and again only where that is asked for."""
        try:
            opened = perform(print_batch, number, is_again=request.form.get("again") == "yes")
        except Invalid as invalid:
            return self._refused(number, invalid)
        answer = Response(pdf_of(opened), mimetype="application/pdf")
        answer.headers["Content-Disposition"] = f'attachment; filename="letters-{number}.pdf"'
        return answer

    @expose("/<int:number>/post", methods=("POST",))
    @allowed("post")
    def post(self, number: int) -> Response:
        """They were brought to the post."""
        try:
            perform(post_batch, number)
        except Invalid as invalid:
            return self._refused(number, invalid)
        flash(gettext("Posted. The letters count as sent."), "success")
        return self.go("show", number=number)

    @expose("/<int:number>/back/<int:message>", methods=("POST",))
    @allowed("post")
    def back(self, number: int, message: int) -> Response:
        """One came back."""
        try:
            perform(return_letter, message)
        except Invalid as invalid:
            return self._refused(number, invalid)
        flash(gettext("It came back. The address is used no more."), "success")
        return self.go("show", number=number)

    def _refused(self, number: int, invalid: Invalid) -> Response:
        """Say why, on the page of the batch."""
        flash(" ".join(say(each.says) for each in invalid.problems), "warning")
        return self.go("show", number=number)


def row_of(batch: LetterBatch, account: str) -> dict[str, Any]:
    """One batch as the list shows it."""
    state = "posted" if batch.posted_at else ("printed" if batch.printed_at else "made")
    return {
        "name": gettext("Batch %(number)s", number=batch.id),
        "address": url_for("letters.show", number=batch.id),
        "state": state,
        "letters": batch.letters,
        "account": account,
        "made_at": batch.made_at,
        "posted_at": batch.posted_at,
    }


def pdf_of(opened: Opened) -> bytes:
    """The letters in one file, each dated in its own language."""
    settings = settings_of(opened.account)
    today = clock.now().date()
    sheets = [
        Sheet(
            each.language,
            settings.sender,
            each.name,
            each.address,
            day_in(each.language, today),
            each.subject,
            each.body,
        )
        for each in opened.letters
    ]
    return letters_pdf(sheets, settings.paper)


def day_in(language: str, day: dt.date) -> str:
    """A day as a letter in this language writes it."""
    return format_date(day, "long", Locale.parse(language, sep="-"))
