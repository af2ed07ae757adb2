"""How large the use cases of core are; `make lint` runs it.

A use case is a class of a subject that is given what it works with: ports, other use cases. One
that is given plain values only, as the fields of a record that is parsed, is none. All functions of
its module are counted, so that nothing hides beside it: the paths through each as radon counts
them, comprehensions too; what `__init__` is given, plain values aside; the lines of `__call__`.
"""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NotRequired, TypedDict, cast

ROOT = Path(__file__).parent.parent
SUBJECTS = (
    "source",
    "stored",
    "jobs",
    "binding",
    "upload",
    "download",
    "preview",
    "curves",
    "queue",
    "watch",
    "care",
    "clean",
    "compare",
    "copying",
    "doctor",
    "configure",
)
PLAIN = frozenset({"bool", "float", "int", "object", "str", "tuple[str, ...]"})
MOST_PATHS = 3
MOST_COLLABORATORS = 4
MOST_LINES = 30

EXCEPTIONS = {
    "binding.bind_job.BindJob.__call__": "each of its arguments may be left out",
    "watch.watched_roots.WatchedRoots": "tells its runs their numbers, too",
}
"""What may be larger, with all that is in it, and why: `jobs.find_job.FindJob.__call__`."""


class Block(TypedDict):
    """What radon tells of a class or a function."""

    type: str
    name: str
    classname: NotRequired[str]
    complexity: int


def too_large() -> Iterator[tuple[str, str]]:
    """Names below core, each with what there is too much of."""
    for path, blocks in _counted().items():
        module = ".".join(Path(path).with_suffix("").parts[1:])
        use_cases = _use_cases((ROOT / path).read_text())
        for block in blocks if use_cases else ():
            if block["type"] != "class" and block["complexity"] > MOST_PATHS:
                parts = (module, block.get("classname"), block["name"])
                yield ".".join(filter(None, parts)), f"{block['complexity']} paths"
        for name, methods in use_cases.items():
            yield from _of_class(f"{module}.{name}", methods)


def _counted() -> dict[str, list[Block]]:
    folders = [f"core/{subject}" for subject in SUBJECTS]
    command = [sys.executable, "-m", "radon", "cc", "--json", *folders]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return cast("dict[str, list[Block]]", json.loads(told))


def _use_cases(source: str) -> dict[str, dict[str, ast.FunctionDef]]:
    """The methods of each by name."""
    classes = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    methods = {
        node.name: {part.name: part for part in node.body if isinstance(part, ast.FunctionDef)}
        for node in classes
    }
    return {name: found for name, found in methods.items() if _collaborators(found)}


def _collaborators(methods: dict[str, ast.FunctionDef]) -> list[ast.expr]:
    """The types of what it is given."""
    if "__init__" not in methods:
        return []
    given = methods["__init__"].args
    notes = [given.annotation for given in (*given.args[1:], *given.kwonlyargs)]
    return [note for note in notes if note and ast.unparse(note) not in PLAIN]


def _of_class(name: str, methods: dict[str, ast.FunctionDef]) -> Iterator[tuple[str, str]]:
    collaborators = _collaborators(methods)
    if len(collaborators) > MOST_COLLABORATORS:
        yield name, f"{len(collaborators)} collaborators"
    called = methods.get("__call__")
    lines = (called.end_lineno or 0) - called.lineno + 1 if called else 0
    if lines > MOST_LINES:
        yield f"{name}.__call__", f"{lines} lines"


def complaints() -> Iterator[str]:
    """What is too large without being an exception, and exceptions that nothing needs."""
    needless = set(EXCEPTIONS)
    for name, why in too_large():
        known = {place for place in EXCEPTIONS if f"{name}.".startswith(f"{place}.")}
        needless -= known
        if not known:
            yield f"core.{name}: {why}"
    yield from (f"core.{place}: no exception any more" for place in sorted(needless))


if __name__ == "__main__":
    sys.exit("\n".join(complaints()) or 0)
