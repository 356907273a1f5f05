"""One file a kind of thing that must not be forgotten; the file's name is its name in safety clocks.

To add one: write `<name>.py` with one class that extends `base.Entity` and says its table, its columns and its states.
Then write `tests/spec/work.clocks.entities/<name>.yaml` with rows and what of them is open in which state since when.
A row leaves a state only because its own facts say so: nothing here looks at who has seen it.
"""

from journeys.foundation.registry import load
from journeys.work.clocks.entities.base import Entity

ENTITIES: dict[str, type[Entity]] = load(__name__, __path__, Entity)
