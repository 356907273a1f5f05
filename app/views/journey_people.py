"""Who goes through journeys: the figures of one journey, and every journey of one patient with what comes next."""

import datetime as dt
import uuid
from typing import Any

from flask import request, url_for
from flask_babel import format_datetime, format_percent, gettext

from app.base import Column, Screen, allowed, clock, expose, perform, reading, say, say_texts
from app.views.event_words import ending_words, event_words, failure_words, length
from app.views.journey_words import ways_of
from app.views.messages import STATES as MESSAGE_STATES
from journeys.contact.deciding.reasons import TAKEN_BACK
from journeys.contact.ledger.ledger import in_words
from journeys.flow.seeing.funnel import LEFT_FOR_GOOD, Ended, Funnel, StepFlow, funnel
from journeys.flow.seeing.patient_journeys import InJourney, Inside, Left, Outside, patient_journeys
from journeys.flow.text.definition import Ending, Journey, Node
from journeys.flow.words.entry_words import entry_words, schedule_words
from journeys.flow.words.names import ENDINGS, Names, read_names
from journeys.flow.words.reader import Reader
from journeys.flow.words.way_words import SayWay
from journeys.foundation.words import N_
from journeys.store.contact import Message
from journeys.store.putting_in_force.definitions import STAGE, live_versions

LENGTHS = {"30": N_("30 days"), "90": N_("90 days"), "365": N_("A year")}
"""How far back the figures look → in words."""

STEP_COLUMNS = (
    Column(N_("Step"), "name"),
    Column(N_("Came here"), "entered", kind="number"),
    Column(N_("Here now"), "standing", kind="number"),
    Column(N_("Left by"), "left"),
    Column(N_("Half of them wait longer than"), "median"),
    Column(N_("Longest wait"), "longest"),
    Column(N_("Usual stay"), "usual"),
)
STAGE_COLUMNS = (
    Column(N_("Stage"), "name"),
    Column(N_("Came here"), "entered", kind="number"),
    Column(N_("Here now"), "standing", kind="number"),
)
ENDED_COLUMNS = (
    Column(N_("Why they ended"), "name"),
    Column(N_("How"), "kind", kind="chip", chip=lambda kind: ENDED_CHIPS[kind]),
    Column(N_("Patients"), "count", kind="number"),
    Column(N_("Of all"), "share"),
)
ENDED_CHIPS = {
    "goal": ("good", "goal", N_("Goal reached")),
    "exit": ("", "sign-out", N_("Left early")),
    "end": ("", "check", N_("End of a way")),
    "": ("warning", "alert", N_("Taken out")),
}


SKIPPED = ("", "minus", N_("Skipped"))


class JourneyPeople(Screen):
    """The figures of a journey, and the journeys of a patient."""

    name = "journey-people"
    default_view = "of_patient"

    def __init__(self) -> None:
        """Stand among the addresses of journeys."""
        super().__init__()
        self.route_base = "/journeys"

    @expose("/<slug>/people")
    @allowed("read")
    def people(self, slug: str) -> tuple[str, int]:
        """The funnel, why patients ended, where they wait; of one version or of all."""
        days = request.args.get("days", "90")
        days = days if days in LENGTHS else "90"
        typed = request.args.get("version", "")
        asked = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else None
        found = perform(funnel, slug, clock.now() - dt.timedelta(days=int(days)), asked)
        with reading() as (session, _act):
            ways = ways_of(read_names(session), {"steps": found.written})
        here = {"slug": slug, "days": days, "version": found.number}
        every = [(gettext("Every version"), self.address("people", **{**here, "version": None}), None)]
        versions = [
            (gettext("Version %(number)s", number=number), self.address("people", **{**here, "version": number}), None)
            for number in found.numbers
        ]
        return self.page(
            "journey-people/people.html",
            found=found,
            slug=slug,
            tabs=every + versions[:6],
            current=self.address("people", **here),
            lengths=[(say(words), self.address("people", **{**here, "days": key})) for key, words in LENGTHS.items()],
            step_columns=STEP_COLUMNS,
            steps=[step_row(step, ways) for step in found.steps],
            stage_columns=STAGE_COLUMNS,
            stages=stage_rows(found),
            ended_columns=ENDED_COLUMNS,
            ended=[ended_row(each, found.left) for each in found.ended],
        )

    @expose("/of/<uuid:uid>")
    @allowed("patient")
    def of_patient(self, uid: uuid.UUID) -> tuple[str, int]:
        """Every journey of a patient: in it, left, held from, never entered; and what comes next."""
        found = perform(patient_journeys, uid)
        with reading() as (session, _act):
            names = read_names(session)
        return self.page(
            "journey-people/of_patient.html",
            patient=found.patient,
            inside=[inside_row(each, names) for each in found.inside],
            left=[left_row(each, names) for each in found.left],
            held=[outside_row(each, uid, names) for each in found.outside if each.why.is_chosen],
            never=[outside_row(each, uid, names) for each in found.outside if not each.why.is_chosen],
            has_more=found.has_more,
        )


def step_row(step: StepFlow, ways: SayWay) -> dict[str, Any]:
    """One step of the funnel."""
    left = sorted(step.left.items(), key=lambda pair: -pair[1])
    return {
        "name": say_texts(step.name) or step.step_id,
        "entered": step.entered,
        "standing": step.standing,
        "left": "; ".join(f"{way_left(step.step_id, port, ways)}: {count}" for port, count in left),
        "median": length(step.median),
        "longest": length(step.longest),
        "usual": length(step.usual),
    }


def way_left(step_id: str, port: str, ways: SayWay) -> str:
    """A way out of a step; LEFT_FOR_GOOD is what goals, exits and ends are together."""
    return gettext("Ended there") if port == LEFT_FOR_GOOD else ways(step_id, port)


def stage_rows(found: Funnel) -> list[dict[str, Any]]:
    """The stages with their names."""
    with reading() as (session, _act):
        names = {slug: version.content["name"] for slug, version in live_versions(session, STAGE).items()}
    return [
        {"name": say_texts(names.get(each.stage)) or each.stage, "entered": each.entered, "standing": each.standing}
        for each in found.stages
    ]


def ended_row(each: Ended, total: int) -> dict[str, Any]:
    """One reason with its share of all that ended."""
    return {
        "name": say_texts(each.name) if each.name else ending_words(each.code),
        "kind": each.kind,
        "count": each.count,
        "share": format_percent(each.count / total),
    }


def inside_row(each: Inside, called: Names) -> dict[str, Any]:
    """A journey that goes on: where the patient stands, what it waits for, where each way leads."""
    enrolment, here = each.enrolment, each.enrolment.step or ""
    about = reader_of(each, called)
    ways = ways_of(called, {"steps": each.journey.head.steps})
    return {
        **common(each, about),
        "stage": about.named(STAGE, enrolment.stage) if enrolment.stage else "",
        "step": say_texts(each.node.name) if each.node else here,
        "sentence": sentence(each.node, about),
        "since": enrolment.step_entered_at,
        "is_on_hold": enrolment.status == "on-hold",
        "failed": failure_words(each.failed) if each.failed else "",
        "due_at": enrolment.due_at,
        "is_due": enrolment.due_at is not None and enrolment.due_at <= clock.now(),
        "waits_for": [event_words(kind) for kind in enrolment.waits_for or ()],
        "ways": [(ways(here, port), say_texts(to.name), sentence(to, about)) for port, to in each.ways if to],
        "messages": [message_row(message, each.journey) for message in each.messages],
        "tasks": [(say_texts(task.title), task.due_at, url_for("today.show", uid=task.uid)) for task in each.tasks],
        "member_since": each.member_since,
        "goals": [ending_row(ending, about) for purpose, _p, ending in each.journey.endings() if purpose == "goal"],
        "exits": [ending_row(ending, about) for purpose, _p, ending in each.journey.endings() if purpose == "exit"],
    }


def reader_of(each: InJourney | Outside, names: Names) -> Reader:
    """Who reads a version: its rules with the names that it was published with, all else as it is called now."""
    return Reader(gettext, say_texts, each.journey.head.focus, each.known, names)


def common(each: InJourney, reader: Reader) -> dict[str, Any]:
    """What every enrolment says: the journey, its version, when and by which entry it began."""
    return {
        "name": say_texts(each.journey.head.name),
        "slug": each.slug,
        "number": each.number,
        "is_older": each.live is not None and each.live != each.number,
        "entered_at": each.enrolment.entered_at,
        **entry_of(each.journey, reader),
    }


def entry_of(journey: Journey, reader: Reader) -> dict[str, Any]:
    """Who comes in, in words; the segment whose why can be asked, if it is one."""
    entry = journey.head.entry
    if entry.segment is not None:
        rule = reader.known.segments.get(entry.segment)
        who = reader.rule(rule) if rule else entry.segment
        when = f"{schedule_words(entry.schedule, reader)}: " if entry.schedule is not None else ""
        return {"segment": entry.segment, "entry": f"{when}{who}"}
    if entry.event is not None:
        return {"segment": None, "entry": event_words(entry.event)}
    return {"segment": None, "entry": entry_words(entry, reader)}


def sentence(node: Node | None, reader: Reader) -> str:
    """What a step does."""
    return node.step.sentence(reader) if node is not None else ""


def ending_row(ending: Ending, reader: Reader) -> tuple[str, str]:
    """(name, what meets it) of a goal or an exit."""
    how = reader.rule(ending.rule) if ending.rule is not None else event_words(ending.event or "")
    return say_texts(ending.name), how


def message_row(message: Message, journey: Journey) -> dict[str, Any]:
    """One message that has not gone: its state, why, and when it may go at the earliest."""
    node = journey.nodes.get(message.step or "")
    return {
        "step": say_texts(node.name) if node else message.step,
        "state": SKIPPED if is_taken_back(message) else MESSAGE_STATES[message.status],
        "reasons": [say(why.words.says) if why.words else why.code for why in in_words(message.reasons)],
        "earliest": message.not_before if message.status == "planned" else None,
        "until": message.useful_until,
    }


def is_taken_back(message: Message) -> bool:
    """Whether its journey or a person wanted it no more, as the contact ledger counts it."""
    return message.status == "held" and message.reasons[0] in TAKEN_BACK


def left_row(each: Left, names: Names) -> dict[str, Any]:
    """A journey that ended: by which rule or event, and when."""
    reason = each.enrolment.ended_reason or ""
    about = reader_of(each, names)
    name, how = ending_row(each.ending, about) if each.ending is not None else (end_words(each.journey, reason), "")
    kind = each.kind or ("end" if each.enrolment.status == "completed" else "")
    return {
        **common(each, about),
        "ended_at": each.enrolment.ended_at,
        "chip": ENDED_CHIPS[kind],
        "ending": name,
        "how": how,
        "happened": event_words(each.event.kind) if each.event is not None else "",
        "happened_at": each.event.at if each.event is not None else None,
        "code": (each.event.code or "") if each.event is not None else "",
    }


def end_words(journey: Journey, reason: str) -> str:
    """Why somebody ended whom neither goal nor exit took out: as Waymark says it, else as the end is called."""
    name = None if reason in ENDINGS else journey.name_of_end(reason)
    return say_texts(name) if name else ending_words(reason)


def outside_row(each: Outside, uid: uuid.UUID, names: Names) -> dict[str, Any]:
    """A journey in force in which the patient is not."""
    entry = entry_of(each.journey, reader_of(each, names))
    segment = entry["segment"]
    return {
        "name": say_texts(each.journey.head.name),
        "slug": each.slug,
        "number": each.number,
        **entry,
        "why": url_for("why.show", slug=segment, uid=uid) if segment else "",
        "reasons": [say(words, spoken(data)) for words, data in each.why.reasons],
    }


def spoken(data: Any) -> dict[str, Any]:
    """The values of a text's places: those in several languages in the reader's, moments by their clock."""
    return {key: spoken_value(value) for key, value in data.items()}


def spoken_value(value: Any) -> Any:
    """One of them."""
    if isinstance(value, dict):
        return say_texts(value)
    return format_datetime(value, "medium") if isinstance(value, dt.datetime) else value
