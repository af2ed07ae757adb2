"""What one demo simulates, and how fast."""

from dataclasses import dataclass
from datetime import date, timedelta

MODEL_FILE = "demo.fred"
LOCATION = "Potter_County_PA"
FIPS = 42105


@dataclass(frozen=True)
class DemoPlan:
    """Equal plans write equal bytes; only `seconds_per_run` and `concurrent` leave no trace in them.

    Attributes:
        runs: RUN1 to RUN<runs> are written.
        days: Simulated days of each run.
        seed: FRED's `seed`: each run has its own, derived from this one.
        concurrent: How many runs are written side by side.
        seconds_per_run: Real seconds between the first and the last write of one run.
        population: Agents in the simulated county.
        failing_run: The run that aborts when it tries to write its results, or None.
        start: First simulated day.
    """

    runs: int = 4
    days: int = 60
    seed: int = 1
    concurrent: int = 2
    seconds_per_run: float = 3.0
    population: int = 17_457
    failing_run: int | None = None
    start: date = date(2020, 1, 1)

    def __post_init__(self) -> None:
        for name in ("runs", "days", "concurrent", "population"):
            if getattr(self, name) < 1:
                raise ValueError(f"DemoPlan.{name} must be at least 1")
        if self.seconds_per_run < 0:
            raise ValueError("DemoPlan.seconds_per_run must not be negative")

    def seed_of(self, run: int) -> int:
        """FRED's rule: the seed itself for RUN1, then `seed * 100 + (run - 1)`."""
        return self.seed if run == 1 else self.seed * 100 + run - 1

    def date_of(self, day: int) -> date:
        """Calendar date of a simulated day, which counts from 0."""
        return self.start + timedelta(days=day)
