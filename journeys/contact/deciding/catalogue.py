"""Every reason code with its words: those of the rules, and those that belong to none."""

from journeys.contact.deciding.reasons import OF_NO_RULE, Reason
from journeys.contact.rules import RULES

REASONS: dict[str, Reason] = {
    **{code: reason for rule in RULES.values() for code, reason in rule.reasons.items()},
    **OF_NO_RULE,
}
