"""What a database needs before the parts can start: keys, tables, roles, permissions, first packs, the demo clinic."""

import logging

import psycopg

from app import setup as portal
from config import Settings
from journeys.foundation import secrets
from journeys.store.setting_up import setup as store
from journeys.worker.assembling import make_workshop
from journeys.worker.jobs import JOBS
from journeys.worker.workshop import system_clock
from launcher import demo, packs
from launcher.console import Console
from launcher.errors import LaunchError

NOISY = ("alembic", "flask_appbuilder")
HAS_TABLES = "SELECT to_regclass('patient') IS NOT NULL"
HAS_PATIENTS = "SELECT EXISTS (SELECT 1 FROM patient)"
HAS_THE_DEMO = "SELECT EXISTS (SELECT 1 FROM source WHERE slug = 'demo')"


def prepare(settings: Settings, console: Console) -> None:
    """Do what is missing, in order; a second call finds nothing to do."""
    for library in NOISY:
        logging.getLogger(library).setLevel(logging.ERROR)
    install_keys(settings, console)
    with console.doing("Database: tables, roles and policies"):
        store.prepare(settings.database_url)
    with console.doing("Portal: accounts, roles, permissions and translations"):
        portal.prepare(settings)
    fill(settings, console)


def fill(settings: Settings, console: Console) -> None:
    """Load the shared policy and, into a database without patients of its own, the demo clinic with its recall."""
    workshop = make_workshop(settings, system_clock, JOBS)
    now = workshop.clock()
    try:
        packs.load_shared_policy(workshop.house, now, console)
        if settings.demo and _may_hold_the_demo(settings):
            with console.doing("Demo clinic"):
                demo.load(settings, workshop.house, now, console)
            packs.load_demo_recall(workshop.house, now, console)
            packs.load_segments(workshop.house, now, console)
            packs.load_guidelines(workshop.house, now, console)
            packs.load_safety_clocks(workshop.house, now, console)
            packs.load_demo_journeys(workshop.house, now, console)
    finally:
        workshop.engine.dispose()


def install_keys(settings: Settings, console: Console) -> None:
    """Use the installation's keys; make them for an empty database. A database with patients never gets new ones."""
    if not settings.key_file.exists():
        _refuse_lost_keys(settings)
        secrets.Keyring.generate().write(settings.key_file)
        console.say(f"Made new keys in {settings.key_file}: keep a copy of it apart from backups of the database")
    secrets.install(secrets.Keyring.read(settings.key_file))


def _may_hold_the_demo(settings: Settings) -> bool:
    """Whether the demo clinic is there, perhaps half loaded, or nobody is: it never joins real patients."""
    with _connect(settings) as connection:
        return _says(connection, HAS_THE_DEMO) or not _says(connection, HAS_PATIENTS)


def _refuse_lost_keys(settings: Settings) -> None:
    with _connect(settings) as connection:
        has_data = _says(connection, HAS_TABLES) and _says(connection, HAS_PATIENTS)
    if has_data:
        raise LaunchError(
            f"The key file {settings.key_file} is missing, but the database holds data that only its keys can open.",
            "Put the file back from its copy, or name its place in WAYMARK_KEY_FILE.",
        )


def _connect(settings: Settings) -> psycopg.Connection:
    return psycopg.connect(settings.database_url.replace("+psycopg", "", 1))


def _says(connection: psycopg.Connection, question: str) -> bool:
    row = connection.execute(question).fetchone()
    return row is not None and bool(row[0])
