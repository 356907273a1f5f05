"""One file a proof over a whole template, done before it is published; the file's name is the check's name.

To add one: write `<name>.py` with one class that extends `base.Check` and yields a Problem for each place that is
wrong, whose sentence says how to mend it. Then write `tests/spec/contact.template_checks/<name>.yaml` with templates
that break it and one that does not. Lists of words are data in a file beside the check.
"""

from journeys.contact.template_checks.base import Check
from journeys.foundation.registry import load

CHECKS: dict[str, type[Check]] = load(__name__, __path__, Check)
