"""One file a step type; the file's name is its name in a journey.

To add one: write `<name>.py` with one frozen dataclass that extends `base.Step`. Its fields are the form, the
validation and the reference page; give each a `label` and a `help`. Declare what it reads and writes, its ports, when
it is due, what it inserts and by which port an enrolment leaves. Then write `tests/spec/flow.steps/<name>.yaml`: a
step without golden cases does not pass. A step never executes SQL and imports no other step.
"""

from journeys.flow.steps.base import Step
from journeys.foundation.registry import load

STEPS: dict[str, type[Step]] = load(__name__, __path__, Step)

SENDING = tuple(name for name, step in STEPS.items() if step.contacts)
"""The types of steps that plan a message whenever a patient goes on from them."""
