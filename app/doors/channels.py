"""`/in/<letters>`: where providers bring replies and reports. What is their own is kept, and nothing is shown."""

from flask import Blueprint, Flask, Response, abort, current_app, request

from app.base import clock
from app.base.screens import by_link
from journeys.contact.accounts.door import PATH
from journeys.contact.channels.base import Delivery
from journeys.contact.inbound.answer_door import answer_door
from journeys.contact.inbound.greet import greet
from journeys.contact.inbound.keep_delivery import keep_delivery
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.foundation.errors import Missing
from journeys.foundation.links import Portal

blueprint = Blueprint("providers", __name__)
LARGEST = 1_048_576
"""Bytes: a delivery that is larger is no provider's."""


def install(app: Flask) -> None:
    """Open it. The bytes are kept before anybody reads them as a form: what is signed is what came."""
    app.register_blueprint(blueprint)
    app.before_request_funcs.setdefault(None, []).insert(0, keep_bytes)


def keep_bytes() -> None:
    """Read what was brought to a door whole, unless it is too large to be a provider's."""
    if request.endpoint == f"{blueprint.name}.bring" and (request.content_length or 0) <= LARGEST:
        request.get_data(cache=True, parse_form_data=False)


@blueprint.route(f"{PATH}<token>", methods=("GET", "POST"))
@by_link
def bring(token: str) -> Response:
    """200 once it is kept (an empty answer: what is said here some gateways send to the patient; only a call that asks
    is told what to say), 403 for a forged one, 404 for an address that is nobody's."""
    if (request.content_length or 0) > LARGEST:
        abort(413)
    house = current_app.extensions["house"]
    try:
        if request.method == "GET":
            answer = act(house, the_act(), greet, token, request.args)
            if answer is not None:
                return Response(answer, mimetype="text/plain")
        delivery = delivery_of(token)
        if not act(house, the_act(), keep_delivery, token, delivery):
            return Response("", status=403, mimetype="text/plain")
        said = act(house, the_act(), answer_door, token, delivery)
    except Missing:
        abort(404)
    return Response(said, mimetype="text/xml" if said else "text/plain")


def the_act() -> Act:
    """Whoever is at the door; the verb judges who it is."""
    return Act(now=clock.now(), by="provider:door", scope=EVERYWHERE, purpose="care")


def delivery_of(token: str) -> Delivery:
    """The request as the provider made it: to the address that it was told, whatever stands between."""
    query = request.query_string.decode("ascii", "replace")
    url = f"{Portal.address}{PATH}{token}" + (f"?{query}" if query else "")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Delivery(url, headers, request.get_data())
