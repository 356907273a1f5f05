"""One file a check over a whole rule that is valid by itself; the file's name is the check's name.

To add one: write `<name>.py` with one class that extends `base.Check` and yields a Problem for each place that makes no
sense. Then write `tests/spec/criteria.checks/<name>.yaml` with rules that it speaks up for and rules that it lets pass.
**A check never lies**: what it calls impossible, certain or unused is so for every patient at any time (else silence).
"""

from journeys.criteria.checks.base import Check
from journeys.foundation.registry import load

CHECKS: dict[str, type[Check]] = load(__name__, __path__, Check)
