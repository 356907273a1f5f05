"""Parts of pages that are drawn once and kept: those that depend on nothing but what they are asked with, on the
reader's language and on the place that a proxy puts the portal at.

    {{ once(ui.side, menu(), here_now, token=form_token()) }}

What is asked with by its place decides on what is kept, so it has few values and can be hashed. What is given by name
differs from request to request (form tokens, addresses): marks are drawn in its place, and it is put in afterwards.
"""

import secrets
from collections.abc import Callable, Hashable
from functools import cache
from threading import Lock
from typing import Any

from flask import Flask, current_app, g, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape
from wtforms import Field, StringField

from app.base.choice_field import OneOfField
from app.base.fields import NativeDateField, NativeDecimalField, NativeIntegerField
from app.base.words import reader_locale

MOST_KEPT = 4_096
KEPT: dict[Hashable, str] = {}
LOCK = Lock()
PLAIN = {StringField, OneOfField, NativeDateField, NativeDecimalField, NativeIntegerField}
"""The kinds of fields of which nothing is drawn but what stands in them."""

UNGUESSABLE = secrets.token_hex(16)
"""Part of every mark, so that nothing that people write is taken for one."""


def install(app: Flask) -> None:
    """Give templates `once`, `field_once` and `form_token`."""
    app.jinja_env.globals.update(once=once, field_once=field_once, form_token=form_token)


def once(macro: Callable[..., Any], *asked: Hashable, **differing: str) -> Markup:
    """What a macro of `ui` draws."""
    marks = {name: mark_of(name) for name in differing}
    drawn = kept((macro, asked), lambda: str(macro(*asked, **marks)))
    for name, mark in marks.items():
        drawn = drawn.replace(mark, escape(differing[name]))
    return Markup(drawn)  # noqa: S704


def kept(key: Hashable, draw: Callable[[], str]) -> str:
    """What is kept under a key for this reader's language, drawn where it is not there yet."""
    whole = (key, reader_locale(), request.script_root)
    drawn = KEPT.get(whole)
    if drawn is not None:
        return drawn
    drawn = draw()
    with LOCK:
        while len(KEPT) >= MOST_KEPT:
            KEPT.pop(next(iter(KEPT)))
        KEPT[whole] = drawn
    return drawn


def field_once(field: Field) -> Markup:
    """A form field as `ui.field` draws it, kept where nobody has typed anything: what somebody types may be a name."""
    draw = current_app.jinja_env.globals["ui"].field
    if type(field) not in PLAIN or field.errors or not is_untouched(field):
        return Markup(draw(field))  # noqa: S704
    said = (field.id, field.name, str(field.label.text), str(field.description))
    ways = (*vars(field.flags).items(), *(field.render_kw or {}).items())
    choices = (field.offered, field.data) if isinstance(field, OneOfField) else ()
    return Markup(kept((type(field), said, ways, choices), lambda: str(draw(field))))  # noqa: S704


def is_untouched(field: Any) -> bool:
    """Whether a field is empty, or holds one of its choices."""
    if isinstance(field, OneOfField):
        return not field.data or field.data in field.values
    return not field._value()


@cache
def mark_of(name: str) -> str:
    """What is drawn in the place of a value that differs."""
    return f"mark-{UNGUESSABLE}-{name}"


def form_token() -> str:
    """The form token of this request, signed once."""
    if "form_token" not in g:
        g.form_token = generate_csrf()
    return g.form_token
