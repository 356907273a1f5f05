"""Keeps for the audit who was refused what: every answer that says "you may not", whoever gave it.

A screen refuses by its rights, a stock table screen by Flask-AppBuilder's, a verb by the branches of the person: all of
them end in the same answer, so it is kept where answers leave and nobody can forget it.
"""

from flask import Flask, Response

from app.base.acting import tell
from app.base.screens import REFUSED, actor

FORBIDDEN = 403


def install(app: Flask) -> None:
    """Look at every answer."""
    app.after_request(_keep)


def _keep(answer: Response) -> Response:
    if answer.status_code == FORBIDDEN:
        tell("screen", actor(), REFUSED)
    return answer
