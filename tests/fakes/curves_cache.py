"""What runs said, in memory."""

from datetime import datetime

from core.ports.curves_cache import CurvesCache, RunCurves
from tests.fakes.failing import FailsOnDemand


class FakeCurvesCache(FailsOnDemand, CurvesCache):
    """Remembers everything."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[str, tuple[str, RunCurves]] = {}

    def put(self, place: str, identity: str, curves: RunCurves, at: datetime) -> None:
        self._seen[place] = identity, curves

    def get(self, place: str, identity: str) -> RunCurves | None:
        known, curves = self._seen.get(place, ("", None))
        return curves if known == identity else None
