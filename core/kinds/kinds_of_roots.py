"""Which kind of runs lies where."""

from collections.abc import Mapping

from core.kinds.run_kind import RunKind


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
