"""Contact rules: one file, one rule, named as the file.

To add one, write `journeys/contact/rules/<name>.py` with one subclass of `Rule` (base.py) and its golden cases
`tests/spec/contact.rules/<name>.yaml`. A rule reads only the facts it names in `needs`; all of them are documented in
journeys/contact/deciding/known_facts.py. Its parameters are a frozen dataclass with defaults, which a published
`contact-rule` overrides.
"""

from journeys.contact.rules.base import Rule
from journeys.foundation.registry import load

RULES: dict[str, Rule] = {
    name: kind()
    for name, kind in sorted(load(__name__, __path__, Rule).items(), key=lambda item: (item[1].step, item[1].order))
}
"""Every rule in the order of the decision."""
