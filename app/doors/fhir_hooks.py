"""`/hooks/fhir/<letters>`: where a FHIR server says that something changed (Subscription rest-hook). Nothing of what it
sends is read: what changed is asked of the server itself."""

from flask import Blueprint, Flask, Response, abort, current_app, request

from app.base import clock
from app.base.screens import by_link
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.foundation.errors import Missing
from journeys.sync.fhir.take_hint import PATH, take_hint

blueprint = Blueprint("fhir-hooks", __name__)
LARGEST = 16 * 1024 * 1024


def install(app: Flask) -> None:
    """Open it."""
    app.register_blueprint(blueprint)


@blueprint.route(f"{PATH}<token>", methods=("POST", "PUT"))
@blueprint.route(f"{PATH}<token>/<resource_type>/<outside_id>", methods=("POST", "PUT", "DELETE"))
@by_link
def hint(token: str, resource_type: str | None = None, outside_id: str | None = None) -> Response:
    """200 once it is written down, whatever stands in it: a record, nothing at all, a Bundle, a handshake."""
    if (request.content_length or 0) > LARGEST:
        abort(413)
    doing = Act(now=clock.now(), by="server:hook", scope=EVERYWHERE, purpose="care")
    try:
        act(current_app.extensions["house"], doing, take_hint, token, resource_type)
    except Missing:
        abort(404)
    return Response("", status=200, mimetype="text/plain")
