"""Asks before a dangerous act also where no script did: none has run yet, or none runs at all.

A button that asks first (`ui.post_button` with `confirm`) sends its question along as `unconfirmed`. The script that
asks takes that field out; when it still arrives, nothing is done, and a page asks the question and carries the rest of
the form along.
"""

from urllib.parse import urlsplit

from flask import Flask, render_template, request

from app.security.gate import safe_target

QUESTION = "unconfirmed"
WORD = "unconfirmed-word"
OF_THE_PAGE = {QUESTION, WORD, "csrf_token"}


def install(app: Flask) -> None:
    """Look at every form before its view does; after the gate, so that strangers and forged forms do not get here."""
    app.before_request(_ask_first)


def _ask_first() -> str | None:
    if request.method != "POST" or QUESTION not in request.form:
        return None
    return render_template(
        "pages/confirm.html",
        question=request.form[QUESTION],
        word=request.form.get(WORD, ""),
        carried=[(name, value) for name, value in request.form.items(multi=True) if name not in OF_THE_PAGE],
        back=_page_before(),
    )


def _page_before() -> str:
    """The page of this portal that the form stood on, or the first one."""
    before = urlsplit(request.referrer or "")
    query = f"?{before.query}" if before.query else ""
    return safe_target(before.path + query) or "/"
