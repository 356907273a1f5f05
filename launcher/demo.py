"""Loads the demo clinic into a database that has no patients of its own, and writes down who may sign in."""

import datetime as dt
import sys

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app import setup as portal
from config import Settings
from journeys.foundation.acting import House
from launcher.console import Console
from launcher.places import SIGN_INS
from seed import demo


def load(settings: Settings, house: House, now: dt.datetime, console: Console) -> None:
    """Load what is missing of the clinic, with a bar, and the accounts of its people."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, transient=True, disable=not sys.stdout.isatty()) as bar:
        patients = bar.add_task("  Patients of the demo clinic")
        added = demo.load(
            house,
            now,
            progress=lambda done, total: bar.update(patients, completed=done, total=total),
        )
    portal.add_people(settings, [_account(each) for each in demo.sign_ins()])
    (settings.var / SIGN_INS).write_text(_sign_ins())
    if added:
        console.say(f"The demo clinic has {added:,} new patients")


def _sign_ins() -> str:
    """For the launcher, which loads no clinic and shows this once all is up."""
    people = demo.sign_ins()
    lines = [f"    {each.username:10} {each.password:24} {each.name}, {each.role}" for each in people]
    return "  Sign in as\n" + "\n".join(lines) + "\n"


def _account(person: demo.SignIn) -> portal.Person:
    first_name, _, last_name = person.name.rpartition(" ")
    return portal.Person(
        username=person.username,
        first_name=first_name,
        last_name=last_name,
        email=f"{person.username}@example.org",
        role=person.role,
        password=person.password,
    )
