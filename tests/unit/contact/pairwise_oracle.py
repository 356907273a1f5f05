"""What must be decided about a case of `pairwise_cases`, worked out in plain Python and by nothing of the engine.

It follows the domain reference: the order of part 3.3, the windows and caps of 3.1, the content levels of 3.4. Where
the reference leaves a number to the clinic, it is the default that the rule's own page names.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from tests.spec.contact_oracle import TABLE
from tests.unit.contact.pairwise_cases import DOWN_UNTIL, GIVERS, MOMENTS, RUNGS, SENT, STATEMENTS
from tests.unit.contact.pairwise_tables import (
    ADVERTISING,
    BAD,
    CALLS,
    CHANNELS,
    CLINIC,
    HIGHEST,
    HOLDS,
    IN_USE,
    NOT_NEEDED,
    PERSONS,
    SERVICE,
    zones_of,
)

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


class Channel:
    """One case on one medium: what speaks against it, and until when what time cures does."""

    def __init__(self, case, medium):
        self.case, self.medium, self.now = case, medium, MOMENTS[case["moment"]]
        self.zones = [ZoneInfo(zone) for zone in zones_of(case, self.now)]
        self.zone = next(iter(self.zones), None)
        self.local = self.zone and self.now.astimezone(self.zone)
        self.is_reminder = case["about"] == "a question answered"
        self.has_template = case["words"] not in ("none", "its own")
        self.has_words = self.has_template and case["words"] != "of another language"
        self.registered = case["registered"]
        self.level = case["level"] if self.has_template else 0
        self.lands = (case["place"], case["place"][:2]) if case["place"] else ()
        self.statement = self.newest()
        self.found = {}

    def against(self, *codes):
        for code in codes:
            self.found[code] = None

    def until(self, code, moment):
        self.found[code] = max(moment, self.found.get(code, moment))

    def judge(self):
        """Every step, in the order of the reference."""
        for step in (self.once, self.words, self.person, self.recipient, self.number, self.purpose, self.refusals):
            step()
        for step in (self.consent, self.content, self.readiness, self.still_true, self.caps, self.hours):
            step()
        return self.verdict()

    def once(self):
        if self.last(4, lambda sent: sent.same_thing) and not self.is_reminder:
            self.against("DUPLICATE_INTENT")

    def last(self, hours, which):
        """Whether a message in the same words, of which something holds, was sent within so many hours."""
        return self.has_template and any(
            sent.same_words and which(sent) and sent.hours < hours for sent in SENT[self.case["sent"]]
        )

    def words(self):
        against = {"none": "TEMPLATE_NOT_APPROVED", "of another language": "TEMPLATE_LANGUAGE_MISSING"}
        if self.case["words"] in against:
            self.against(against[self.case["words"]])

    def person(self):
        for name, codes in (("person", PERSONS), ("hold", HOLDS)):
            if self.case[name] in codes:
                self.against(codes[self.case[name]])

    def recipient(self):
        case = self.case
        is_child = case["age"] in ("a child with a guardian", "a child", "a guardian of once", "tomorrow")
        is_minor = is_child and self.zone is not None
        if is_minor and case["age"] != "a child with a guardian" and not self.was_said_by("guardian"):
            self.against("MINOR_NO_GUARDIAN")
        if is_minor and case["care"] == "confidential" and not self.is_only_here():
            self.against("MINOR_CONFIDENTIAL_SERVICE")
        giver = self.statement and self.statement.decision == "permit" and self.statement.giver
        if giver:
            authority, ended = GIVERS[giver]
            if ended:
                self.against("PROXY_EXPIRED")
            elif authority != "decides":
                self.against("PROXY_NOT_AUTHORISED")
        asked = case["only"] == "elsewhere" or (case["only"] == "here" and case["number"] != "none")
        if asked and not self.is_only_here():
            self.against("CONFIDENTIAL_COMMS_RULE")

    def was_said_by(self, who):
        return any(said.giver == who for said in STATEMENTS[self.case["said"]])

    def is_only_here(self):
        has_number = self.case["number"] not in ("none", "one of once")
        return self.case["only"] == "here" and self.medium != "email" and has_number

    def number(self):
        state = self.case["address"] if self.medium == "email" else self.case["number"]
        if state in BAD:
            self.against(BAD[state])
        if state == "landline" and self.medium in ("sms", "whatsapp"):
            self.against("NUMBER_LANDLINE")
        if state == "shared" and self.level > 0:
            self.against("SHARED_ADDRESS_SENSITIVE")

    def purpose(self):
        case = self.case
        if case["words"] == "of another purpose":
            self.against("NO_LAWFUL_BASIS")
        if case["purpose"] == "promotional" and "US" in self.lands and case["authorisation"] != "given":
            ended = case["authorisation"] == "ended"
            self.against("AUTHORIZATION_EXPIRED" if ended else "NO_HIPAA_AUTHORIZATION")
        if case["substances"] == "treated" and self.level > 0:
            self.against("PART2_CONSENT_MISSING")
        if case["restriction"] == "agreed":
            self.against("RESTRICTION_164_522")

    def refusals(self):
        case, purpose = self.case, self.case["purpose"]
        if purpose in ("promotional", "experience") and self.speaks_of(case["objection"], "made"):
            self.against("OBJECTION_MARKETING")
        if self.statement and self.statement.decision == "deny":
            said = self.statement
            of_medium = "OPTED_OUT_CHANNEL" if said.medium else "OPTED_OUT_ALL"
            self.against("OPTED_OUT_CATEGORY" if said.purpose else of_medium)
        if purpose in NOT_NEEDED and self.speaks_of(case["complaint"], None):
            self.against("SPAM_COMPLAINT")
        if case["block"] == "of texts" and self.medium == "sms":
            self.against("PROVIDER_BLOCKLIST")
        self.ask_registers()

    def speaks_of(self, state, whatever):
        """Whether something was said of this medium, or of whatever it is."""
        about = {"about texts": "sms", "about e-mail": "email"}.get(state)
        return self.medium == about or (state == whatever and whatever is not None)

    def ask_registers(self):
        asks = {"US", "IN"} & set(self.lands) and self.case["purpose"] == "promotional" and self.medium in CALLS
        state = self.case["registers"]
        if self.case["number"] in ("none", "one of once"):
            state = "never asked"
        against = {"national": "DNC_NATIONAL", "of the state": "DNC_STATE", "India": "DND_INDIA"}
        against |= dict.fromkeys(("never asked", "asked long ago"), "REGISTERS_NOT_CHECKED")
        if asks and state in against:
            self.against(against[state])

    def about_this(self):
        """The statements about this purpose on this medium; a permission kept on a merged record counts for nothing."""
        for said in STATEMENTS[self.case["said"]]:
            is_of_medium = said.medium in (None, self.medium)
            counts = not said.is_of_merged or said.decision == "deny"
            if said.purpose != "other" and is_of_medium and counts:
                yield said

    def newest(self):
        """The newest statement in force; a refusal dated ahead is in force already."""
        in_force = [
            said
            for said in self.about_this()
            if (said.since >= 0 or said.decision == "deny") and not (said.ended and said.ended > 0)
        ]
        return min(in_force, key=lambda said: said.since, default=None)

    def consent(self):
        case, said = self.case, self.statement
        if said is None and case["purpose"] != "transactional":
            ended = any(each.decision == "permit" and each.ended for each in self.about_this())
            self.against("CONSENT_EXPIRED" if ended else "NO_CONSENT_CHANNEL")
        if case["confirmation"] == "awaited":
            self.against("CONSENT_PENDING_DOUBLE_OPTIN")
        in_writing = {"US": CALLS, "BR": ("sms", "voice", "email", "whatsapp")}
        asked = any(self.medium in in_writing.get(land, ()) for land in self.lands)
        given = said and said.decision == "permit" and said.source not in ("form", "link", "letter")
        if case["purpose"] == "promotional" and asked and given:
            self.against("WRITTEN_CONSENT_REQUIRED")

    def content(self):
        accepted = self.case["open letters"] == "accepted"
        may_be_accepted = accepted and self.medium in ("sms", "email")
        if self.level > HIGHEST[self.medium] and not may_be_accepted:
            self.against("CONTENT_TOO_SENSITIVE")
        if self.level == 3 and not accepted:
            self.against("PHI_UNENCRYPTED_NOT_ACCEPTED")
        if self.medium == "whatsapp" and self.level > 0:
            self.against("NO_BAA")
        if self.medium == "whatsapp" and self.level > 1:
            self.against("CHANNEL_POLICY_HEALTH")

    def readiness(self):
        if CHANNELS[self.medium] not in IN_USE:
            self.against("SENDER_NOT_REGISTERED")
        if self.medium == "sms" and "IN" in self.lands and not (self.has_words and self.registered == "approved"):
            self.against("DLT_TEMPLATE_MISSING")
        is_open = self.case["wrote"] == "a second less than a day ago"
        if self.medium == "whatsapp" and not is_open:
            self.first_word()
        self.carrier()

    def first_word(self):
        """Whoever opens a conversation needs a template of the network: the text's own, else the account's."""
        asked = self.registered if self.has_words else "never asked"
        has_none = asked == "never asked" and self.case["carrier"] == "without a template"
        if not self.has_template:
            self.against("WA_WINDOW_CLOSED")
        elif has_none or asked in ("rejected", "approved, then withdrawn"):
            self.against("WA_TEMPLATE_REQUIRED")
        elif asked == "asked":
            self.until("AWAITING_APPROVAL", self.while_useful(self.now + DAY))

    def carrier(self):
        """What the account of the patient's branch can do now; of what is no channel here there is none."""
        state = self.case["carrier"] if CHANNELS[self.medium] in IN_USE else "well"
        if state == "stopped":
            self.until("KILL_SWITCH", self.while_useful(self.now + HOUR))
        if state == "down":
            self.until("PROVIDER_DOWN", self.while_useful(DOWN_UNTIL))

    def still_true(self):
        about = self.case["about"]
        over = ("a visit that has begun", "a visit cancelled since", "a thing done", "a question answered")
        if about in over or self.case["journey"] == "left":
            self.against("NO_LONGER_TRUE")
        if about == "what was asked again" and self.has_template:
            self.against("SUPERSEDED")
        if about == "a visit confirmed since" and self.has_template:
            self.against("ALREADY_CONFIRMED")
        if self.case["journey"] == "on hold":
            self.until("JOURNEY_ON_HOLD", self.while_useful(self.now + DAY))

    def while_useful(self, moment):
        """A moment, or the end of its use when that comes first."""
        useful = self.useful_until()
        return useful if useful and self.now < useful < moment else moment

    def useful_until(self):
        hours = {"until an hour ago": -1, "for an hour": 1, "for three days": 72}.get(self.case["useful"])
        return None if hours is None else self.now + hours * HOUR

    def caps(self):
        """What was sent before counts whatever it was; who is held back is what nobody asked for."""
        case, sent = self.case, SENT[self.case["sent"]]
        if case["purpose"] in NOT_NEEDED:
            self.day_and_week(sorted(each.hours for each in sent))
            self.month(sent)
            near = [each.hours for each in sent if each.same_words and each.hours < 20]
            if near and self.has_template:
                self.until("TOPIC_COOLDOWN", self.now + (20 - min(near)) * HOUR)
            if case["talk"] in ("open", "for two hours"):
                until = self.now + (2 * HOUR if case["talk"] == "for two hours" else DAY)
                self.until("OPEN_CONVERSATION", self.while_useful(until))
        surveys = [each.hours for each in sent if each.purpose == "experience"]
        if case["purpose"] == "experience" and surveys and not self.is_reminder:
            self.until("SURVEY_FATIGUE", self.now + 30 * DAY - min(surveys) * HOUR)
        if case["journey"] == "of lower priority":
            self.until("HIGHER_JOURNEY", self.while_useful(self.now + DAY))

    def day_and_week(self, hours):
        """One message a day and three in any seven days of the patient's calendar."""
        if self.zone is None:
            return
        tomorrow = self.at(self.local.date() + DAY, 0)
        days = [(self.now - each * HOUR).astimezone(self.zone).date() for each in hours]
        this_week = [day for day in days if day > self.local.date() - 7 * DAY]
        waits = {"in an hour": HOUR, "in two days": 2 * DAY}.get(self.case["rival"])
        if len(this_week) >= 3:
            self.until("CAP_LEGAL_WEEK", max(tomorrow, self.now - hours[2] * HOUR + 7 * DAY))
        elif self.local.date() in days:
            self.until("CAP_LEGAL_DAY", tomorrow)
        elif waits and (self.now + waits < tomorrow or len(this_week) == 2):
            self.until("CAP_KEPT_FOR_HIGHER", self.now + waits)

    def month(self, sent):
        """Eight in thirty days, two of them advertising; three advertisements in a day in Florida."""
        month = [each.hours for each in sent if each.hours < 30 * 24]
        adverts = [each.hours for each in sent if each.purpose == "promotional"]
        if len(month) >= 8:
            self.until("CAP_POLICY", self.now - sorted(month)[7] * HOUR + 30 * DAY)
        if self.case["purpose"] != "promotional":
            return
        if len(adverts) >= 2:
            self.until("CAP_POLICY", self.now - sorted(adverts)[1] * HOUR + 30 * DAY)
        if len(adverts) >= 3 and sorted(adverts)[2] < 24 and "US-FL" in self.lands and self.medium in CALLS:
            self.until("CAP_STATE_24H", self.now - sorted(adverts)[2] * HOUR + DAY)

    def hours(self):
        useful = self.useful_until()
        if useful and useful < self.now:
            self.against("EXPIRED_BEFORE_WINDOW")
        offsets = [self.now.astimezone(zone).utcoffset() for zone in self.zones]
        if not offsets or max(offsets) - min(offsets) >= 12 * HOUR:
            self.against("TZ_UNKNOWN_WINDOW_EMPTY")
        days = [self.now.astimezone(zone) for zone in self.zones]
        rest = "SUNDAY_RULE" if any(day.isoweekday() == 7 for day in days) else "HOLIDAY"
        for zone in self.zones:
            self.rest(zone, rest)
            self.quiet(zone)

    def quiet(self, zone):
        """Outside the hours that the clinic or the law of the place leaves, in a zone that may be the patient's."""
        local = self.now.astimezone(zone)
        minute = local.hour * 60 + local.minute
        for first, last, weekdays, margin in self.windows():
            is_open = first * 60 <= minute < last * 60 - margin
            if local.isoweekday() in weekdays and not is_open:
                day = local.date() if minute < first * 60 else local.date() + DAY
                self.until("QUIET_HOURS", self.at(day, first, zone))

    def rest(self, zone, code):
        """No message that nobody asked for on Sundays and closed days."""
        local = self.now.astimezone(zone)
        is_sunday = local.isoweekday() == 7
        if self.case["purpose"] in NOT_NEEDED and (is_sunday or self.case["closed"] == "today"):
            self.until(code, self.at(local.date() + DAY, 0, zone))

    def windows(self):
        """The hours that the clinic and the law of the place leave, each on the days on which it holds."""
        if self.medium in CALLS:
            of_law = ADVERTISING if self.case["purpose"] == "promotional" else SERVICE
            return [CLINIC, *(window for land in self.lands for window in of_law.get(land, ()))]
        return [CLINIC]

    def at(self, day, hour, zone=None):
        """The instant of an hour of a day in a zone, else the patient's; the first one where the clocks jump."""
        wall, zone = dt.datetime.combine(day, dt.time(hour)), zone or self.zone
        early = [wall.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC) for fold in (0, 1)]
        exists = [each for each in early if each.astimezone(zone).replace(tzinfo=None) == wall]
        return min(exists) if exists else max(early)

    def verdict(self):
        """(verdict, reasons, until when): what is grave decides before what staff can mend, that before what waits."""
        outcomes = {TABLE[code][1] for code in self.found if code != "EXPIRED_BEFORE_WINDOW"}
        reasons = set(self.found)
        if "suppress" in outcomes or "EXPIRED_BEFORE_WINDOW" in reasons:
            late = self.is_late() and "suppress" not in outcomes and "human" not in outcomes
            return "suppress", reasons | ({"EXPIRED_BEFORE_WINDOW"} if late else set()), None
        if "human" in outcomes:
            return "human-task", reasons, None
        if self.is_late():
            return "suppress", reasons | {"EXPIRED_BEFORE_WINDOW"}, None
        waits = [moment for moment in self.found.values() if moment is not None]
        return ("defer", reasons, max(waits)) if waits else ("allow", reasons, None)

    def is_late(self):
        useful, waits = self.useful_until(), [moment for moment in self.found.values() if moment is not None]
        return bool(useful and waits and max(waits) > useful)


def ladder(case):
    """The media of a case, the best first."""
    return ["email" if word == "preferred" else word for word in RUNGS[case["ladder"]] or ("sms", "email")]


def decide(case):
    """Channel → its verdict, and what follows for the message: its status and channel."""
    judged = {CHANNELS[medium]: Channel(case, medium).judge() for medium in ladder(case)}
    allowed = [channel for channel, (verdict, *_) in judged.items() if verdict == "allow"]
    for channel in allowed[1:]:
        judged[channel] = ("passed-over", set(), None)
    waits = min((until for verdict, _, until in judged.values() if verdict == "defer"), default=None)
    if allowed:
        return judged, ("released", allowed[0], None)
    return judged, ("held" if waits is None else "planned", None, waits)
