"""One file a resource type that is given out; the file's name is the type's in small letters.

To add one: write `<name>.py` with one class that extends `base.Kind`, add its type to `facade.scopes.OFFERED`, and a
test of what it makes to `tests/unit/sync/test_facade_resources.py`.
"""

from journeys.foundation.registry import load
from journeys.sync.facade.resources.base import Kind

KINDS: dict[str, type[Kind]] = {kind.type: kind for kind in load(__name__, __path__, Kind).values()}
"""FHIR's name of the type → how it is found and made."""
