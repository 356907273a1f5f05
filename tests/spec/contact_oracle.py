"""What a decision must be, by a table and by nothing of the engine: reason code → step of the decision and outcome.

The table is the order of the domain reference, part 3.3, written down once more. A reason that is not of the reference
says its step and outcome at the head of its rule's cases, `decides: {SOME_REASON: 9 suppress}`.
"""

from pathlib import Path

import yaml

RULES = Path(__file__).parent / "contact.rules"

ORDER = """
0  suppress  DUPLICATE_INTENT
0  defer     KILL_SWITCH
1  suppress  TEMPLATE_NOT_APPROVED TEMPLATE_LANGUAGE_MISSING
2  suppress  PERSON_DECEASED PERSON_MERGED PERSON_TEST PERSON_INACTIVE LEGAL_HOLD RECORD_RESTRICTED
3  human     MINOR_NO_GUARDIAN
3  suppress  MINOR_CONFIDENTIAL_SERVICE PROXY_NOT_AUTHORISED PROXY_EXPIRED CONFIDENTIAL_COMMS_RULE
3  suppress  RECIPIENT_NOT_ALLOWED RECIPIENT_LEVEL RECIPIENT_REFUSED_BY_PATIENT
4  suppress  NO_ADDRESS ADDRESS_INVALID ADDRESS_UNVERIFIED WRONG_NUMBER NUMBER_REASSIGNED NUMBER_LANDLINE HARD_BOUNCE
4  suppress  SHARED_ADDRESS_SENSITIVE
5  suppress  NO_LAWFUL_BASIS NO_HIPAA_AUTHORIZATION AUTHORIZATION_EXPIRED PART2_CONSENT_MISSING RESTRICTION_164_522
6  suppress  OBJECTION_MARKETING OPTED_OUT_ALL OPTED_OUT_CHANNEL OPTED_OUT_CATEGORY SPAM_COMPLAINT PROVIDER_BLOCKLIST
6  suppress  DNC_NATIONAL DNC_STATE DND_INDIA REGISTERS_NOT_CHECKED
7  suppress  NO_CONSENT_CHANNEL CONSENT_EXPIRED CONSENT_PENDING_DOUBLE_OPTIN WRITTEN_CONSENT_REQUIRED
8  suppress  CONTENT_TOO_SENSITIVE PHI_UNENCRYPTED_NOT_ACCEPTED NO_BAA CHANNEL_POLICY_HEALTH
9  suppress  SENDER_NOT_REGISTERED DLT_TEMPLATE_MISSING WA_WINDOW_CLOSED WA_TEMPLATE_REQUIRED
9  defer     PROVIDER_DOWN AWAITING_APPROVAL
10 suppress  NO_LONGER_TRUE SUPERSEDED ALREADY_CONFIRMED
10 defer     JOURNEY_ON_HOLD
11 defer     CAP_LEGAL_DAY CAP_LEGAL_WEEK CAP_KEPT_FOR_HIGHER CAP_STATE_24H CAP_POLICY TOPIC_COOLDOWN SURVEY_FATIGUE
11 defer     OPEN_CONVERSATION HIGHER_JOURNEY
12 human     TZ_UNKNOWN_WINDOW_EMPTY
12 suppress  EXPIRED_BEFORE_WINDOW
12 defer     HOLIDAY SUNDAY_RULE QUIET_HOURS
"""


def of_cases():
    """Lines as those above, from the heads of the rules' cases."""
    for path in sorted(RULES.glob("*.yaml")):
        for code, decides in yaml.safe_load(path.read_text("utf-8")).get("decides", {}).items():
            yield f"{decides} {code}"


LINES = [line.split() for line in (*ORDER.split("\n"), *of_cases()) if line]
TABLE = {code: (int(step), outcome) for step, outcome, *codes in LINES for code in codes}

VERDICTS = {"suppress": "suppress", "human": "human-task", "defer": "defer"}


def verdict_of(codes):
    """What follows from these reasons: the gravest outcome, because nobody is asked, and nothing put off, in vain."""
    outcomes = {TABLE[code][1] for code in codes}
    return next((VERDICTS[each] for each in VERDICTS if each in outcomes), "allow")


def steps_of(codes):
    """The steps of these reasons, as they come."""
    return [TABLE[code][0] for code in codes]
