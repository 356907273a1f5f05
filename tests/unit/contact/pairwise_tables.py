"""The numbers, words and zones of `pairwise_oracle`, from the domain reference, parts 3.1, 3.4 and 3.6."""

from zoneinfo import ZoneInfo

MARGIN = 5

ZONES = {
    "New York": "America/New_York",
    "Honolulu": "Pacific/Honolulu",
    "Kolkata": "Asia/Kolkata",
    "the branch's": "America/New_York",
    "unknown": None,
}
HOMES = {
    "US-NY": ["America/New_York"],
    "US-FL": ["America/New_York", "America/Chicago"],
    "US-TX": ["America/Chicago", "America/Denver"],
    "US-AL": ["America/Chicago"],
    "US-RI": ["America/New_York"],
    "IN": ["Asia/Kolkata"],
    "DE": ["Europe/Berlin"],
    "BR": ["America/Noronha", "America/Sao_Paulo", "America/Manaus", "America/Rio_Branco"],
    "": [],
}
"""The zones of a home, by its country and state."""

CHANNELS = {"sms": "phone_simulator", "email": "email", "whatsapp": "whatsapp_cloud", "voice": "twilio_voice"}
IN_USE = ("phone_simulator", "email", "whatsapp_cloud")
HIGHEST = {"sms": 1, "email": 2, "whatsapp": 0, "voice": 1}
CALLS = ("sms", "voice")
NOT_NEEDED = ("care", "experience", "promotional")
"""All but what somebody asked for."""

BAD = {
    "none": "NO_ADDRESS",
    "one of once": "NO_ADDRESS",
    "invalid": "ADDRESS_INVALID",
    "wrong-person": "WRONG_NUMBER",
    "reassigned": "NUMBER_REASSIGNED",
    "bounced": "HARD_BOUNCE",
    "unverified": "ADDRESS_UNVERIFIED",
}
PERSONS = {
    "dead": "PERSON_DECEASED",
    "merged": "PERSON_MERGED",
    "test": "PERSON_TEST",
    "gone": "PERSON_INACTIVE",
}
HOLDS = {
    "legal": "LEGAL_HOLD",
    "legal, of the merged record": "LEGAL_HOLD",
    "restricted": "RECORD_RESTRICTED",
}
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
CLINIC = (8, 20, EVERY_DAY, 0)
ADVERTISING = {
    "US": ((8, 21, EVERY_DAY, MARGIN),),
    "US-FL": ((8, 20, EVERY_DAY, MARGIN),),
    "US-AL": ((8, 20, EVERY_DAY, MARGIN),),
    "US-TX": ((9, 21, EVERY_DAY[:6], MARGIN), (12, 21, (7,), MARGIN)),
    "US-RI": ((9, 18, EVERY_DAY[:5], MARGIN), (10, 17, (6, 7), MARGIN)),
    "IN": ((10, 21, EVERY_DAY, MARGIN),),
}
"""Part 3.1: place → (from, to, weekdays, minutes before the end in which nothing begins), for calls and texts."""

SERVICE = {"IN": ((8, 21, EVERY_DAY, 0),)}
"""The same for what is no advertising."""


def zones_of(case, now):
    """The zones that may be the patient's, the likeliest first: the one that was said; else that of the branch, with
    those of the home unless one of these keeps the same time."""
    stated, home = ZONES[case["zone"]], HOMES[case["place"]]
    if case["zone"] != "the branch's":
        return [stated] if stated else home
    same = [zone for zone in home if offset_in(zone, now) == offset_in(stated, now)]
    return [stated] if same else [stated, *home]


def offset_in(zone, now):
    return now.astimezone(ZoneInfo(zone)).utcoffset()
