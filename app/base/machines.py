"""Answers for machines: what is wrong as problem details (RFC 9457), never as a page."""

import json
from collections.abc import Iterable
from typing import Any

from flask import Response, request

from app.base.words import say
from journeys.foundation.errors import Problem

DOORS = "/api/"
"""Where the addresses for machines begin."""

PROBLEM = "application/problem+json"


def is_for_machines() -> bool:
    """Whether this request came to the API, known address or not."""
    return request.path.startswith(DOORS)


def problem_details(code: int, title: str, says: Iterable[str], problems: Iterable[Problem] = ()) -> Response:
    """The answer for something wrong: its title, its sentences, and each problem with its place (a JSON pointer)."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": code}
    detail = "; ".join(says)
    if detail:
        body["detail"] = detail
    errors = [{"pointer": pointer_of(problem.where), "detail": say(problem)} for problem in problems]
    if errors:
        body["errors"] = errors
    return Response(json.dumps(body, ensure_ascii=False), code, mimetype=PROBLEM)


def pointer_of(where: str) -> str:
    """A place as a JSON pointer in a fragment: `visits.0.on` is `#/visits/0/on`."""
    return "#/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in where.split(".")) if where else "#"
