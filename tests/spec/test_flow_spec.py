"""Golden cases of every step, check and reaction. No cases, no pass.

flow.steps/<name>.yaml: a journey of one step, called `step`, whose every port leads to an end of the port's name.

    cases:
      - name: …
        config: {…}
        problems: ["config.for: …"]      what is wrong with it; nothing is played then
        ports: [next]
        says: …                          the sentence in English
        focus: appointment               the record the journey is about, let in by `patient.changed`… see `head`
        head: {…}                        other parts of the journey
        fields: [{…}]                    custom fields of patients in force
        before: {…}                      steps that come before it, the first of which the journey starts with
        others: {slug: {steps: …, …}}    journeys that are in force besides
        now: 2026-03-03 17:00            UTC; noon of a Tuesday in New York unless said
        play: […]                        lines as in `tests.unit.flow.rehearsal.Play`

flow.reactions/<name>.yaml: cases with `journey` (or none) and `play`.
flow.checks/<name>.yaml: `catalogue` and cases with `journey` (without its head, if one likes), `problems`, in order,
and `proofs`, the way of each: `one by next → pause by next → two after 2 days, 0:00:00`; a step of another journey has
its slug before it: `other one`.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from journeys.contact.deciding.ladder import spoken
from journeys.contact.rules.consent import Unasked
from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.facts import FieldInRules
from journeys.flow.checks import CHECKS
from journeys.flow.proving.checking import steps_written
from journeys.flow.reactions import REACTIONS
from journeys.flow.steps import STEPS
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import parse
from journeys.flow.text.shapes import as_json, read_shape
from journeys.flow.words.reader import Reader
from journeys.foundation import database as connections
from journeys.foundation.acting import House
from journeys.foundation.errors import Problem
from tests.servers import Cluster
from tests.unit.flow.clinic import START, a_journey, furnish
from tests.unit.flow.rehearsal import Play, Rehearsal, in_utc

HERE = Path(__file__).parent
NOTHING = Catalogue()


def cases_of(folder: str) -> list[Any]:
    """Every case of a folder, as a parameter called file: name."""
    found = []
    for file in sorted((HERE / folder).glob("*.yaml")):
        content = yaml.safe_load(file.read_text())
        shared = {key: value for key, value in content.items() if key != "cases"}
        for case in content["cases"]:
            found.append(pytest.param(file.stem, {**shared, **case}, id=f"{file.stem}: {case['name']}"))
    return found


def names_in(folder: str) -> set[str]:
    return {file.stem for file in (HERE / folder).glob("*.yaml")}


@pytest.mark.parametrize(
    ("folder", "registry"), [("flow.steps", STEPS), ("flow.checks", CHECKS), ("flow.reactions", REACTIONS)]
)
def test_every_capability_has_its_cases_and_every_case_its_capability(folder, registry):
    assert names_in(folder) == set(registry)


@pytest.fixture(scope="module")
def engine(cluster: Cluster) -> Iterator[Engine]:
    """One furnished database for all cases: none of them commits."""
    fresh = cluster.new()
    engine = connections.connect(fresh.url, connections.WORKER)
    with Session(engine, expire_on_commit=False) as session, session.begin():
        rehearse(session).do(furnish)
    yield engine
    engine.dispose()
    cluster.drop(fresh)


def rehearse(session: Session, now: dt.datetime = START) -> Rehearsal:
    made = connections.sessions(session.get_bind())
    return Rehearsal(made, House(made), now=now, session=session)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as session:
        yield session
        session.rollback()


def publish_others(clinic: Rehearsal, case: dict[str, Any]) -> None:
    """The journeys that are in force besides."""
    for slug, other in case.get("others", {}).items():
        clinic.publish(a_journey(**other), slug)


@pytest.mark.store
@pytest.mark.parametrize(("name", "case"), cases_of("flow.steps"))
def test_step(name, case, session):
    step, problems = read_shape(STEPS[name], case["config"], "config")
    focus = case.get("head", {}).get("focus")
    if step is not None:
        problems += step.problems("config", replace(NOTHING, focus=focus))
    assert [str(problem) for problem in problems] == case.get("problems", [])
    if problems:
        return
    assert read_shape(STEPS[name], as_json(step), "config") == (step, [])
    if "ports" in case:
        assert list(step.ports()) == case["ports"]
    if "says" in case:
        assert step.sentence(Reader(focus=focus)) == case["says"]
    clinic = rehearse(session, in_utc(case.get("now", START)))
    publish_others(clinic, case)
    for content in case.get("fields", []):
        Play(clinic).field(content)
    ends = {port: {"type": "end", "config": {"reason": port}} for port in step.ports()}
    following = {"next": {port: port for port in step.ports()}} if ends else {}
    steps = {**case.get("before", {}), "step": {"type": name, "config": case["config"], **following}, **ends}
    clinic.publish(a_journey(steps, **case.get("head", {})))
    Play(clinic).play(case.get("play", []))


@pytest.mark.store
@pytest.mark.parametrize(("name", "case"), cases_of("flow.reactions"))
def test_reaction(name, case, session):
    clinic = rehearse(session)
    publish_others(clinic, case)
    if "journey" in case:
        clinic.publish(a_journey(case["journey"], **case.get("head", {})))
    Play(clinic).play(case["play"])


@pytest.mark.parametrize(("name", "case"), cases_of("flow.checks"))
def test_check(name, case):
    given = case.get("catalogue", {})
    catalogue = Catalogue(
        outdated=given.get("outdated", {}),
        templates=given.get("templates", {}),
        segments=given.get("segments", {}),
        journeys=given.get("journeys", {}),
        forms=frozenset(given.get("forms", [])),
        journey=given.get("journey"),
        queues=frozenset(given.get("queues", [])),
        connections=frozenset(given.get("connections", [])),
        stages=frozenset(given.get("stages", [])),
        languages=tuple(given.get("languages", ["en"])),
        unasked=Unasked(tuple(given.get("without_asking", ["transactional"]))),
        custom={slug: FieldInRules(CustomField(slug, content)) for slug, content in given.get("custom", {}).items()},
    )
    written = case["journey"]
    content = written if "steps" in written else a_journey(written, **case.get("head", {}))
    head, nodes, _ = parse(content)
    about = replace(catalogue, focus=head.focus)
    found = list(CHECKS[name]().look(head, nodes, frozenset(steps_written(content)), about))
    # a channel is one file: a case that lists all of them does not change with it
    expected = [each.replace("{channels}", ", ".join(sorted(spoken()))) for each in case["problems"]]
    assert [str(problem) for problem in found] == expected
    assert [way_of(problem) for problem in found if problem.path] == case.get("proofs", [])


def way_of(problem: Problem) -> str:
    """The way that proves a problem, as cases write it."""
    return " → ".join(
        (f"{each.journey} " if each.journey else "")
        + each.step
        + (f" by {each.port}" if each.port else "")
        + (f" after {each.after}" if each.after else "")
        for each in problem.path
    )
