"""Searches that name patients never stand in an address: what was asked is kept in the session under a short word.

    POST /patients/search   ->   return self.go(q=searches.keep({"name": typed}))
    GET  /patients/?q=k3x…  ->   asked = searches.recall(request.args.get("q"))

The session's body is encrypted with a key that only the browser has (see `sessions.py`).
"""

import secrets
from typing import Any

from flask import session

KEPT = "searches"
MOST = 10


def keep(asked: dict[str, Any]) -> str:
    """Keep what was asked; the word that recalls it. The oldest of more than ten is forgotten."""
    word = secrets.token_urlsafe(6)
    kept = [*session.get(KEPT, []), [word, asked]]
    session[KEPT] = kept[-MOST:]
    return word


def recall(word: str | None) -> dict[str, Any]:
    """What was asked under this word; empty when it is not, or no longer, known."""
    for known, asked in session.get(KEPT, []):
        if known == word:
            return dict(asked)
    return {}
