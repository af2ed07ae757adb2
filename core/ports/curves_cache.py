"""What runs said over time, so that hundreds of them can be compared without reading them again."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.series import Series


@dataclass(frozen=True)
class RunCurves:
    """All `variables` of a run, the curves of some by name, and its parameters if it tells any."""

    variables: Sequence[str]
    curves: Mapping[str, Series]
    parameters: Mapping[str, str] | None


class CurvesCache(Protocol):
    """By the place of a run; callable from any thread; raises only CatalogError.

    It is a cache: what was put long ago, and what is very large, may not be there.
    """

    @abstractmethod
    def put(self, place: str, identity: str, curves: RunCurves, at: datetime) -> None:
        """Remembers one run for each place; `identity` tells contents of one place apart."""

    @abstractmethod
    def get(self, place: str, identity: str) -> RunCurves | None:
        """What was put last of this place, if that was of the same identity."""
