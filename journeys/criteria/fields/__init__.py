"""What rules can ask about a patient: one file a field, the file's name is its name in a rule.

To add one: a file here with one subclass of `base.Field` (a fact) or `base.Record` (something that happens), a class
docstring that explains it to consultants, and its golden cases in `tests/spec/criteria.fields/<name>.yaml`. It appears
by itself in forms, checks, sentences and help. A file imports no sibling but `base`.
"""

from journeys.criteria.fields.base import Field, Record
from journeys.foundation.registry import load

FIELDS: dict[str, Field] = {name: kind() for name, kind in load(__name__, __path__, Field).items()}
"""Every field by name, records included."""

RECORDS: dict[str, Record] = {name: field for name, field in FIELDS.items() if isinstance(field, Record)}
"""What `happened` can name."""

FACTS: dict[str, Field] = {name: field for name, field in FIELDS.items() if not isinstance(field, Record)}
"""What `field` can name."""
