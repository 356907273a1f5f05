"""`/fhir`: Waymark as a FHIR R4 server, for systems that an administrator registered. Speaks HTTP and holds no rule.

    answers       FHIR JSON, and OperationOutcome for everything that goes wrong
    asking        who asks, by the token that they show; what they may
    capability    the CapabilityStatement
    opening       what is open: metadata, SMART's discovery, the token for a proof
    reading       read and search of what Waymark has

What is not open wants a token: a method without `with_token` or `@anyone` is closed by the portal's gate.
"""

from flask import Flask

from app.fhir import opening, reading


def install(app: Flask) -> None:
    """Open it, for so many questions from one place."""
    limiter = app.appbuilder.sm.limiter
    for part in (opening, reading):
        app.register_blueprint(part.blueprint)
        limiter.limit(part.PER_ADDRESS)(part.blueprint)
