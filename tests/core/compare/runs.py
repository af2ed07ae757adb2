"""Runs to compare, in memory."""

from collections.abc import Mapping, Sequence

from core.compare.named_run import NamedRun
from core.curves.read_curves import ReadCurves
from core.curves.readers import READERS
from core.curves.recall_curves import RecallCurves
from core.errors import RunFerryError
from tests.fakes.clock import FixedClock
from tests.fakes.curves_cache import FakeCurvesCache
from tests.fakes.run_files import FakeRunFiles


class LostRun(FakeRunFiles):
    """Cannot be read."""

    def __init__(self, place: str, error: RunFerryError) -> None:
        super().__init__({}, place)
        self.asked = 0
        self._error = error

    def files(self) -> Mapping[str, int]:
        self.asked += 1
        raise self._error

    def identity(self) -> str:
        return "lost"


def recall(cache: FakeCurvesCache | None = None) -> RecallCurves:
    return RecallCurves(ReadCurves(READERS), cache or FakeCurvesCache(), FixedClock())


def fred(place: str, values: Sequence[float], name: str = "INF.I", **more: bytes) -> FakeRunFiles:
    """With a curve from day 0 on."""
    rows = "".join(f"{day} {value}\n" for day, value in enumerate(values))
    return FakeRunFiles({f"DAILY/{name}.txt": rows.encode(), **more}, place)


def named(number: int, *sources: FakeRunFiles, path: str = "") -> NamedRun:
    return NamedRun(f"RUN{number}", sources, number, None if path else 1, path)
