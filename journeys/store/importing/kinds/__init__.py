"""Kinds of resources that have a table: one file a kind, named in snake case as FHIR names it.

To add one: write a file with one subclass of `base.Kind` that says its resource type, its table, its place in the
order (what it refers to comes first) and its event, and whose `read` turns a `Reading` into a `Row`. Then add a golden
case to `tests/unit/store/test_import_kinds.py`.
"""

from journeys.foundation.registry import load
from journeys.store.importing.kinds.base import Kind

LOADED = load(__name__, __path__, Kind)  # type: ignore[type-abstract]
KINDS: dict[str, Kind] = {kind.resource_type: kind() for kind in LOADED.values()}
"""Every kind by its FHIR resource type."""
