"""Set aside: patients whose step failed, so that the others could move on; and letting them try again."""

from flask import abort, flash, request
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.base import Column, Screen, allowed, expose, perform, say, say_texts
from app.views.event_words import failure_words
from journeys.flow.running.setbacks import SetAside, setbacks
from journeys.flow.running.try_again import try_again
from journeys.foundation.words import N_

GOALS_AND_EXITS = N_("Goals and exits")

COLUMNS = (
    Column(N_("Journey"), "journey"),
    Column(N_("Version"), "number", kind="number"),
    Column(N_("Step"), "step"),
    Column(N_("Patients"), "count", kind="number"),
    Column(N_("Since"), "first", kind="moment"),
    Column(N_("Last"), "last", kind="moment"),
    Column(N_("What failed"), "error", kind="muted"),
)


class SetAsideScreen(Screen):
    """What failed, and for how many."""

    name = "set-aside"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Everything that is set aside, counted by what failed."""
        found = perform(setbacks)
        return self.page("set-aside/index.html", columns=COLUMNS, rows=[row_of(each) for each in found])

    @expose("/again", methods=("POST",))
    @allowed("retry")
    def again(self) -> Response:
        """Let those who failed alike go on."""
        version = request.form.get("version", "")
        if not (version.isascii() and version.isdecimal() and len(version) < 16):
            abort(400)
        count = perform(try_again, int(version), request.form.get("step") or None, request.form.get("error", ""))
        flash(ngettext("%(num)s patient tries again.", "%(num)s patients try again.", count), "success")
        return self.go()


def row_of(each: SetAside) -> dict[str, object]:
    """One kind of failure as the list shows it."""
    return {
        "journey": say_texts(each.journey) or each.slug,
        "number": each.number,
        "step": say_texts(each.step_name) or each.step or say(GOALS_AND_EXITS),
        "count": each.count,
        "first": each.first,
        "last": each.last,
        "error": failure_words(each.error),
        "sends": {"version": each.version_id, "step": each.step or "", "error": each.error},
    }
