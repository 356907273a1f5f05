"""Whose value each field of a patient has after two records were joined: by rules that are data, or as chosen."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from journeys.foundation.secrets import unseal
from journeys.store.people import Patient

KEPT, MERGED = "kept", "merged"
NOT_SAID = (None, "", "unknown")
SECRET = ("name", "given_name")
DEATH = ("deceased", "deceased_at")
"""Nobody chooses these: a person of whom one record says that they died has died."""

RULES: dict[str, str] = yaml.safe_load((Path(__file__).parent / "survivorship.yaml").read_text())["fields"]


@dataclass(frozen=True)
class Survivor:
    """One field of two records, whose value holds afterwards (`kept` or `merged`), and which rule says so."""

    field: str
    kept: Any
    merged: Any
    whose: str
    rule: str

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose."""
        return bool(self.kept != self.merged)


def survivors(kept: Patient, merged: Patient, choices: Mapping[str, str] | None = None) -> list[Survivor]:
    """Every field with the value that holds; `choices` are those of a person and come first."""
    chosen = choices or {}
    found = []
    for name, rule in RULES.items():
        whose, why = (chosen[name], "chosen") if name in chosen else (by_rule(rule, name, kept, merged), rule)
        found.append(Survivor(name, getattr(kept, name), getattr(merged, name), whose, why))
    return found


def by_rule(rule: str, name: str, kept: Patient, merged: Patient) -> str:
    """Whose value a rule takes."""
    mine, theirs = getattr(kept, name), getattr(merged, name)
    if theirs in NOT_SAID or mine in NOT_SAID:
        return MERGED if mine in NOT_SAID and theirs not in NOT_SAID else KEPT
    takes_theirs = {
        "longest": len(str(theirs)) > len(str(mine)),
        "newest": merged.updated_at > kept.updated_at,
        "sourced": merged.source_record_id is not None and kept.source_record_id is None,
        "kept": False,
    }
    return MERGED if takes_theirs[rule] else KEPT


def take_over(kept: Patient, merged: Patient, choices: Mapping[str, str]) -> dict[str, Any]:
    """Give the kept record the values that hold; what each was and became, as it is written down."""
    changes = {}
    for each in survivors(kept, merged, choices):
        if each.whose == MERGED and each.differs:
            was = written(kept, each.field)
            setattr(kept, each.field, each.merged)
            changes[each.field] = {"was": was, "is": written(kept, each.field)}
    return {**changes, **take_death(kept, merged, {name: written(kept, name) for name in DEATH})}


def take_death(kept: Patient, merged: Patient, was: Mapping[str, Any]) -> dict[str, Any]:
    """Let the kept record say that the person died if either does, on the earlier day; what it `was` and became."""
    days = [each.deceased_at for each in (kept, merged) if each.deceased_at is not None]
    kept.deceased, kept.deceased_at = kept.deceased or merged.deceased, min(days, default=None)
    became = {name: written(kept, name) for name in DEATH}
    return {name: {"was": was[name], "is": became[name]} for name in DEATH} if became != was else {}


def hold_values(kept: Patient, merged: Patient, changes: Mapping[str, Any], is_anew: bool) -> dict[str, Any]:
    """Have the kept record say again what the merge made of it, after a source wrote one of both; the changes as they
    are from now on. `is_anew` says that the kept one was written: where its source only repeats what it said before the
    merge, the merge holds; what the source says for the first time is news, and stays."""
    for name, change in changes.items():
        if name not in DEATH and is_anew and plain(kept, name, change["was"]) == getattr(kept, name):
            setattr(kept, column_of(name), read(name, change["is"]))
    is_its_own = is_anew or not is_untouched(kept, changes)
    was = {name: written(kept, name) if is_its_own else changes[name]["was"] for name in DEATH}
    others = {name: change for name, change in changes.items() if name not in DEATH}
    return {**others, **take_death(kept, merged, was)}


def is_untouched(kept: Patient, changes: Mapping[str, Any]) -> bool:
    """Whether what the kept record says of a death is what a merge made of it."""
    return all(name in changes and written(kept, name) == changes[name]["is"] for name in DEATH)


def give_back(kept: Patient, changes: Mapping[str, Any]) -> None:
    """Give the kept record what it said before, where nobody changed it since."""
    same = {name for name, change in changes.items() if written(kept, name) == change["is"]}
    if not is_untouched(kept, changes):
        same -= set(DEATH)
    for name in sorted(same):
        setattr(kept, column_of(name), read(name, changes[name]["was"]))


def written(patient: Patient, name: str) -> Any:
    """The value of a field as JSON can hold it; a secret stays sealed."""
    value = getattr(patient, column_of(name))
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return value.isoformat() if isinstance(value, dt.date) else value


def read(name: str, value: Any) -> Any:
    """The same value as the column holds it."""
    if value is None:
        return None
    if name in SECRET:
        return base64.b64decode(value)
    if name == "deceased_at":
        return dt.datetime.fromisoformat(value)
    return dt.date.fromisoformat(value) if name == "birth_date" else value


def plain(kept: Patient, name: str, value: Any) -> Any:
    """A written value of the kept record as people read it: a seal differs each time, what is under it does not."""
    found = read(name, value)
    return unseal(found, Patient.__tablename__, name, kept.uid) if isinstance(found, bytes) else found


def column_of(name: str) -> str:
    """The column of a field."""
    return f"{name}_sealed" if name in SECRET else name
