"""Supplies: what each branch has of what visits use up, and where staff count it or write down what came and went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import flash
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, Screen, ShapeForm, allowed, expose, form_for, perform, reading, say_texts
from app.views.drafts import row_version
from app.views.patient_list import branch_choices, branch_names
from journeys.care.supplies.keep_item import Item, keep_item
from journeys.care.supplies.move_supply import move_supply
from journeys.care.supplies.need import AHEAD, Need, expected_need
from journeys.care.supplies.stock import Stock, stock, stock_of
from journeys.foundation.errors import Invalid, Stale
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.store.supplies import COUNTED, DISCARDED, RECEIVED, USED, SupplyItem, SupplyMovement

KINDS = {
    COUNTED: ("", "check", N_("Counted")),
    RECEIVED: ("good", "plus", N_("Came in")),
    USED: ("", "minus", N_("Used")),
    DISCARDED: ("warning", "trash", N_("Thrown away")),
}
ENOUGH, LACKING = "enough", "lacking"
ENDS = {
    ENOUGH: ("good", "check", N_("Enough")),
    LACKING: ("danger", "alert", N_("Will lack")),
}
COLUMNS = (
    Column(N_("Item"), "item", link=lambda row: f"/supplies/{row['slug']}/"),
    Column(N_("Branch"), "branch", kind="muted"),
    Column(N_("There"), "there"),
    Column(N_("Counted on"), "counted_at", kind="date"),
    Column(N_("Needed in four weeks"), "needed", kind="number"),
    Column(N_("For booked visits"), "ends", kind="chip", chip=ENDS.__getitem__),
    Column(N_("Lacks first on"), "lacking_at", kind="moment"),
)
STOCK_COLUMNS = COLUMNS[1:]
MOVEMENT_COLUMNS = (
    Column(N_("When"), "at", kind="moment"),
    Column(N_("Branch"), "branch", kind="muted"),
    Column(N_("What happened"), "kind", kind="chip", chip=KINDS.__getitem__),
    Column(N_("How many"), "quantity", kind="number"),
    Column(N_("There afterwards"), "balance", kind="number"),
    Column(N_("By"), "by", kind="muted"),
)


@dataclass(frozen=True)
class Movement:
    """What happened to the stock of a branch."""

    branch: int = field(metadata={"label": N_("Branch"), "choices": branch_choices, "key": "location_id"})
    kind: str = field(
        metadata={"label": N_("What happened"), "choices": tuple((kind, says) for kind, (*_, says) in KINDS.items())}
    )
    quantity: int = field(
        metadata={
            "label": N_("How many"),
            "help": N_("What you found where you counted; otherwise what came or went."),
        }
    )


@dataclass(frozen=True)
class Named:
    """What an item is called."""

    name: Texts = field(metadata={"label": N_("Name")})
    unit: Texts = field(metadata={"label": N_("Counted in"), "help": N_("For example doses, boxes or pieces.")})


@dataclass(frozen=True)
class ItemForm(Named):
    """An item as it may become."""

    active: bool = field(default=True, metadata={"label": N_("In use")})


@dataclass(frozen=True)
class NewItem(Named):
    """What a new item needs."""

    slug: str = field(
        default="",
        metadata={
            "label": N_("Short name"),
            "help": N_("What guidelines call it: small letters, digits and hyphens. It never changes."),
            "required": True,
            "attributes": {"autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
        },
    )


class Supplies(Screen):
    """The list, and one item with its movements."""

    name = "supplies"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every item at every branch of the reader's."""
        with reading() as (session, act):
            rows = rows_of(stock(session, act), expected_need(session, act))
        lacking = sum(row["ends"] == LACKING for row in rows)
        return self.page("supplies/index.html", columns=COLUMNS, rows=rows, days=AHEAD.days, lacking=lacking)

    @expose("/new", methods=("GET", "POST"))
    @allowed("manage")
    def new(self) -> Response | tuple[str, int]:
        """Add an item."""
        form = form_for(NewItem)
        if form.is_accepted():
            given = form.value()
            try:
                perform(keep_item, Item(given.slug.strip(), given.name, given.unit))
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                return self.go("show", slug=given.slug.strip())
        return self.page("supplies/new.html", form=form, status=form.status)

    @expose("/<slug>/")
    @allowed("read")
    def show(self, slug: str) -> tuple[str, int]:
        """One item: what there is of it, and what came and went."""
        return self._show(slug)

    @expose("/<slug>/move", methods=("POST",))
    @allowed("change")
    def move(self, slug: str) -> Response | tuple[str, int]:
        """Write down what was counted, came or went."""
        form = form_for(Movement)
        if form.is_accepted():
            given = form.value()
            try:
                perform(move_supply, slug, given.branch, given.kind, given.quantity)
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext("It is written down."), "success")
                return self.go("show", slug=slug)
        return self._show(slug, form)

    @expose("/<slug>/edit", methods=("GET", "POST"))
    @allowed("manage")
    def edit(self, slug: str) -> Response | tuple[str, int]:
        """Name an item anew, or take it out of use."""
        with reading() as (session, act):
            item = stock_of(session, act, slug).item
        form = form_for(ItemForm, ItemForm(item.name, item.unit, item.active))
        if form.is_accepted():
            given = form.value()
            try:
                perform(keep_item, Item(slug, given.name, given.unit, given.active), row_version() or 0)
            except Invalid as invalid:
                form.refuse(invalid.problems)
            except Stale:
                form.elsewhere.append(gettext("Somebody else changed this item meanwhile. Compare in a second tab."))
            else:
                flash(gettext("It is changed."), "success")
                return self.go("show", slug=slug)
        return self.page("supplies/edit.html", item=item, form=form, status=form.status)

    def _show(self, slug: str, form: ShapeForm | None = None) -> tuple[str, int]:
        """Draw one item, with what was typed where it was refused."""
        with reading() as (session, act):
            found = stock_of(session, act, slug)
            needs = [each for each in expected_need(session, act) if each.item_id == found.item.id]
        return self.page(
            "supplies/show.html",
            item=found.item,
            stock_columns=STOCK_COLUMNS,
            stocks=rows_of(found.stocks, needs),
            movement_columns=MOVEMENT_COLUMNS,
            movements=[row_of_movement(each) for each in found.movements],
            form=form or form_for(Movement),
            status=200 if form is None else form.status,
        )


def rows_of(stocks: Sequence[Stock], needs: Sequence[Need]) -> list[Mapping[str, Any]]:
    """Every item at every branch that has or needs some, what will lack first."""
    items = {each.item.id: each.item for each in stocks}
    there = {(each.item.id, each.location_id): each for each in stocks if each.location_id is not None}
    needed = {(each.item_id, each.location_id): each for each in needs if each.item_id in items}
    nowhere = [(item, None) for item in items if not any(item == known for known, _ in (*there, *needed))]
    rows = [
        row_of(items[place[0]], place[1], there.get(place), needed.get(place))
        for place in dict.fromkeys((*there, *needed, *nowhere))
    ]
    return sorted(rows, key=lambda row: (row["lacking_at"] is None, row["item"].casefold(), row["branch"] or ""))


def row_of(item: SupplyItem, location_id: int | None, there: Stock | None, need: Need | None) -> Mapping[str, Any]:
    """An item at a branch, as lists show it."""
    return {
        "slug": item.slug,
        "item": say_texts(item.name) or item.slug,
        "branch": branch_names().get(location_id) if location_id else None,
        "there": amount(item, there.quantity if there else None),
        "counted_at": there.counted_at if there else None,
        "needed": need.quantity if need else 0,
        "ends": LACKING if need and need.lacking else ENOUGH,
        "lacking_at": need.lacking_at if need else None,
    }


def amount(item: SupplyItem, quantity: int | None) -> str | None:
    """So many of its unit; None where nobody counted."""
    if quantity is None:
        return None
    return gettext("%(count)s %(unit)s", count=quantity, unit=say_texts(item.unit))


def row_of_movement(each: SupplyMovement) -> Mapping[str, Any]:
    """A movement, as its list shows it."""
    return {
        "at": each.recorded_at,
        "branch": branch_names().get(each.location_id),
        "kind": each.kind,
        "quantity": each.quantity,
        "balance": each.balance,
        "by": each.recorded_by.removeprefix("user:"),
    }
