"""The field that chooses one of some values. Its choices are asked for anew in every request; as long as they are the
same they are made and drawn once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation
from wtforms.widgets import Select, html_params

from app.base.words import gettext

Choice = tuple[Any, str]

NOT_CHOSEN = ""

REMEMBERED = 256
"""Sets of choices that are kept with their drawing: those of filters stand above every list."""


@dataclass(frozen=True, eq=False)
class Offered:
    """Choices as WTForms wants them, and each value by its key: made once for the same choices, so it is asked for by
    itself and not by what is in it."""

    choices: tuple[SelectChoice, ...]
    values: Mapping[str, Any]

    def options(self, chosen: Any) -> str:
        """The options of a select, escaped."""
        return options_of(self, chosen if chosen in self.values or chosen == NOT_CHOSEN else None)


@lru_cache(REMEMBERED)
def offered(pairs: tuple[Choice, ...], _kinds: frozenset[type], blank: str | None) -> Offered:
    """These choices; `blank` are the words of what chooses nothing, None where something has to be chosen.

    The kinds of values are asked for because a word of an enumeration is equal to the plain word.
    """
    first = [] if blank is None else [SelectChoice(NOT_CHOSEN, blank)]
    return Offered((*first, *as_options(pairs)), {key_of(value): value for value, _ in pairs})


@lru_cache(REMEMBERED)
def options_of(of: Offered, chosen: Any) -> str:
    """Put together by hand, because a template of an option is read anew for each of two hundred."""
    return "".join(option(each.value, each.label or each.value, is_chosen=each.value == chosen) for each in of.choices)


def option(value: str, label: str, *, is_chosen: bool) -> str:
    """One option of a select, escaped."""
    chosen = " selected" if is_chosen else ""
    return f'<option value="{escape(value)}"{chosen}>{escape(label)}</option>'


class PlainSelect(Select):
    """A select whose options are written at once: a list of two hundred branches stands above every list."""

    def __call__(self, field: "OneOfField", **attributes: Any) -> Markup:
        """The whole select, as WTForms would write it."""
        flags = {name: True for name in self.validation_attrs if name in field.flags}
        begin = html_params(name=field.name, **{"id": field.id, **flags, **attributes})
        return Markup(f"<select {begin}>{field.offered.options(field.data)}{field.gone()}</select>")  # noqa: S704


class OneOfField(SelectField):
    """One of some choices. `choices` is asked anew for every request."""

    widget = PlainSelect()

    def __init__(self, *, blank: bool, choices: Callable[[], Iterable[Choice]], **options: Any) -> None:
        self.pairs = tuple((value, str(label)) for value, label in choices())
        self.kinds = frozenset([type(value) for value, _ in self.pairs])
        self.offer(gettext("Choose") if blank else None)
        super().__init__(choices=self.offered.choices, coerce=key_of, **options)

    def offer(self, blank: str | None) -> None:
        """Make the choices, with these words for what chooses nothing."""
        self.blank = blank
        self.offered = offered(self.pairs, self.kinds, blank)
        self.values = self.offered.values

    def call_blank(self, words: str) -> None:
        """Give another name to what chooses nothing: a filter that is not set means any."""
        if self.blank is not None:
            self.offer(words)
            self.choices = list(self.offered.choices)

    def pre_validate(self, form: Any) -> None:
        """Accept what the list holds, and nothing else."""
        if self.data not in self.values and self.data not in (None, NOT_CHOSEN):
            raise StopValidation(gettext("Choose one of the list."))

    def gone(self) -> str:
        """The option that is no longer among the choices but was chosen before: it stays visible."""
        if not self.data or self.data in self.values:
            return ""
        return option(self.data, gettext("%(name)s (no longer there)", name=self.data), is_chosen=True)

    @property
    def chosen(self) -> Any:
        """The value itself, not its key; None when nothing is chosen."""
        return self.values.get(self.data)


def as_options(pairs: Iterable[Choice]) -> list[SelectChoice]:
    """Choices as WTForms wants them."""
    return [SelectChoice(key_of(value), label) for value, label in pairs]


def key_of(value: Any) -> str:
    """The text that stands for a choice in the form."""
    if value is None:
        return NOT_CHOSEN
    return str(getattr(value, "value", value))
