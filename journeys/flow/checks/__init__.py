"""One file a check over a whole journey; the file's name is the check's name.

To add one: write `<name>.py` with one class that extends `base.Check` and yields a Problem for each place that is
wrong. Then write `tests/spec/flow.checks/<name>.yaml` with journeys that break it and one that does not.
"""

from journeys.flow.checks.base import Check
from journeys.foundation.registry import load

CHECKS: dict[str, type[Check]] = load(__name__, __path__, Check)
