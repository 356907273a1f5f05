"""Judges a pack whole: its manifest, every definition as its own room judges it, and every life."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from journeys.access.risk.points import KEYS as POINT_KEYS
from journeys.access.risk.points import SLUG as ATTENDANCE_RISK
from journeys.access.risk.points import point_problems
from journeys.care.guidelines.check import UNKNOWN_QUEUE as GUIDELINE_QUEUE
from journeys.care.guidelines.check import Around, guideline_problems
from journeys.care.record.check_layout import layout_problems
from journeys.care.record.layout import SLUG as RECORD_LAYOUT
from journeys.contact.deciding import rule_set
from journeys.contact.forms.check import form_problems
from journeys.contact.forms.content import may_be_asked
from journeys.contact.rule_drafts.rule_problems import NO_SEGMENT, unknown
from journeys.contact.texts import templates
from journeys.contact.texts.custom_fields import with_custom
from journeys.contact.texts.template_problems import wording_problems
from journeys.contact.texts.wordings import Wording, as_wording, written_out
from journeys.contact.texts.worst_case import Fields
from journeys.criteria.check import problems as rule_problems
from journeys.criteria.custom.check import field_problems
from journeys.criteria.custom.drafted import drafted_fields
from journeys.criteria.known import ValueSet
from journeys.criteria.publish_segment import segment_problems
from journeys.criteria.value_sets.change import codes_of
from journeys.criteria.value_sets.check import value_set_problems
from journeys.desk.complaints.check import policy_problems
from journeys.desk.complaints.policy import SLUG as COMPLAINTS
from journeys.desk.reasons.check import reason_problems
from journeys.desk.reasons.reason import SLUG as CONTACT_REASONS
from journeys.flow.checks.unknown_connection import UNKNOWN as UNKNOWN_CONNECTION
from journeys.flow.checks.unknown_queue import UNKNOWN as UNKNOWN_QUEUE
from journeys.flow.packs.lives.life import life_problems
from journeys.flow.packs.pack import FOLDERS, FORMAT, MANIFEST, TESTS, Content, Pack, path_of
from journeys.flow.proving.checking import problems_of
from journeys.flow.text.catalogue import Catalogue
from journeys.foundation.errors import Problem
from journeys.foundation.ids import is_slug
from journeys.foundation.words import N_
from journeys.work.clocks.check import NO_QUEUE, clock_problems

MANIFEST_KEYS = ("format", "name", "description", "needs")
STAGE_KEYS = ("format", "name", "position")

SOUND_RULE = {"field": "deceased", "is": "false"}

Judge = Callable[[str, Content, Catalogue], list[Problem]]


def pack_problems(pack: Pack, elsewhere: Catalogue, packs: frozenset[str]) -> list[Problem]:
    """Every problem of a pack, each with file, line and place.

    `elsewhere` is what is published or comes with other packs; `packs` are the packs that are there.
    """
    catalogue = with_pack(elsewhere, pack)
    found = list(located(pack, MANIFEST, manifest_problems(pack, packs)))
    if not packs.issuperset(pack.needs):
        # whatever comes with the missing pack would be missed again at each place that names it
        return found
    for (folder, slug), content in pack.parts.items():
        judged = JUDGES[folder](slug, content, catalogue)
        found.extend(located(pack, path_of(folder, slug), [*written_problems(content), *judged]))
    for slug, life in pack.tests.items():
        found.extend(located(pack, path_of(TESTS, slug), life_problems(life)))
    return found


def with_pack(elsewhere: Catalogue, pack: Pack) -> Catalogue:
    """What a pack's definitions may name once it is loaded: its own before anybody else's.

    A wording, template, value set or segment that is wrong has its own problems; for those who name it a sound one
    stands in its place. A field that is wrong is not there.
    """
    languages = pack.of("settings").get("organisation", {}).get("languages")
    if not isinstance(languages, list) or not all(isinstance(each, str) for each in languages):
        languages = []
    known = replace(
        elsewhere,
        languages=tuple(languages) or elsewhere.languages,
        value_sets={**elsewhere.value_sets, **drafted_value_sets(pack.of("value-sets"))},
    )
    known = replace(
        known,
        custom={**known.custom, **drafted_fields(pack.of("fields"), known.known)},
        wordings={**known.wordings, **drafted_wordings(pack.of("wordings"), known.languages)},
    )
    return replace(
        known,
        templates={**known.templates, **sound_templates(pack, known)},
        segments={**known.segments, **sound_segments(pack, known)},
        journeys={**known.journeys, **pack.of("journeys")},
        forms=known.forms | frozenset(pack.of("forms")),
        stages=known.stages | frozenset(pack.of("stages")),
    )


def drafted_value_sets(contents: Mapping[str, Content]) -> dict[str, ValueSet]:
    """Value sets that have no version yet, as rules name them; a broken one stands there with what can be read."""
    return {slug: ValueSet(slug, 0, {"en": slug}, len(codes_of(content))) for slug, content in contents.items()}


def drafted_wordings(contents: Mapping[str, Content], languages: Sequence[str]) -> dict[str, Wording]:
    """Wordings that have no version yet, as templates quote them; a broken one says something in every language."""
    return {slug: drafted_wording(content, languages) for slug, content in contents.items()}


def drafted_wording(content: Content, languages: Sequence[str]) -> Wording:
    """One of them."""
    texts = content.get("texts")
    is_sound = isinstance(texts, Mapping) and all(isinstance(text, str) for text in texts.values())
    if is_sound and isinstance(content.get("content_level", 0), int):
        return as_wording(0, content)
    return Wording(0, dict.fromkeys(languages, "-"))


def sound_templates(pack: Pack, known: Catalogue) -> dict[str, Mapping[str, Any]]:
    """The pack's templates with what they quote; one whose texts cannot be read has a text in every language."""
    in_every_language = {"texts": {language: {"body": "-"} for language in known.languages}}
    return {
        slug: written_out(content, known.wordings) if isinstance(content.get("texts"), Mapping) else in_every_language
        for slug, content in pack.of("templates").items()
    }


def sound_segments(pack: Pack, known: Catalogue) -> dict[str, Content]:
    """The pack's segments; one whose rule cannot be read stands there with a rule that can."""
    segments = pack.of("segments")
    everyone = replace(known.known, segments={**known.known.segments, **dict.fromkeys(segments, SOUND_RULE)})
    sound = {}
    for slug, content in segments.items():
        rule = SOUND_RULE if rule_problems(content.get("rule"), "", everyone) else content["rule"]
        focus = content.get("focus")
        sound[slug] = {"rule": rule, "focus": focus if isinstance(focus, dict) else None}
    return sound


def located(pack: Pack, file: str, problems: list[Problem]) -> Iterator[Problem]:
    """Problems with the file and the line before their place, each once."""
    unique = {(problem.where, str(problem)): problem for problem in problems}
    for problem in unique.values():
        yield replace(problem, where=pack.place(file, problem.where))


def written_problems(content: Content) -> list[Problem]:
    """What every definition needs to be kept: a name to list it under."""
    name = content.get("name")
    if isinstance(name, Mapping) and name and all(isinstance(text, str) and text.strip() for text in name.values()):
        return []
    return [Problem("name", N_("Write a name for at least one language"))]


def manifest_problems(pack: Pack, packs: frozenset[str]) -> list[Problem]:
    """Problems of pack.yaml."""
    found = [*unknown_keys(pack.manifest, MANIFEST_KEYS), *format_problems(pack.manifest)]
    found.extend(written_problems(pack.manifest))
    needs = pack.manifest.get("needs", [])
    if not isinstance(needs, list) or not all(isinstance(each, str) and is_slug(each) for each in needs):
        return [*found, Problem("needs", N_("Write a list of the packs that this one needs"))]
    for place, each in enumerate(needs):
        if each not in packs:
            found.append(Problem(f"needs.{place}", N_("The pack %(pack)s is not there"), {"pack": each}))
    return found


def unknown_keys(content: Content, known: tuple[str, ...]) -> Iterator[Problem]:
    """A misspelt key must not pass silently."""
    for key in content:
        if key not in known:
            says = N_("%(key)s is not known here; possible are: %(choices)s")
            yield Problem(key, says, {"key": key, "choices": ", ".join(known)})


def format_problems(content: Content) -> list[Problem]:
    """The format is the one that this version reads."""
    if content.get("format") == FORMAT:
        return []
    return [Problem("format", N_("The format must be %(format)s"), {"format": FORMAT})]


def judge_stage(slug: str, content: Content, catalogue: Catalogue) -> list[Problem]:
    """A stage has a name and its place in the list."""
    found = [*unknown_keys(content, STAGE_KEYS), *format_problems(content)]
    position = content.get("position")
    if not isinstance(position, int) or isinstance(position, bool):
        found.append(Problem("position", N_("Write the place of the stage as a whole number")))
    return found


def judge_setting(slug: str, content: Content, catalogue: Catalogue) -> list[Problem]:
    """A setting has a format; what else it holds is for whoever reads it, and the page of a patient has a judge.

    So have the points of attendance risk: wrong ones would leave those of the house in force, and nobody would hear;
    and the reasons for contact: wrong ones would leave the clinic without any.
    """
    if slug == CONTACT_REASONS:
        return list(reason_problems(content))
    if slug == COMPLAINTS:
        return list(policy_problems(content))
    if slug == ATTENDANCE_RISK:
        return [*unknown_keys(content, POINT_KEYS), *point_problems(content)]
    return layout_problems(content) if slug == RECORD_LAYOUT else format_problems(content)


def judge_rule(slug: str, content: Content, catalogue: Catalogue) -> list[Problem]:
    """As the contact room judges it."""
    segments = unknown(content, "segments", catalogue.segments, NO_SEGMENT)
    return [*format_problems(content), *rule_set.problems(content), *segments]


def judge_value_set(slug: str, content: Content, catalogue: Catalogue) -> list[Problem]:
    """As the criteria room judges it."""
    return value_set_problems(content)


def judge_field(slug: str, content: Content, catalogue: Catalogue) -> list[Problem]:
    """As the criteria room judges it."""
    return field_problems(content, slug, catalogue.known, catalogue.roles)


def judge_segment(slug: str, content: Content, catalogue: Catalogue) -> list[Problem]:
    """As the criteria room judges it."""
    return segment_problems(content, slug, catalogue.known)


def judge_wording(slug: str, content: Content, catalogue: Catalogue) -> list[Problem]:
    """As the contact room judges it."""
    return wording_problems(content, catalogue.languages, fields_of(catalogue))


def judge_template(slug: str, content: Content, catalogue: Catalogue) -> list[Problem]:
    """As the contact room judges it."""
    return templates.problems(content, catalogue.languages, fields_of(catalogue), wordings=catalogue.wordings)


def judge_form(slug: str, content: Content, catalogue: Catalogue) -> list[Problem]:
    """As the contact room judges it. Branches are the clinic's, so a pack can only warn of one."""
    fields = [name for name, each in catalogue.custom.items() if may_be_asked(each.field)]
    branch = content.get("branch")
    found = form_problems(content, fields, [branch] if isinstance(branch, str) else [])
    if isinstance(branch, str) and branch:
        says = N_("The form can be put in force only where there is a branch %(branch)s")
        found.append(Problem("branch", says, {"branch": branch}, severity="warning"))
    return found


def fields_of(catalogue: Catalogue) -> Fields:
    """What a text may say."""
    return with_custom(each.field for each in catalogue.custom.values())


def judge_journey(slug: str, content: Content, catalogue: Catalogue) -> list[Problem]:
    """As the flow room judges it. Queues are the clinic's, so a pack can only warn of one that is not there."""
    return [as_warning(problem) for problem in problems_of(content, replace(catalogue, journey=slug))]


def judge_clock(slug: str, content: Content, catalogue: Catalogue) -> list[Problem]:
    """As the work room judges it."""
    return [as_warning(problem) for problem in clock_problems(content, catalogue.queues)]


def judge_guideline(slug: str, content: Content, catalogue: Catalogue) -> list[Problem]:
    """As the care room judges it."""
    return [as_warning(each) for each in guideline_problems(content, Around(catalogue.known, catalogue.queues))]


def as_warning(problem: Problem) -> Problem:
    """The same problem; one of an unknown queue or connection as a warning."""
    is_the_clinics = problem.says in (UNKNOWN_QUEUE, UNKNOWN_CONNECTION, NO_QUEUE, GUIDELINE_QUEUE)
    return replace(problem, severity="warning") if is_the_clinics else problem


JUDGES: dict[str, Judge] = {
    "settings": judge_setting,
    "stages": judge_stage,
    "rules": judge_rule,
    "value-sets": judge_value_set,
    "fields": judge_field,
    "segments": judge_segment,
    "wordings": judge_wording,
    "templates": judge_template,
    "forms": judge_form,
    "guidelines": judge_guideline,
    "safety-clocks": judge_clock,
    "journeys": judge_journey,
}
assert set(JUDGES) == set(FOLDERS)  # noqa: S101 -- a folder without a judge must not pass unseen


def catalogue_of(
    packs: Mapping[str, Pack], queues: frozenset[str] = frozenset(), roles: frozenset[str] | None = None
) -> Catalogue:
    """What some packs bring along, for a check without a database."""
    catalogue = Catalogue(queues=queues, roles=roles)
    for pack in packs.values():
        catalogue = with_pack(catalogue, pack)
    return catalogue


def named_queues(pack: Pack) -> frozenset[str]:
    """The queues that a pack's journeys, guidelines and safety clocks give work to; the clinic has to have them."""
    guidelines = pack.of("guidelines").values()
    owners = [each["owner"] for each in guidelines if isinstance(each.get("owner"), Mapping)]
    clocks = pack.of("safety-clocks").values()
    ladders = (each.get("escalation", []) for each in clocks)
    rungs = [rung for ladder in ladders if isinstance(ladder, list) for rung in ladder if isinstance(rung, Mapping)]
    watching = frozenset(each["queue"] for each in (*clocks, *rungs, *owners) if isinstance(each.get("queue"), str))
    return watching | frozenset(
        step["config"]["queue"]
        for journey in pack.of("journeys").values()
        for step in steps_of(journey)
        if isinstance(step.get("config"), Mapping) and isinstance(step["config"].get("queue"), str)
    )


def steps_of(journey: Content) -> Iterator[Mapping[str, Any]]:
    """The steps of a journey that are written as steps."""
    steps = journey.get("steps")
    if isinstance(steps, Mapping):
        yield from (step for step in steps.values() if isinstance(step, Mapping))
