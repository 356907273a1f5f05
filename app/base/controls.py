"""Which control a dataclass field gets, by its type and its metadata. `forms.py` makes forms of them."""

import dataclasses
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from flask import current_app
from flask_babel import gettext, lazy_gettext
from wtforms import Field, FieldList, Form, FormField, PasswordField, StringField, TextAreaField

from app.base.fields import (
    LONG_TEXT,
    PLAIN,
    JsonField,
    LinesField,
    MayBeEmpty,
    MaybeFormField,
    OneOfField,
    Present,
    SomeOfField,
    key_of,
)
from app.base.rows_field import RowsField

MOST_ENTRIES = 50
MANY = (tuple, list, frozenset, set)

SOURCES: dict[str, Callable[[], Iterable[tuple[Any, str]]]] = {}
"""Where choices of `metadata["source"]` come from (`template`, `queue`, …): functions that a screen's module adds."""

OFFERS: dict[str, Callable[[], Iterable[tuple[str, str]]]] = {}
"""What rows of `metadata["chosen_of"]` offer, or what codes of `metadata["codes_of"]` are called, by functions."""

EDITORS: dict[str, Callable[[dict[str, Any]], Any]] = {}
"""Makers of controls for `metadata["editor_for"]` (`rule`), given label, description and validators."""

PartMaker = Callable[[type], type[Form]]


def control_for(each: dataclasses.Field, hint: Any, part: PartMaker) -> Any:
    """The WTForms field of one dataclass field; `part` makes the form of a dataclass that stands inside."""
    hint, may_be_empty = without_none(hint)
    is_optional = may_be_empty or hint is bool or _has_empty_default(each)
    options = {
        "label": label_of(each),
        "description": help_of(each),
        "validators": [MayBeEmpty() if is_optional else Present()],
        "render_kw": dict(each.metadata.get("attributes", {})),
        "default": default_of(each),
    }
    maker = each.metadata.get("editor") or EDITORS.get(each.metadata.get("editor_for", ""))
    if maker is not None:
        return maker(options)
    for kind in (_nested, _rows, _choice, _plain):
        control = kind(each, hint, options, part)
        if control is not None:
            return control
    raise TypeError(f"no control for {each.name}: {hint}")


def _nested(each: dataclasses.Field, hint: Any, options: dict[str, Any], part: PartMaker) -> Any | None:
    """Dataclasses, tuples of them, and texts in several languages."""
    about = {"label": options["label"], "description": options["description"]}
    is_needed = isinstance(options["validators"][0], Present)
    if dataclasses.is_dataclass(hint):
        return (FormField if is_needed else MaybeFormField)(part(hint), **about)
    if is_texts(hint):
        return FormField(texts_class(each.metadata.get("rows", 1), is_needed), **about)
    inner = inner_of(hint)
    if inner is not None and dataclasses.is_dataclass(inner):
        return FieldList(FormField(part(inner), label=options["label"]), max_entries=MOST_ENTRIES, **about)
    return None


def _rows(each: dataclasses.Field, _hint: Any, options: dict[str, Any], _part: PartMaker) -> Any | None:
    """Texts in an order, one row each."""
    chosen, codes = each.metadata.get("chosen_of"), each.metadata.get("codes_of")
    if chosen is None and codes is None:
        return None
    offered = OFFERS.get(chosen or codes, list)
    return RowsField(choices=offered, is_closed=chosen is not None, **options)


def _choice(each: dataclasses.Field, hint: Any, options: dict[str, Any], _part: PartMaker) -> Any | None:
    """One of, or some of, a list."""
    inner = inner_of(hint)
    given = each.metadata.get("choices") or SOURCES.get(each.metadata.get("source", "")) or _choices_of(inner or hint)
    if given is None:
        return None
    choices = given if callable(given) else (lambda: translated(given))
    default = options.pop("default")
    if inner is not None:
        options["validators"] = [Present() if each.metadata.get("needed") else MayBeEmpty()]
        return SomeOfField(choices=choices, default=[key_of(value) for value in default or ()], **options)
    has_default = default not in (None, "")
    return OneOfField(choices=choices, blank=not has_default, default=default, **options)


def _plain(each: dataclasses.Field, hint: Any, options: dict[str, Any], _part: PartMaker) -> Field:
    """A control of its own."""
    if inner_of(hint) is str:
        return LinesField(**options)
    if get_origin(hint) is dict:
        return JsonField(**options)
    if each.metadata.get("secret"):
        return PasswordField(**options)
    if each.metadata.get("rows", 1) > 1:
        options["render_kw"]["rows"] = each.metadata["rows"]
        return LONG_TEXT(**options)
    return PLAIN.get(hint, StringField)(**options)


@cache
def texts_class(rows: int, is_needed: bool) -> type[Form]:
    """A form with one control a language, for {language: text}. English is needed when the text is."""
    kind = TextAreaField if rows > 1 else StringField
    attributes = {"rows": rows} if rows > 1 else {}
    controls: dict[str, Any] = {
        code: kind(
            facts["name"],
            validators=[Present() if is_needed and code == "en" else MayBeEmpty()],
            render_kw={**attributes, "lang": code, "dir": "auto"},
        )
        for code, facts in current_app.config["LANGUAGES"].items()
    }
    return type("TextsForm", (Form,), {"is_texts": True, **controls})


def translated(choices: Iterable[tuple[Any, str]]) -> list[tuple[Any, str]]:
    """Choices whose labels are message ids, in the reader's language."""
    return [(value, gettext(label) if label else "") for value, label in choices]


def label_of(each: dataclasses.Field) -> Any:
    """The label given, or the field's name as a sentence: `due_date` is "Due date"."""
    words = each.metadata.get("label") or as_sentence(each.name)
    return lazy_gettext(words)


def help_of(each: dataclasses.Field) -> Any:
    """The hint under the label, empty when there is none."""
    words = each.metadata.get("help")
    return lazy_gettext(words) if words else ""


def without_none(hint: Any) -> tuple[Any, bool]:
    """A type without `| None`, and whether it had it."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    others = [each for each in get_args(hint) if each is not type(None)]
    return (others[0] if len(others) == 1 else hint), len(others) < len(get_args(hint))


def inner_of(hint: Any) -> Any | None:
    """The type of the members of a tuple, list or set."""
    return get_args(hint)[0] if get_origin(hint) in MANY and get_args(hint) else None


def is_texts(hint: Any) -> bool:
    """Whether the type is {language: text}."""
    return get_origin(hint) in (dict, typing.get_origin(Mapping[str, str])) and get_args(hint) == (str, str)


def default_of(each: dataclasses.Field) -> Any:
    """The default of a dataclass field, None when it has none."""
    if each.default_factory is not dataclasses.MISSING:
        return each.default_factory()
    return None if each.default is dataclasses.MISSING else each.default


def _has_empty_default(each: dataclasses.Field) -> bool:
    is_given = each.default is not dataclasses.MISSING or each.default_factory is not dataclasses.MISSING
    return is_given and not default_of(each) and default_of(each) != 0


def _choices_of(hint: Any) -> list[tuple[Any, str]] | None:
    """Choices that the type itself names: a Literal, or an Enum."""
    if get_origin(hint) is Literal:
        return [(value, as_sentence(value)) for value in get_args(hint)]
    if isinstance(hint, type) and hasattr(hint, "__members__"):
        return [(member, as_sentence(member.value)) for member in hint]
    return None


def as_sentence(name: Any) -> str:
    """A name as words: `due_date` is "Due date"."""
    return str(name).replace("_", " ").replace("-", " ").capitalize()
