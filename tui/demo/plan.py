"""What one demo simulates, and how fast."""

from dataclasses import dataclass
from datetime import date, timedelta

MODEL_FILE = "demo.fred"
LOCATION = "Potter_County_PA"
FIPS = 42105
SEED = 1
"""FRED's `seed`: each run has its own, derived from this one."""
_START = date(2020, 1, 1)


@dataclass(frozen=True)
class DemoPlan:
    """Equal plans write equal bytes; only `seconds_per_run` and `concurrent` leave no trace in them.

    Attributes:
        runs: RUN1 to RUN<runs> are written.
        days: Simulated days of each run.
        concurrent: How many runs are written side by side.
        seconds_per_run: Real seconds between the first and the last write of one run.
        population: Agents in the simulated county.
    """

    runs: int = 4
    days: int = 60
    concurrent: int = 2
    seconds_per_run: float = 3.0
    population: int = 17_457

    def __post_init__(self) -> None:
        for name in ("runs", "days", "concurrent", "population"):
            if getattr(self, name) < 1:
                raise ValueError(f"DemoPlan.{name} must be at least 1")
        if self.seconds_per_run < 0:
            raise ValueError("DemoPlan.seconds_per_run must not be negative")

    def seed_of(self, run: int) -> int:
        """FRED's rule: the seed itself for RUN1, then `seed * 100 + (run - 1)`."""
        return SEED if run == 1 else SEED * 100 + run - 1

    def date_of(self, day: int) -> date:
        """Calendar date of a simulated day, which counts from 0."""
        return _START + timedelta(days=day)
