"""Which custom fields somebody sees in the list of patients: as columns, and as filters above it. Kept per person."""

from dataclasses import dataclass, field

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Screen, allowed, expose, form_for, perform, portal_roles
from app.custom.listing import field_choices
from journeys.criteria.lists.choose_list_fields import choose_list_fields
from journeys.criteria.lists.chosen_list_fields import chosen_list_fields
from journeys.criteria.lists.offered import PATIENTS
from journeys.foundation.errors import Invalid
from journeys.foundation.words import N_


@dataclass(frozen=True)
class Chosen:
    """The fields of one's own list."""

    fields: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Fields in the list of patients"),
            "help": N_("Each is a column and a filter. Restricted fields stand on the pages of patients only."),
            "choices": field_choices,
        },
    )


class PatientColumns(Screen):
    """One page, reached from the list."""

    name = "patient-columns"

    @expose("/", methods=("GET", "POST"))
    @allowed("choose")
    def index(self) -> Response | tuple[str, int]:
        """Choose, then go back to the list."""
        form = form_for(Chosen, Chosen(tuple(perform(chosen_list_fields, PATIENTS))))
        if form.is_accepted():
            try:
                perform(choose_list_fields, PATIENTS, list(form.value().fields), portal_roles())
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext("The list shows the fields that you have chosen."), "success")
                return redirect(url_for("patients.index"), 303)
        return self.page("patients/columns.html", form=form, status=form.status)
