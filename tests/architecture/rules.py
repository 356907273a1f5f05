"""Each rule of the house as a function: modules in, a line for every breach out."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.architecture.plan import (
    FLOORS,
    GROWING_FOLDERS,
    KNOWS_RQ,
    LONGEST_FILE,
    LONGEST_FUNCTION,
    NEVER,
    NOT_A_CAPABILITY,
    PORTAL_LIBRARIES,
    WITHOUT_LIMITS,
    WORKER_LIBRARIES,
)
from tests.architecture.source import Module, room_of, target_of

Modules = dict[str, Module]


def upward_imports(modules: Modules) -> list[str]:
    """Imports that do not point down the floors."""
    breaches = []
    for module in modules.values():
        room = room_of(module.name)
        for imported in module.imports:
            wanted = room_of(imported.name)
            if room and wanted and not _may_import(room, wanted):
                breaches.append(f"{module.place}:{imported.line} {room} must not import {wanted}")
    return breaches


def rooms_without_a_floor(modules: Modules) -> list[str]:
    """Folders and files of the engine that the plan does not know."""
    return [
        f"{module.place} is in no room of the plan"
        for module in modules.values()
        if room_of(module.name) == "journeys" and module.name != "journeys"
    ]


def forbidden_libraries(modules: Modules) -> list[str]:
    """Flask in the engine; RQ anywhere but in its one module."""
    breaches = []
    for module in modules.values():
        if not _is_within(module.name, "journeys"):
            continue
        knows_rq = _is_within(module.name, KNOWS_RQ)
        forbidden = PORTAL_LIBRARIES if knows_rq else PORTAL_LIBRARIES + WORKER_LIBRARIES
        for imported in module.imports:
            if imported.name.partition(".")[0] in forbidden:
                breaches.append(f"{module.place}:{imported.line} the engine must not import {imported.name}")
    return breaches


def hidden_imports(modules: Modules) -> list[str]:
    """Imports inside functions."""
    breaches = set()
    for module in modules.values():
        for function in module.functions:
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    breaches.add(f"{module.place}:{node.lineno} an import inside {function.name}()")
    return sorted(breaches)


def import_cycles(modules: Modules) -> list[str]:
    """The first circle of modules that import each other; imports for types alone never run and do not count."""
    graph = {name: _targets(module, modules) for name, module in modules.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" imports ".join(reversed(error.args[1]))]
    return []


def sibling_imports(modules: Modules) -> list[str]:
    """Capabilities that know each other."""
    breaches = []
    for module in capabilities(modules):
        folder = module.name.rpartition(".")[0]
        for imported in module.imports:
            target = target_of(imported.name, modules)
            is_sibling = target and target != folder and _is_within(target, folder) and target != f"{folder}.base"
            if is_sibling:
                breaches.append(f"{module.place}:{imported.line} a capability must not import its sibling {target}")
    return breaches


def capabilities_without_cases(modules: Modules, root: Path) -> list[str]:
    """Capabilities whose golden cases are missing or empty."""
    breaches = []
    for module in capabilities(modules):
        folder, _, name = module.name.rpartition(".")
        cases = _cases_of(folder, root) / f"{name}.yaml"
        if not cases.exists() or not cases.read_text().strip():
            breaches.append(f"{module.place} has no golden cases: {cases.relative_to(root)}")
    return breaches


def cases_without_capability(modules: Modules, root: Path) -> list[str]:
    """Golden cases whose capability is gone."""
    known = {module.name for module in capabilities(modules)}
    breaches = []
    for folder in GROWING_FOLDERS:
        for cases in sorted(_cases_of(folder, root).glob("*.yaml")):
            if f"{folder}.{cases.stem}" not in known:
                breaches.append(f"{cases.relative_to(root)} is of no capability")
    return breaches


def too_long(modules: Modules) -> list[str]:
    """Files and functions beyond the hard limits."""
    breaches = []
    for module in modules.values():
        if any(_is_within(module.name, room) for room in WITHOUT_LIMITS):
            continue
        lines = module.text.count("\n")
        if lines > LONGEST_FILE:
            breaches.append(f"{module.place} has {lines} lines; {LONGEST_FILE} are allowed")
        for function in module.functions:
            length = (function.end_lineno or function.lineno) - function.lineno + 1
            if length > LONGEST_FUNCTION:
                place = f"{module.place}:{function.lineno}"
                breaches.append(f"{place} {function.name}() has {length} lines; {LONGEST_FUNCTION} are allowed")
    return breaches


def verbs_of_one_name(modules: Modules) -> list[str]:
    """Two verbs of a room that the audit could not tell apart: it names the room and the verb."""
    known: dict[tuple[str, str], str] = {}
    breaches = []
    for module in modules.values():
        room, _, name = module.name.removeprefix("journeys.").partition(".")
        verb = name.rpartition(".")[2]
        if not _is_within(module.name, "journeys") or verb not in _verbs_in(module):
            continue
        other = known.setdefault((room, verb), module.place)
        if other != module.place:
            breaches.append(f"{module.place} is named like {other}")
    return breaches


def without_docstring(modules: Modules) -> list[str]:
    """Files that do not say what they are; empty ones need not."""
    silent = [module for module in modules.values() if module.text.strip() and not ast.get_docstring(module.tree)]
    return [f"{module.place} has no docstring" for module in silent]


def capabilities(modules: Modules) -> list[Module]:
    """The files of growing folders that are capabilities."""
    found = []
    for module in modules.values():
        folder, _, name = module.name.rpartition(".")
        if folder in GROWING_FOLDERS and not module.is_package and name not in NOT_A_CAPABILITY:
            found.append(module)
    return found


def _cases_of(folder: str, root: Path) -> Path:
    """Where the golden cases of a growing folder are: tests/spec/criteria.fields for journeys.criteria.fields."""
    return root / "tests" / "spec" / folder.removeprefix("journeys.")


def _may_import(room: str, wanted: str) -> bool:
    return (room == wanted or FLOORS[wanted] < FLOORS[room]) and (room, wanted) not in NEVER


def _verbs_in(module: Module) -> set[str]:
    functions = [each for each in module.tree.body if isinstance(each, ast.FunctionDef)]
    return {each.name for each in functions if [one.arg for one in each.args.args[:2]] == ["session", "act"]}


def _is_within(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def _targets(module: Module, modules: Modules) -> set[str]:
    targets = {target_of(imported.name, modules) for imported in module.imports if not imported.for_types}
    return {target for target in targets if target and target != module.name}
