"""Reads a checkout's Python files: their modules, and what each imports."""

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.architecture.plan import FLOORS

TOP_LEVEL = sorted({room.partition(".")[0] for room in FLOORS})


@dataclass(frozen=True)
class Import:
    """One imported name: the line, the dotted name as far as the statement says it, and whether only types need it."""

    line: int
    name: str
    for_types: bool = False


class Module:
    """One file, parsed once."""

    def __init__(self, root: Path, file: Path) -> None:
        self.file = file
        self.place = str(file.relative_to(root))
        parts = file.relative_to(root).with_suffix("").parts
        self.is_package = parts[-1] == "__init__"
        self.name = ".".join(parts[:-1] if self.is_package else parts)
        self.text = file.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.place)

    @cached_property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    @cached_property
    def imports(self) -> list[Import]:
        """Every import of the file, wherever it stands; `from a import b` gives a.b."""
        found = []
        for node in ast.walk(self.tree):
            for_types = node in self._nodes_for_types
            if isinstance(node, ast.Import):
                found += [Import(node.lineno, alias.name, for_types) for alias in node.names]
            if isinstance(node, ast.ImportFrom):
                origin = self._origin(node)
                found += [Import(node.lineno, f"{origin}.{alias.name}", for_types) for alias in node.names]
        return found

    @cached_property
    def _nodes_for_types(self) -> set[ast.AST]:
        """What stands under `if TYPE_CHECKING:`, and so never runs."""
        blocks = [node for node in ast.walk(self.tree) if isinstance(node, ast.If)]
        return {inner for block in blocks if _asks_for_types(block) for inner in block.body}

    def _origin(self, node: ast.ImportFrom) -> str:
        """The absolute name that a `from` statement starts with."""
        if not node.level:
            return node.module or ""
        package = self.name.split(".")
        above = node.level - 1 if self.is_package else node.level
        base = package[: len(package) - above]
        return ".".join([*base, *(node.module or "").split(".")]).rstrip(".")


def _asks_for_types(block: ast.If) -> bool:
    return isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"


def read(root: Path) -> dict[str, Module]:
    """Every module of our own packages below `root`, by name."""
    modules = {}
    for name in TOP_LEVEL:
        files = [root / f"{name}.py", *sorted((root / name).rglob("*.py"))]
        for file in files:
            if file.exists() and "node_modules" not in file.parts:
                module = Module(root, file)
                modules[module.name] = module
    return modules


def room_of(name: str) -> str | None:
    """The room that a dotted name lies in; None for other people's libraries."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        room = ".".join(parts[:length])
        if room in FLOORS:
            return room
    return None


def target_of(name: str, modules: dict[str, Module]) -> str | None:
    """The module of ours that an imported name means: itself, or the module that holds it."""
    if name in modules:
        return name
    holder = name.rpartition(".")[0]
    return holder if holder in modules else None
