"""Channels: accounts at providers, opened, tested, stopped and let go on by administrators, with how each is doing."""

from decimal import Decimal
from typing import Any

from flask import flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, Screen, ShapeForm, allowed, expose, form_for, perform, say, say_texts
from app.views.channel_forms import KINDS, Address, Test, account_shape, given_of, shown_of
from app.views.channel_words import STATES, hearing_words, state_of, stopped_words, test_words, trouble_words
from journeys.contact.accounts.ask_for_test import ask_for_test
from journeys.contact.accounts.channels_in_use import account_of, opened_for
from journeys.contact.accounts.door import address_of_door
from journeys.contact.accounts.overview import Seen, overview
from journeys.contact.accounts.preview_stop import preview_stop
from journeys.contact.accounts.resume_channel import resume_channel
from journeys.contact.accounts.save_account import save_account
from journeys.contact.accounts.stop_channel import stop_channel
from journeys.contact.channels import CHANNELS
from journeys.contact.sending.retries import Retry
from journeys.foundation.errors import Invalid, Missing
from journeys.foundation.words import N_
from journeys.store.channel_accounts import EVERY

TAKEN = ("accepted", "delivered")
LOST = ("undeliverable", "unknown")

COLUMNS = (
    Column(N_("Channel"), "name", link=lambda row: f"/channels/{row['slug']}/"),
    Column(N_("Kind"), "kind", kind="muted"),
    Column(N_("State"), "state", kind="chip", chip=STATES.__getitem__),
    Column(N_("Sent in 7 days"), "sent", kind="number"),
    Column(N_("Undeliverable or not known"), "lost", kind="number"),
    Column(N_("Parts"), "parts", kind="number"),
)

HELD_UP = (
    Column(N_("Journey"), lambda row: say_texts(row.journey) or gettext("Of no journey")),
    Column(N_("Ready to leave"), "ready", kind="number"),
    Column(N_("Wait for their time"), "waiting", kind="number"),
    Column(N_("Could go another way"), "rerouted", kind="number"),
)


class Channels(Screen):
    """The list, one account, and what an administrator does with it."""

    name = "channels"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every account, and whether everything is stopped."""
        found = perform(overview)
        rows = [row_of(each) for each in found.accounts]
        return self.page("channels/index.html", columns=COLUMNS, rows=rows, stopped=stopped_words(found.stopped))

    @expose("/new")
    @allowed("change")
    def new(self) -> tuple[str, int]:
        """Which kind?"""
        kinds = [(name, say(CHANNELS[name].label), say(CHANNELS[name].medium.many)) for name in KINDS]
        return self.page("channels/kinds.html", kinds=kinds)

    @expose("/new/<kind>", methods=("GET", "POST"))
    @allowed("change")
    def open(self, kind: str) -> Response | tuple[str, int]:
        """Open an account of this kind."""
        if kind not in KINDS:
            raise Missing(f"There is no kind of channel {kind}")
        form = form_for(account_shape(kind, is_new=True))
        if form.is_accepted():
            given = form.value()
            try:
                perform(save_account, given.slug.strip(), given_of(kind, given), is_new=True)
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext("It is open, and being tried out: send a test."), "success")
                return self.go("show", slug=given.slug.strip())
        label = say(CHANNELS[kind].label)
        return self.page("channels/edit.html", form=form, slug=None, label=label, status=form.status)

    @expose("/<slug>/")
    @allowed("read")
    def show(self, slug: str) -> tuple[str, int]:
        """One account: how it is doing, what it cost, its last test."""
        return self._show(slug)

    @expose("/<slug>/change", methods=("GET", "POST"))
    @allowed("change")
    def change(self, slug: str) -> Response | tuple[str, int]:
        """Its settings; secrets that are left empty stay as they are."""
        found = self._one(slug)
        kind = found.account.kind
        form = form_for(account_shape(kind), shown_of(found.account))
        if form.is_accepted():
            try:
                perform(save_account, slug, given_of(kind, form.value()))
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext("It is kept, and holds from now on."), "success")
                return self.go("show", slug=slug)
        label = say(CHANNELS[kind].label)
        return self.page("channels/edit.html", form=form, slug=slug, label=label, status=form.status)

    @expose("/<slug>/test", methods=("GET", "POST"))
    @allowed("change")
    def test(self, slug: str) -> Response | tuple[str, int]:
        """Ask for a test; the page asks again and again what became of it."""
        if request.method == "POST":
            form = form_for(Test)
            if not form.is_accepted():
                return self._show(slug, form)
            try:
                perform(ask_for_test, slug, form.value().to)
            except Invalid as invalid:
                form.refuse(invalid.problems)
                return self._show(slug, form)
            return self.go("show", slug=slug)
        found = test_words(self._one(slug))
        if found is None or not found.is_waiting:
            return self.go("show", slug=slug)
        return self.page("channels/test.html", trial=found)

    @expose("/<slug>/stop", methods=("GET", "POST"))
    @allowed("stop")
    def stop(self, slug: str) -> Response | tuple[str, int]:
        """Let nothing more leave on it; first say what that would hold up."""
        found = self._one(slug)
        if request.method == "GET":
            return self._before_stopping(slug, found.account.name)
        perform(stop_channel, slug)
        flash(gettext("It is stopped. What is due waits."), "success")
        return self.go("show", slug=slug)

    @expose("/<slug>/resume", methods=("POST",))
    @allowed("stop")
    def resume(self, slug: str) -> Response:
        """Let it go on."""
        self._one(slug)
        perform(resume_channel, slug)
        flash(gettext("It goes on. What waited is looked at again first."), "success")
        return self.go("show", slug=slug)

    @expose("/stop", methods=("GET", "POST"))
    @allowed("stop")
    def stop_all(self) -> Response | tuple[str, int]:
        """Let nothing more leave at all; first say what that would hold up."""
        if request.method == "GET":
            return self._before_stopping(EVERY, gettext("All channels"))
        perform(stop_channel, EVERY)
        flash(gettext("Everything is stopped. What is due waits."), "success")
        return self.go("index")

    @expose("/resume", methods=("POST",))
    @allowed("stop")
    def resume_all(self) -> Response:
        """Let everything go on that is not stopped by itself."""
        perform(resume_channel, EVERY)
        flash(gettext("Everything goes on. What waited is looked at again first."), "success")
        return self.go("index")

    def _before_stopping(self, slug: str, name: str) -> tuple[str, int]:
        """What is held up, journey by journey, and the button."""
        found = perform(preview_stop, slug)
        return self.page(
            "channels/stop.html",
            name=name,
            slug=None if slug == EVERY else slug,
            columns=HELD_UP if slug != EVERY else HELD_UP[:3],
            rows=found,
            ready=sum(each.ready for each in found),
            waiting=sum(each.waiting for each in found),
            rerouted=sum(each.rerouted for each in found),
        )

    def _one(self, slug: str) -> Seen:
        """The account of this name; Missing without one."""
        found = perform(overview, slug)
        if not found.accounts or found.accounts[0].account.kind not in CHANNELS:
            raise Missing(f"There is no account {slug}")
        return found.accounts[0]

    def _show(self, slug: str, form: ShapeForm | None = None) -> tuple[str, int]:
        """Draw one account, with what was typed where it was refused."""
        found = self._one(slug)
        return self.page(
            "channels/show.html",
            account=found.account,
            row=row_of(found),
            facts=facts_of(found),
            trouble=trouble_words(found.state),
            is_stopped=found.state is not None and found.state.stopped_at is not None,
            trial=test_words(found),
            hearing=hearing_words(found) if found.account.settings.get("imap_host") else None,
            door=door_of(found) if self.may("change") else None,
            form=form or form_for(Test, Test(first_allowed(found))),
            status=200 if form is None else form.status,
        )


def row_of(found: Seen) -> dict[str, Any]:
    """One account as the list shows it."""
    statuses = found.sent.statuses
    return {
        "slug": found.account.slug,
        "name": found.account.name,
        "kind": say(CHANNELS[found.account.kind].label) if found.account.kind in CHANNELS else found.account.kind,
        "state": state_of(found),
        "sent": sum(statuses.get(each, 0) for each in TAKEN),
        "lost": sum(statuses.get(each, 0) for each in LOST),
        "parts": found.sent.parts,
        "cost": found.sent.cost or Decimal(0),
    }


def facts_of(found: Seen) -> list[tuple[str, Any]]:
    """What is set, without the secrets."""
    account = found.account
    pairs = [(gettext("Kind"), say(CHANNELS[account.kind].label)), (gettext("Short name"), account.slug)]
    pairs += [(gettext("Sender"), account.settings.get("sender"))]
    per_minute = gettext("No limit") if account.per_minute is None else account.per_minute
    pairs += [(gettext("At most in a minute"), per_minute)]
    retries = account_of(account, [account]).retries
    pairs += [(gettext("When a message is refused"), in_words(retries.refused))]
    pairs += [(gettext("When the provider takes nothing"), in_words(retries.down))]
    if account.currency is not None:
        pairs += [(gettext("Cost in 7 days"), f"{found.sent.cost.normalize():f} {account.currency}")]
    return pairs


def in_words(retry: Retry) -> str:
    """How often is tried again, and when."""
    waits = {"attempts": retry.attempts, "first": retry.first_wait, "longest": retry.longest_wait}
    return gettext("Attempts: %(attempts)s; waits: %(first)s to %(longest)s minutes", **waits)


def door_of(found: Seen) -> Address | None:
    """The address that the provider is told; None for what hears nothing."""
    channel = opened_for(found.account, [found.account])
    return Address(address_of_door(channel)) if channel.hears else None


def first_allowed(found: Seen) -> str:
    """The first address of a sandbox's list, to which a test may go."""
    lines = (found.account.allowed or "").splitlines()
    return lines[0] if found.account.is_sandbox and lines else ""
