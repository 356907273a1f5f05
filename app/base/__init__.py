"""What every screen stands on. A screen imports from here: `from app.base import Screen, allowed, expose, perform`."""

from app.base.acting import (
    asking,
    look_again,
    perform,
    perform_by_link,
    perform_for,
    perform_for_all,
    portal_roles,
    reading,
    signed_in_roles,
    signed_in_scope,
    the_act,
)
from app.base.forms import ShapeForm, form_class, form_for
from app.base.lists import Column, Paging, Walk, filters_for, paging, place_of, place_text, walking
from app.base.models import ModelScreen
from app.base.screens import Screen, allowed, anyone, by_link, expose, signed_in
from app.base.words import in_alphabet, say, say_texts

__all__ = [
    "Column",
    "ModelScreen",
    "Paging",
    "Screen",
    "ShapeForm",
    "Walk",
    "allowed",
    "anyone",
    "asking",
    "by_link",
    "expose",
    "filters_for",
    "form_class",
    "form_for",
    "in_alphabet",
    "look_again",
    "paging",
    "perform",
    "perform_by_link",
    "perform_for_all",
    "perform_for",
    "place_of",
    "place_text",
    "portal_roles",
    "reading",
    "say",
    "say_texts",
    "signed_in",
    "signed_in_roles",
    "signed_in_scope",
    "the_act",
    "walking",
]
