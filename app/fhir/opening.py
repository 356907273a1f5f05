"""What is open under `/fhir`: what can be done here, how to get a token, and the token for a proof."""

from flask import Blueprint, Response, current_app, jsonify, request

from app.base import clock
from app.base.screens import anyone, by_link
from app.fhir.answers import answer, answer_errors
from app.fhir.asking import base
from app.fhir.capability import capability
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.foundation.errors import Forbidden
from journeys.sync.facade.issue_token import Token, TooMuch, issue_token
from journeys.sync.facade.keys import ALGORITHMS
from journeys.sync.facade.scopes import OFFERED

blueprint = Blueprint("fhir", __name__)
answer_errors(blueprint)

PER_ADDRESS = "120 per 1 minute"
TOKEN = "/token"  # noqa: S105 - an address
PROVES = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@blueprint.get("/fhir/metadata")
@anyone
def metadata() -> Response:
    """What this server can do."""
    return answer(capability(base()))


@blueprint.get("/fhir/.well-known/smart-configuration")
@anyone
def smart_configuration() -> Response:
    """How to get a token."""
    return jsonify(
        token_endpoint=base() + TOKEN,
        grant_types_supported=["client_credentials"],
        token_endpoint_auth_methods_supported=["private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported=list(ALGORITHMS),
        scopes_supported=[f"system/{kind}.{letters}" for kind, letters in OFFERED.items()],
        capabilities=["client-confidential-asymmetric", "permission-v2"],
    )


@blueprint.post(f"/fhir{TOKEN}")
@by_link
def token() -> Response:
    """A token for a proof. Every refusal of a proof is the same, so that nobody learns which systems there are."""
    asked = request.form
    if asked.get("grant_type") != "client_credentials":
        return no_token("unsupported_grant_type")
    if asked.get("client_assertion_type") != PROVES or not asked.get("client_assertion") or not asked.get("scope"):
        return no_token("invalid_request")
    doing = Act(clock.now(), "client:door", EVERYWHERE, "access")
    house = current_app.extensions["house"]
    try:
        given: Token = act(
            house, doing, issue_token, asked["client_assertion"], asked["scope"], audience=base() + TOKEN
        )
    except TooMuch:
        return no_token("invalid_scope")
    except Forbidden:
        return no_token("invalid_client", 401)
    return unkept(
        jsonify(
            access_token=given.text,
            token_type="bearer",  # noqa: S106
            expires_in=given.seconds,
            scope=" ".join(given.scopes),
        )
    )


def no_token(error: str, status: int = 400) -> Response:
    """Why there is none, as OAuth says it."""
    response = jsonify(error=error)
    response.status_code = status
    return unkept(response)


def unkept(response: Response) -> Response:
    """An answer that nothing between here and there may keep."""
    response.headers["Pragma"] = "no-cache"
    return response
