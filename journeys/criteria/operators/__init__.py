"""How rules compare facts: one file an operator, the file's name is its name in a rule.

To add one: a file here with one subclass of `base.Operator`, a class docstring that explains it, and its golden cases
in `tests/spec/criteria.operators/<name>.yaml`. A file imports no sibling but `base`.
"""

from journeys.criteria.kinds import Facet
from journeys.criteria.operators.base import Operator
from journeys.foundation.registry import load

OPERATORS: dict[str, Operator] = {name: kind() for name, kind in load(__name__, __path__, Operator).items()}
"""Every operator by name."""


def operators_for(kind: str) -> list[Operator]:
    """The operators that can compare facts of a kind."""
    return [operator for operator in OPERATORS.values() if kind in operator.takes]


def operators_of(facet: Facet) -> list[Operator]:
    """The operators that can compare one fact."""
    return [operator for operator in OPERATORS.values() if operator.fits(facet)]
