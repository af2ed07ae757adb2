"""Read curves of a run once, and remember them."""

import logging
from dataclasses import replace
from itertools import islice

from core.curves.read_curves import ReadCurves
from core.errors import CatalogError
from core.ports.clock import Clock
from core.ports.curves_cache import CurvesCache, RunCurves
from core.ports.run_files import RunFiles

_log = logging.getLogger(__name__)
_MOST_CURVES = 8
_MOST_NUMBERS = 40_000


class RecallCurves:
    """What is remembered of exactly this content is not read again. Callable from any thread; blocks.

    Remembered are the curves that are worth showing first, and those that somebody asked for.
    """

    def __init__(self, read_curves: ReadCurves, cache: CurvesCache, clock: Clock) -> None:
        self._read_curves = read_curves
        self._cache = cache
        self._clock = clock

    def __call__(self, run: RunFiles, variable: str = "") -> RunCurves:
        """With the curve of `variable`, if the run has one. Raises what the run raises."""
        if seen := self.remembered(run, variable):
            return seen
        found = self._found(run, variable)
        self._remember(run, found)
        return found

    def remembered(self, run: RunFiles, variable: str = "") -> RunCurves | None:
        """What a call would return without reading anything; None when that would not do."""
        known = self._known(run)
        return known if known and _says(known, variable) else None

    def _found(self, run: RunFiles, variable: str) -> RunCurves:
        known = self._known(run)
        return self._read_more(run, variable, known) if known else self._read(run, variable)

    def _read(self, run: RunFiles, variable: str) -> RunCurves:
        variables = self._read_curves.variables(run)
        first = [variable, *islice(variables, _MOST_CURVES)]
        curves = self._read_curves.several(run, [*dict.fromkeys(first)])
        return RunCurves(variables, curves, self._read_curves.parameters(run))

    def _read_more(self, run: RunFiles, variable: str, known: RunCurves) -> RunCurves:
        return replace(known, curves={**self._read_curves.several(run, [variable]), **known.curves})

    def _known(self, run: RunFiles) -> RunCurves | None:
        """A cache that cannot be read is as if nothing was in it."""
        try:
            return self._cache.get(run.place, self._identity(run))
        except CatalogError:
            _log.warning("curves are not remembered", exc_info=True)
            return None

    def _remember(self, run: RunFiles, found: RunCurves) -> None:
        try:
            self._cache.put(run.place, self._identity(run), _short(found), self._clock.now())
        except CatalogError:
            _log.warning("curves will not be remembered", exc_info=True)

    def _identity(self, run: RunFiles) -> str:
        """Of what is read, and of how."""
        named = self._read_curves.named(run)
        return f"{run.identity()} {named}" if named else run.identity()


def _says(known: RunCurves, variable: str) -> bool:
    return variable in known.curves or variable not in known.variables


def _short(found: RunCurves) -> RunCurves:
    """The first curves, as many as make a few KiB."""
    left, kept = _MOST_NUMBERS, dict(found.curves)
    for name, curve in found.curves.items():
        left -= len(curve.values)
        if left < 0:
            kept.pop(name)
    return replace(found, curves=kept)
