"""What RunFerry knows of the runs of one simulator."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.kinds.run_names import RunNames


class LinkPolicy(StrEnum):
    """What becomes of a link inside a run."""

    STORE = "store"
    FOLLOW = "follow"
    SKIP = "skip"
    REFUSE = "refuse"


@dataclass(frozen=True)
class NumberIn:
    """A number in a file of the run: the first group of `pattern` where it matches last."""

    file: str
    pattern: str

    def __str__(self) -> str:
        return f"{self.file} =~ {self.pattern}"


@dataclass(frozen=True)
class Progress:
    """How far a run is: `done`, of a number that is known or stands in a file too; None for neither.

    `unit` is what is counted: step, time, iteration.
    """

    done: NumberIn
    of: float | NumberIn | None = None
    unit: str = "step"

    def __str__(self) -> str:
        return f"{self.done}" if self.of is None else f"{self.done} of {self.of}"


@dataclass(frozen=True)
class Curve:
    """A table of the run: `y` columns over column `x`, by the names in its header.

    `file` may be a pattern. A header may stand within a log, and its rows until others follow.
    """

    file: str
    x: str
    y: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.file}: {', '.join(self.y)} over {self.x}"


@dataclass(frozen=True)
class RunKind:
    """One simulator. `rule` is the name of its finish rule.

    `exclude` are patterns of what is not stored, as git ignores it: `core.path_patterns.covered_expression`.
    """

    name: str
    names: RunNames
    rule: str
    exclude: tuple[str, ...] = ()
    links: LinkPolicy = LinkPolicy.STORE
    progress: Progress | None = None
    curve: Curve | None = None


KindOf = Callable[[str], RunKind]
"""The kind of the runs at or below an absolute path."""


class KindsOfRoots:
    """The deepest of the `roots`, absolute paths, that a path is or lies in; else the default."""

    def __init__(self, default: RunKind, roots: Mapping[str, RunKind]) -> None:
        deepest_first = sorted(roots.items(), key=lambda root: -len(root[0]))
        self._roots = [(f"{path.rstrip('/')}/", kind) for path, kind in deepest_first]
        self._default = default

    def __call__(self, path: str) -> RunKind:
        """The kind of what is at `path`."""
        if not self._roots:
            return self._default
        place = f"{path.rstrip('/')}/"
        return next((kind for root, kind in self._roots if place.startswith(root)), self._default)
