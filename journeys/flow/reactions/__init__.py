"""One file an event that something must always follow: safety is here, never in a journey that can be unpublished.

To add one: write `<name>.py` with one class that extends `base.Reaction`, names the kinds of events and does what must
follow, for all of them at once. Then write `tests/spec/flow.reactions/<name>.yaml`.
"""

from journeys.flow.reactions.base import Reaction
from journeys.foundation.registry import load

REACTIONS: dict[str, type[Reaction]] = load(__name__, __path__, Reaction)
