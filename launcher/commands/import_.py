"""Imports FHIR R4 records: bundles, NDJSON, single resources, .gz and .zip of them, and folders.

Importing the same again changes nothing. Only malformed resources are rejected, each with its place and reason.
"""

import argparse
from pathlib import Path

from config import Settings
from journeys.store.importing.load import Choices
from launcher.console import Console
from launcher.importing import import_files
from launcher.servers import connected


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
    parser.add_argument(
        "--source",
        help="name of the system the records come from; ids are unique within one. Default: the name of the folder",
    )
    parser.add_argument("--branch", help="branch that new patients join. Default: a branch made for the source")
    parser.add_argument("--region", help="country whose phone habits hold, as two letters. Default: the setting")


def run(settings: Settings, arguments: argparse.Namespace, console: Console) -> int:
    region = (arguments.region or settings.phone_region).upper()
    choices = Choices(source=arguments.source, branch=arguments.branch, region=region)
    with connected(settings, console) as connected_settings:
        import_files(connected_settings, arguments.paths, choices, console)
    return 0
