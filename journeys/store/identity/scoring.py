"""The score of two records: what each attribute weighs, what stands against joining them, and what follows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from journeys.store.identity.comparisons import (
    CLOSE,
    NICKNAME,
    OTHER,
    SAME,
    SLIP,
    SWAPPED,
    address_level,
    birth_level,
    gender_level,
    identifier_level,
    names_alike,
    shared_level,
)
from journeys.store.identity.persons import Person

CERTAIN, POSSIBLE, NO = "certain", "possible", "no"

TWINS = "twins"
GENERATIONS = "generations"
NAME_ALONE = "name-alone"
ONE_SOURCE = "one-source"
SEXES = "sexes"

Frequency = Callable[[str], float | None]
"""The share of people whose name has a word, None where it is not known."""

MODEL: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "weights.yaml").read_text())
WEIGHTS: dict[str, dict[str, float]] = {
    attribute: {level: math.log2(m / u) for level, (m, u) in levels.items()}
    for attribute, levels in MODEL["levels"].items()
}
AGREEING = {SAME, NICKNAME, CLOSE, SWAPPED, SLIP}
BESIDE_NAMES = ("birth_date", "phone", "email", "address", "identifier")


@dataclass(frozen=True)
class Finding:
    """What one attribute says: its level, and what that weighs in bits."""

    attribute: str
    level: str
    weight: float


@dataclass(frozen=True)
class Score:
    """How much speaks for one person (bits), what each attribute says, and the doubts that stand against it."""

    total: float
    findings: tuple[Finding, ...]
    doubts: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """certain, possible or no. Whatever raises a doubt is never certain."""
        thresholds = MODEL["thresholds"]
        if self.total < thresholds["possible"]:
            return NO
        return POSSIBLE if self.doubts or self.total < thresholds["certain"] else CERTAIN


def unknown(_word: str) -> float | None:
    """Nothing is known of how frequent names are."""
    return None


def score(one: Person, other: Person, frequency: Frequency = unknown) -> Score:
    """How much speaks for two records being of one person; the same whichever is named first."""
    levels = {
        "birth_date": birth_level(one.birth_date, other.birth_date),
        "gender": gender_level(one.gender, other.gender),
        "phone": shared_level(one.phones, other.phones),
        "email": shared_level(one.emails, other.emails),
        "address": address_level(one.places, other.places),
        "identifier": identifier_level(one.identifiers, other.identifiers),
    }
    beside = [Finding(name, level, WEIGHTS[name][level]) for name, level in levels.items() if level is not None]
    findings = (*name_findings(one, other, frequency), *beside)
    total = round(sum(sorted(finding.weight for finding in findings)), 3)
    return Score(total, findings, tuple(doubts(findings, one, other)))


def name_findings(one: Person, other: Person, frequency: Frequency) -> tuple[Finding, ...]:
    """The findings of the pairing of their names that weighs most."""
    every = []
    for given, family, is_turned, words in names_alike(one, other):
        rare = rarities(words, frequency)
        found = []
        for attribute, level in (("given", given), ("family", family)):
            if level is not None:
                weight = rarer(attribute, level, rare) if level == SAME else WEIGHTS[attribute][level]
                found.append(Finding(attribute, SWAPPED if is_turned and level == SAME else level, round(weight, 3)))
        every.append((round(sum(each.weight for each in found) - is_turned, 3), not is_turned, tuple(found)))
    return max(every, key=lambda each: (each[0], each[1], sorted(map(repr, each[2]))))[2] if every else ()


def rarities(words: str, frequency: Frequency) -> list[float]:
    """How frequent each of the words that both have is, where that is known."""
    return [share for share in map(frequency, words.split()) if share is not None]


def rarer(attribute: str, level: str, shares: list[float]) -> float:
    """The weight of a name in common: more for a rare one, less for one that many have."""
    if not shares:
        return WEIGHTS[attribute][level]
    bounds = MODEL["rarity"]
    share = min(max(sum(shares) / len(shares), bounds["least"]), bounds["most"])
    return math.log2(MODEL["levels"][attribute][level][0] / share)


def doubts(findings: tuple[Finding, ...], one: Person, other: Person) -> list[str]:
    """What stands against joining these two, however much speaks for it."""
    level = {finding.attribute: finding.level for finding in findings}
    agree = {name for name, found in level.items() if found in AGREEING}
    found = []
    if level.get("given") == OTHER and level.get("birth_date") == SAME:
        found.append(TWINS)
    if level.get("birth_date") == OTHER and "given" in agree:
        found.append(GENERATIONS)
    if level.get("gender") == OTHER:
        found.append(SEXES)
    if len(agree & set(BESIDE_NAMES)) < 2 and "identifier" not in agree:
        found.append(NAME_ALONE)
    if one.source_id is not None and one.source_id == other.source_id:
        found.append(ONE_SOURCE)
    return found
