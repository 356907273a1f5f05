"""Writes the cases of `pairwise_cases` into the store: a patient and a message each, as people and journeys do."""

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

from journeys.contact.accounts.health import FAILURES
from journeys.foundation.calendars import BusinessCalendar
from journeys.store.access import Appointment
from journeys.store.channel_accounts import ChannelAccount, ChannelState
from journeys.store.contact_marks import ContactMark
from journeys.store.enrolments import Enrolment
from journeys.store.journey_groups import JourneyGroup
from journeys.store.people import PatientAddress, RelatedPerson
from journeys.store.plans import CarePlan, CarePlanActivity
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from journeys.store.text_registrations import TextRegistration
from tests import make as a
from tests.make import an_act
from tests.unit.contact.pairwise_cases import DOWN_UNTIL, GIVERS, MOMENTS, RUNGS, SENT, STATEMENTS
from tests.unit.contact.pairwise_tables import IN_USE, zones_of

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
FIRST_OF_MARCH = dt.date(2026, 3, 1)
ASKED_BEFORE = 2 * HOUR
"""How long before the decision each message was asked for."""

ZONES = {"New York": "America/New_York", "Honolulu": "Pacific/Honolulu", "Kolkata": "Asia/Kolkata"}
PERSONS = {"dead": {"deceased": True}, "test": {"is_test": True}, "gone": {"active": False}}
NUMBERS = {
    "usable": ({},),
    "none": (),
    "landline": ({"line": "landline"},),
    "shared": ({"shared": True},),
    "a bad and a good one": ({"status": "bounced"}, {}),
    "an unverified and a good one": ({"status": "unverified"}, {}),
    "one of once": ({"valid_until": dt.datetime(2026, 3, 1, tzinfo=dt.UTC)},),
    "a landline and a mobile": ({"line": "landline"}, {"line": "mobile", "use": "mobile"}),
}
ADDRESSES = {"usable": ({},), "none": (), "bounced": ({"status": "bounced"},), "shared": ({"shared": True},)}
MARKS = {
    ("hold", "legal"): ("legal-hold", {}),
    ("hold", "restricted"): ("processing-restricted", {}),
    ("hold", "legal, ended"): ("legal-hold", {"until_at": -DAY}),
    ("hold", "legal, from tomorrow"): ("legal-hold", {"from_at": DAY}),
    ("care", "confidential"): ("confidential-service", {}),
    ("confirmation", "awaited"): ("double-opt-in-pending", {"purpose": "this"}),
    ("confirmation", "awaited for something else"): ("double-opt-in-pending", {"purpose": "other"}),
    ("objection", "made"): ("objection", {}),
    ("objection", "about e-mail"): ("objection", {"channel": "email"}),
    ("complaint", "about texts"): ("complaint", {"channel": "sms"}),
    ("complaint", "about e-mail"): ("complaint", {"channel": "email"}),
    ("block", "of texts"): ("provider-block", {"channel": "sms"}),
    ("restriction", "agreed"): ("disclosure-restricted", {}),
    ("restriction", "of something else"): ("disclosure-restricted", {"purpose": "other"}),
    ("substances", "treated"): ("part-2-record", {}),
    ("substances", "treated and agreed"): ("part-2-record", {}),
    ("open letters", "accepted"): ("unencrypted-accepted", {}),
    ("authorisation", "given"): ("hipaa-authorization", {}),
    ("authorisation", "ended"): ("hipaa-authorization", {"until_at": -DAY}),
    ("talk", "open"): ("conversation", {}),
    ("talk", "for two hours"): ("conversation", {"until_at": 2 * HOUR}),
    ("talk", "ended"): ("conversation", {"until_at": -HOUR}),
}
CARRIERS = {
    "well": {},
    "stopped": {"stopped_at": min(MOMENTS.values()), "stopped_by": "user:ana"},
    "down": {"failures": FAILURES, "open_until": DOWN_UNTIL},
    "without a template": {},
}
"""State of the accounts that serve a patient's branch → what is kept of them."""

REGISTERS = {"asked": (10, None), "never asked": (None, None), "asked long ago": (40, None)}
NAMED = {"national": (10, "dnc-national"), "of the state": (10, "dnc-state"), "India": (10, "dnd")}


def other_than(purpose):
    return "promotional" if purpose == "care" else "care"


class Writing:
    """Writes cases into one session; what many share (templates, branches, journeys) is made once."""

    def __init__(self, session):
        self.session = session
        self.templates = {}
        self.branches = {}
        self.journeys = self.two_journeys()
        self.numbers = itertools.count(1)

    def case(self, case):
        """The id of the case's message."""
        now = MOMENTS[case["moment"]]
        patient = self.patient(case, now)
        telecoms = self.telecoms(patient, case)
        merged = a.person(self.session, sms=None, merged_into_id=patient.id, active=False)
        self.mark_all(case, now, patient, merged, telecoms)
        self.say_all(case, now, patient, merged)
        version = self.version(case)
        message = self.message(case, now, patient, version)
        self.send_before(case, now, patient, version, message)
        return message.id

    def patient(self, case, now):
        zone, facts = case["zone"], PERSONS.get(case["person"], {})
        at = self.branch("New York" if zone == "the branch's" else "", case["closed"], case["carrier"])
        if case["person"] == "merged":
            facts = {"merged_into_id": a.person(self.session, sms=None).id}
        facts = {**facts, "birth_date": self.birth_date(case, now), "time_zone": ZONES.get(zone)}
        patient = a.person(self.session, sms=None, at=at, **facts)
        if case["place"]:
            country, _, state = case["place"].partition("-")
            home = {"use": "home", "text": "1 Main St", "country": country, "state": state or None}
            self.session.add(PatientAddress(patient_id=patient.id, **home))
        if case["age"] in ("a child with a guardian", "a guardian of once"):
            until = {"until_on": (now - 3 * DAY).date()} if case["age"] == "a guardian of once" else {}
            self.session.add(RelatedPerson(patient_id=patient.id, authority="decides", **until))
        return patient

    def birth_date(self, case, now):
        today = now.astimezone(ZoneInfo(next(iter(zones_of(case, now)), "UTC"))).date()
        of_age = {"of age today": today, "tomorrow": today + DAY}
        if case["age"] in of_age:
            return of_age[case["age"]].replace(year=today.year - 18)
        return {"grown": dt.date(1960, 5, 5), "unknown": None}.get(case["age"], dt.date(2015, 5, 5))

    def branch(self, zone, closed, carrier):
        if (zone, closed, carrier) not in self.branches:
            number = len(self.branches)
            days = [str(moment.date() + more * DAY) for moment in MOMENTS.values() for more in (-1, 0, 1)]
            hours = {"slug": f"hours-{number}", "name": {"en": "Hours"}, "zone": "America/New_York", "hours": {}}
            calendar = BusinessCalendar(**hours, closed_days=sorted(set(days)) if closed == "today" else [])
            facts = {"calendar_id": a.added(self.session, calendar).id, "time_zone": ZONES.get(zone)}
            self.branches[zone, closed, carrier] = a.branch(self.session, f"branch-{number}", **facts)
        return self.branches[zone, closed, carrier]

    def carriers(self):
        """An account of each channel for the branches of each state; that of the last has a template, but for one."""
        for (state, facts), kind in itertools.product(CARRIERS.items(), IN_USE):
            slug = f"{kind}-{state.replace(' ', '-')}"
            branches = [branch.id for (*_, carrier), branch in self.branches.items() if carrier == state]
            settings = {} if state == "without a template" else {"template": "greeting"}
            account = {"slug": slug, "kind": kind, "name": slug, "branches": branches, "settings": settings}
            self.session.add(ChannelAccount(**account))
            self.session.add(ChannelState(channel=slug, **facts))

    def telecoms(self, patient, case):
        """The patient's telephone numbers; there is an e-mail address besides."""
        for facts in ADDRESSES[case["address"]]:
            a.telecom(self.session, patient, "email", f"ada{next(self.numbers)}@example.org", **facts)
        of_number = NUMBERS.get(case["number"], ({"status": case["number"]},))
        return [
            a.telecom(self.session, patient, "sms", f"+1212555{next(self.numbers):04}", **facts) for facts in of_number
        ]

    def mark_all(self, case, now, patient, merged, telecoms):
        for (name, state), (kind, facts) in MARKS.items():
            if case[name] == state:
                self.mark(case, now, patient, kind, **facts)
        if case["hold"] == "legal, of the merged record":
            self.mark(case, now, merged, "legal-hold")
        if case["substances"] == "treated and agreed":
            self.mark(case, now, patient, "part-2-consent")
        days, register = {**REGISTERS, **NAMED}[case["registers"]]
        for telecom in telecoms:
            about = {"telecom_id": telecom.id}
            if days:
                self.mark(case, now, patient, "registers-checked", from_at=-days * DAY, **about)
            if register:
                self.mark(case, now, patient, register, **about)
            if case["only"] == "here":
                self.mark(case, now, patient, "only-here", **about)
        if case["only"] == "elsewhere":
            gone = a.telecom(self.session, patient, "sms", "+12125559999", valid_until=now - DAY)
            self.mark(case, now, patient, "only-here", telecom_id=gone.id)

    def mark(self, case, now, patient, kind, purpose=None, from_at=-50 * DAY, until_at=None, **facts):
        about = {"this": case["purpose"], "other": other_than(case["purpose"])}.get(purpose)
        times = {"from_at": now + from_at, "until_at": None if until_at is None else now + until_at}
        common = {"patient_id": patient.id, "kind": kind, "source": "form", "recorded_by": "test:maker"}
        self.session.add(ContactMark(**common, **times, purpose=about, **facts))

    def say_all(self, case, now, patient, merged):
        for said in STATEMENTS[case["said"]]:
            about = {"this": case["purpose"], "other": other_than(case["purpose"])}.get(said.purpose)
            times = {"from_at": now - said.since * DAY, "until_at": now - said.ended * DAY if said.ended else None}
            facts = {"purpose": about, "channel": said.medium, "source": said.source, **times}
            if said.giver:
                authority, ended = GIVERS[said.giver]
                until = {"until_on": (now - ended * DAY - DAY).date()} if ended else {}
                giver = RelatedPerson(patient_id=patient.id, authority=authority, **until)
                facts["related_person_id"] = a.added(self.session, giver).id
            a.consent(self.session, merged if said.is_of_merged else patient, said.decision, **facts)

    def version(self, case):
        """The version of a template as the case wants it, None where there is none."""
        words = case["words"]
        if words in ("none", "its own"):
            return None
        purpose = other_than(case["purpose"]) if words == "of another purpose" else case["purpose"]
        key = (words, purpose, case["level"], case["registered"])
        if key not in self.templates:
            text = {"subject": "x", "body": "x"}
            texts = {"hi": text} if words in ("of another language", "with a fallback") else {"en": text}
            more = {"fallback": "hi"} if words == "with a fallback" else {}
            slug = f"words-{len(self.templates)}"
            content = {"purpose": purpose, "content_level": case["level"], "texts": texts, **more}
            self.templates[key] = a.template(self.session, slug, **content)
            self.register(self.templates[key], next(iter(texts)), case["registered"])
        return self.templates[key]

    def register(self, version, language, states):
        """What the networks said of a text, one statement after the other."""
        if states == "never asked":
            return
        for medium, state in itertools.product(("sms", "whatsapp"), states.split(", then ")):
            about = {"version_id": version, "language": language, "medium": medium, "said_on": FIRST_OF_MARCH}
            made = {"recorded_at": min(MOMENTS.values()) - DAY, "recorded_by": "user:ana"}
            self.session.add(TextRegistration(**about, **made, state=state, number="1107160000000000123"))
        self.session.flush()

    def message(self, case, now, patient, version):
        asked = {"purpose": case["purpose"], "planned_at": now - ASKED_BEFORE, "not_before": now}
        useful = {"until an hour ago": -HOUR, "for an hour": HOUR, "for three days": 3 * DAY}.get(case["useful"])
        asked["useful_until"] = None if useful is None else now + useful
        asked["channels"] = list(RUNGS[case["ladder"]])
        if case["words"] == "its own":
            asked["body"] = "x"
        if case["ladder"] == "what is preferred":
            patient.preferred_channel = "email"
        message = a.message(self.session, patient, version, **asked)
        self.be_about(case, now, message)
        self.enrol(case, now, message)
        if case["wrote"] != "never":
            ago = DAY - dt.timedelta(seconds=1) if case["wrote"].startswith("a second") else DAY
            came = {"direction": "inbound", "status": "received", "channel": "whatsapp_cloud"}
            a.message(self.session, patient, None, planned_at=now - ago, **came)
        if case["rival"] != "none":
            waits = {"in two days": 2 * DAY}.get(case["rival"], HOUR)
            reasons = ["JOURNEY_ON_HOLD"] if case["rival"] == "on hold" else []
            rival = {"priority": 90, "not_before": now + waits, "planned_at": now - ASKED_BEFORE, "reasons": reasons}
            a.message(self.session, patient, None, **rival)
        return message

    def be_about(self, case, now, message):
        about, kind = case["about"], "referral"
        if about.startswith("a visit"):
            kind, message.focus_id = "appointment", self.visit(about, now, message).id
        elif about.startswith("a thing"):
            plan = {"patient_id": message.patient_id, "status": "active"}
            plan = a.added(self.session, CarePlan(**plan))
            status = "completed" if about == "a thing done" else "scheduled"
            thing = {"patient_id": message.patient_id, "care_plan_id": plan.id, "position": 1, "status": status}
            kind, message.focus_id = "care_plan_activity", a.added(self.session, CarePlanActivity(**thing)).id
        else:
            message.focus_id = 7
        message.focus_kind = kind
        if about == "what was asked again":
            again = {"focus_kind": kind, "focus_id": 7, "priority": 1, "not_before": now + 300 * DAY}
            patient = self.session.get_one(a.Patient, message.patient_id)
            a.message(self.session, patient, message.template_version_id, planned_at=now - HOUR, **again)

    def visit(self, about, now, message):
        facts = {"status": "booked", "start_at": now + 3 * DAY}
        if about == "a visit that has begun":
            facts["start_at"] = now - HOUR
        if about.startswith("a visit cancelled"):
            facts |= {"status": "cancelled", "cancelled_at": now - (HOUR if about.endswith("since") else DAY)}
        if about == "a visit confirmed since":
            facts["confirmed_at"] = now - HOUR
        return a.added(self.session, Appointment(patient_id=message.patient_id, **facts))

    def enrol(self, case, now, message):
        """Into a journey; an answered question is one of a journey always."""
        if case["journey"] == "none" and case["about"] != "a question answered":
            return
        low, high = self.journeys
        status = {"on hold": "on-hold", "left": "revoked"}.get(case["journey"], "active")
        message.enrolment_id = self.enrolment(now, message, low, status).id
        message.step, message.visit = "send", 1
        if case["journey"] == "of lower priority":
            self.enrolment(now, message, high, "active")
        if case["about"] == "a question answered":
            question = {"enrolment_id": message.enrolment_id, "step": "ask", "visit": 1}
            times = {"planned_at": now - 40 * DAY, "sent_at": now - 40 * DAY, "answered_at": now - HOUR}
            patient = self.session.get_one(a.Patient, message.patient_id)
            sent = {"status": "delivered", "channel": "phone_simulator", **question, **times}
            message.reminds_id = a.message(self.session, patient, None, **sent).id

    def enrolment(self, now, message, version, status):
        common = {"definition_id": version.definition_id, "version_id": version.id, "patient_id": message.patient_id}
        times = {"entered_at": now - DAY, "step_entered_at": now - DAY, "entered_by": "test"}
        if status == "revoked":
            times |= {"ended_at": now - HOUR, "ended_reason": "exit"}
        step = None if status == "revoked" else "send"
        row = Enrolment(**common, **times, lane=message.lane, status=status, step=step)
        return a.added(self.session, row)

    def two_journeys(self):
        versions = []
        for priority, slug in ((10, "low"), (20, "high")):
            journey = save_draft(self.session, an_act(), "journey", slug, {"en": slug}, {"format": 1})
            versions.append(write_version(self.session, an_act(), journey))
            self.session.add(JourneyGroup(version_id=versions[-1].id, name="one-voice", priority=priority))
        return versions

    def send_before(self, case, now, patient, version, message):
        for sent in SENT[case["sent"]]:
            at = now - sent.hours * HOUR
            facts = {"status": "delivered", "channel": "email", "purpose": sent.purpose, "planned_at": at}
            facts |= {"sent_at": at, "counted_at": at}
            if sent.same_thing:
                facts |= {"focus_kind": message.focus_kind, "focus_id": message.focus_id}
            a.message(self.session, patient, version if sent.same_words else None, **facts)


def write(session, cases):
    """Message → its case."""
    writing = Writing(session)
    of_message = {writing.case(case): case for case in cases}
    writing.carriers()
    return of_message
