"""A right guideline to begin from."""

from typing import Any

BP = {"field": "code", "is": "is", "value": "85354-9"}


def content(**parts: Any) -> dict[str, Any]:
    """Blood pressure every six months for adults; parts that are None are left out."""
    whole = {
        "format": 1,
        "name": {"en": "Blood pressure", "es": "Presión arterial"},
        "population": {"field": "age", "is": "at_least", "value": 18},
        "satisfied_by": [{"happened": "observation", "where": [BP]}],
        "interval": {"months": 6},
        "anchors": [{"field": "birth_date", "plus": {"years": 18}}],
        "window": {"soon": {"days": 28}, "overdue": {"days": 30}},
        "owner": {"role": "staff", "queue": "recall"},
        "source": "A test",
    }
    return {key: value for key, value in {**whole, **parts}.items() if value is not None}
