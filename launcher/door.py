"""Finds the command that was asked for, runs it, and turns what goes wrong into a message without a stack trace."""

import argparse
import ast
import errno
import importlib
import logging
import sys
from pathlib import Path
from types import ModuleType

from config import Settings, SettingsError
from journeys.foundation.errors import WaymarkError
from launcher.console import Console
from launcher.errors import LaunchError, StopRequested

COMMANDS = Path(__file__).parent / "commands"
DEFAULT = "everything"
INTERRUPTED = 130


def main(words: list[str]) -> int:
    """Run the command these words name; the exit code of the process."""
    console = Console()
    try:
        return _run(words, console)
    except SettingsError as error:
        console.plain("These settings cannot be used:\n  " + "\n  ".join(error.problems))
    except LaunchError as error:
        console.plain(f"\n{error.message}\n{error.remedy}".rstrip())
    except WaymarkError as error:
        console.plain(f"\n{error}")
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        console.plain("\nThe disk is full. Free some space, or name a folder on another disk in WAYMARK_VAR.")
    except (StopRequested, KeyboardInterrupt):
        console.plain("Stopped before it was done.")
        return INTERRUPTED
    return 1


def commands() -> dict[str, str]:
    """The name of every command with the first line of its file's docstring."""
    return {_name(file): _headline(file) for file in sorted(COMMANDS.glob("*.py")) if file.name != "__init__.py"}


def _run(words: list[str], console: Console) -> int:
    known = commands()
    if words and words[0] in {"-h", "--help", "help"}:
        console.plain(_overview(known))
        return 0
    name = words[0] if words else DEFAULT
    if name not in known:
        console.plain(f"There is no command {name!r}.\n\n{_overview(known)}")
        return 2
    module = importlib.import_module(f"launcher.commands.{_file_stem(name)}")
    arguments = _arguments(name, module, words[1:])
    settings = Settings.from_environment()
    logging.basicConfig(level=settings.log_level, stream=sys.stderr)
    return int(module.run(settings, arguments, console))


def _arguments(name: str, module: ModuleType, words: list[str]) -> argparse.Namespace:
    """What the command is given; one that passes its words on, to pytest for example, gets them as they are."""
    if getattr(module, "PASSES_WORDS_ON", False):
        return argparse.Namespace(words=words)
    parser = argparse.ArgumentParser(prog=f"run.py {name}", description=module.__doc__)
    if hasattr(module, "add_arguments"):
        module.add_arguments(parser)
    return parser.parse_args(words)


def _overview(known: dict[str, str]) -> str:
    width = max(map(len, known))
    lines = [f"  {name:{width}}  {headline}" for name, headline in known.items()]
    return "python run.py [COMMAND], where no command means everything:\n" + "\n".join(lines)


def _headline(file: Path) -> str:
    return (ast.get_docstring(ast.parse(file.read_text())) or "").partition("\n")[0]


def _name(file: Path) -> str:
    return file.stem.rstrip("_")


def _file_stem(name: str) -> str:
    return name if (COMMANDS / f"{name}.py").exists() else f"{name}_"
