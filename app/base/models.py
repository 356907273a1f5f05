"""Flask-AppBuilder's model views made safe, for its own tables only; the engine's rows change through verbs.

What stock views do and these do not: share one filter object between all users (one's search answered another's
request), show SQL with its values when the database refuses, lose what was typed, answer 500 to a wrong page number or
filter, keep the last addresses with their filter values in the session.
"""

import re
from typing import Any

from flask import abort, flash, g, has_request_context, redirect, request
from flask_appbuilder import ModelView
from flask_appbuilder.exceptions import FABException
from flask_appbuilder.models.filters import Filters
from flask_appbuilder.urltools import get_filter_args
from flask_babel import gettext, lazy_gettext
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from app.base.acting import the_act
from app.base.lists import DEEPEST, SIZES, count_words
from app.base.screens import Screen
from app.base.tables import counted, reaching
from app.base.words import say
from journeys.foundation import audit
from journeys.foundation.errors import Invalid
from journeys.foundation.words import N_

NOT_HERE = N_("The address asks for something this list does not have. It was left out.")
TOO_DEEP = N_("This list can be paged up to page %(most)s. Filter it or sort it the other way to see what comes later.")


class RequestFilters:
    """Keeps a view's active filters for one request; before and between requests there is only the empty prototype."""

    @property
    def _filters(self) -> Filters | None:
        if not has_request_context():
            return self.__dict__.get("_filters_prototype")
        kept = g.setdefault("view_filters", {})
        if id(self) not in kept:
            kept[id(self)] = self.datamodel.get_filters(self.search_columns)
        return kept[id(self)]

    @_filters.setter
    def _filters(self, value: Filters) -> None:
        self.__dict__["_filters_prototype"] = value


class ModelScreen(RequestFilters, ModelView):
    """A list, a page, an add and an edit form for one of Flask-AppBuilder's tables. Set `name` as for a `Screen`, and
    `datamodel` to a `Table`."""

    name: str
    default_view = "list"
    page_size = SIZES[0]
    add_row_message = lazy_gettext("Added.")
    edit_row_message = lazy_gettext("Saved.")
    delete_row_message = lazy_gettext("Deleted.")
    exclude_route_methods = {"download", "action", "action_post"}
    empty_says = lazy_gettext("Nothing here yet")
    empty_does = lazy_gettext("Change the filters, or add the first one.")

    may = Screen.may

    def __init_subclass__(cls, **options: Any) -> None:
        """Take address and permissions from the name."""
        super().__init_subclass__(**options)
        if "name" in cls.__dict__:
            cls.route_base = f"/{cls.name}"
            cls.class_permission_name = cls.name

    def render_template(self, template: str, **context: Any) -> str:
        """Tell the templates which view they draw."""
        known = {
            "appbuilder_view": self.__class__.__name__,
            "list_title": self.list_title,
            "add_title": self.add_title,
            "screen": self,
        }
        return super().render_template(template, **known, **context)

    def update_redirect(self) -> None:
        """Keep no history: addresses may hold what somebody searched for."""

    def get_redirect(self) -> str:
        """After a change, back to the list."""
        return self.get_default_url()

    def _get_list_widget(self, page: int | None = None, page_size: int | None = None, **kwargs: Any) -> Any:
        """The table and its pages, with the count in words."""
        reaching(page, page_size or self.page_size)
        known = {"total_words": lambda: count_words(counted()), "deepest": DEEPEST}
        return super()._get_list_widget(page=page, page_size=page_size, **known, **kwargs)

    def _list(self, **kwargs: Any) -> Any:
        """The list; what the address asks wrongly is said and left out."""
        wrong = wrong_arguments(self)
        if wrong:
            says = TOO_DEEP if is_too_deep(self) else NOT_HERE
            flash(gettext(says, most=DEEPEST), "warning")
            request.args = type(request.args)(
                [(name, value) for name, value in request.args.items(multi=True) if name not in wrong]
            )
        try:
            return super()._list(**kwargs)
        except (FABException, ValueError, SQLAlchemyError):
            self.datamodel.session.rollback()
            raise BadRequest from None

    def _add(self) -> Any:
        """The add form: sent and accepted, or drawn again with everything that was typed."""
        get_filter_args(self._filters, disallow_if_not_in_search=False)
        form = self.add_form.refresh()
        if request.method == "POST" and form.validate():
            item = self.datamodel.obj()
            if self._change(form, item, is_new=True):
                flash(self.add_row_message, "success")
                return None
        return self._get_add_widget(form=form, exclude_cols=[])

    def _edit(self, pk: Any) -> Any:
        """The edit form, likewise."""
        get_filter_args(self._filters, disallow_if_not_in_search=False)
        item = self.datamodel.get(pk, self._base_filters)
        if item is None:
            abort(404)
        form = self.edit_form.refresh(request.form if request.method == "POST" else item)
        form._id = self.datamodel.get_pk_value(item)
        if request.method == "POST" and form.validate():
            if self._change(form, item, is_new=False):
                flash(self.edit_row_message, "success")
                return None
        elif request.method != "POST":
            self.prefill_form(form, pk)
        return self._get_edit_widget(form=form, exclude_cols=[])

    def _change(self, form: Any, item: Any, *, is_new: bool) -> bool:
        """Write `item` from the form in one transaction; what is refused becomes messages at the form."""
        session = self.datamodel.session
        try:
            self.process_form(form, is_new)
            form.populate_obj(item)
            (self.pre_add if is_new else self.pre_update)(item)
            session.add(item)
            (self.post_add if is_new else self.post_update)(item)
            self._tell(item, "C" if is_new else "U")
            session.commit()
        except Invalid as invalid:
            session.rollback()
            place_problems(form, invalid)
            return False
        except IntegrityError:
            session.rollback()
            form.form_errors.append(gettext("Another entry has this already. Choose another name or address."))
            return False
        return True

    def _tell(self, item: Any, action: str) -> None:
        """Keep for the audit, in the same transaction, who changed which row of Flask-AppBuilder's."""
        session = self.datamodel.session
        session.flush()
        audit.note(session, action, f"portal.{self.name}", ids=[item.id])
        audit.write(session, the_act("administration"), f"portal.{self.name}")

    def _delete(self, pk: Any) -> None:
        """Delete, or say why not."""
        item = self.datamodel.get(pk, self._base_filters)
        if item is None:
            abort(404)
        session = self.datamodel.session
        try:
            self.pre_delete(item)
            self._tell(item, "D")
            session.delete(item)
            session.commit()
            flash(self.delete_row_message, "success")
        except IntegrityError:
            session.rollback()
            flash(gettext("Something else still needs this. Nothing was deleted."), "danger")

    def post_add_redirect(self) -> Response:
        """Answer an accepted form with a redirect, so reloading sends nothing twice."""
        return see_other(self.get_redirect())

    post_edit_redirect = post_add_redirect
    post_delete_redirect = post_add_redirect


def wrong_arguments(view: ModelScreen) -> set[str]:
    """Names of the arguments in the address that this list cannot follow."""
    return {name for name, value in request.args.items(multi=True) if not can_follow(view, name, value)}


def can_follow(view: ModelScreen, argument: str, value: str) -> bool:
    """Whether one argument asks for a page, a size, an order or a filter that the list has."""
    name = view.__class__.__name__
    if argument == f"page_{name}":
        return value.isdecimal() and len(value) < 10 and int(value) < DEEPEST
    if argument == f"psize_{name}":
        return value in [str(size) for size in SIZES]
    if argument == f"_oc_{name}":
        return value in view.order_columns
    filter_of = re.fullmatch(r"_flt_(\d)_(.+)", argument)
    if filter_of is None:
        return True
    return int(filter_of[1]) < len(view._filters.get_search_filters().get(filter_of[2], ()))


def is_too_deep(view: ModelScreen) -> bool:
    """Whether the address asks for a page that would be read from afar."""
    page = request.args.get(f"page_{view.__class__.__name__}", "")
    return page.isdecimal() and int(page) >= DEEPEST


def place_problems(form: Any, invalid: Invalid) -> None:
    """Put each problem at its field, or at the form when it has none."""
    for problem in invalid.problems:
        if problem.where in form:
            form[problem.where].errors = [*form[problem.where].errors, say(problem)]
        else:
            form.form_errors.append(say(problem))


def see_other(address: str) -> Response:
    """A redirect that the browser follows with GET."""
    return redirect(address, 303)
