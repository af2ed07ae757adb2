"""Writes the files of one run in the order in which FRED writes them."""

from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import TextIO

from tui.demo.daily_counts import conditions
from tui.demo.epidemic import Day, simulate
from tui.demo.fred_tables import write_calendar, write_condition, write_out_csv
from tui.demo.health_records import health_records
from tui.demo.plan import MODEL_FILE, DemoPlan
from tui.demo.run_log import RunLog, command_line, model_text

# Shares of a run's real time: setting up, simulating, and the burst of small writes at the end.
_SETUP = 0.05
_SIMULATION = 0.80
_BURST = 0.15
_BURST_STEPS = 90  # about as many as there are


def write_results_root(out_dir: Path, plan: DemoPlan) -> None:
    """What `run_fred` leaves beside the runs: its command line and a copy of the model."""
    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / "COMMAND_LINE").write_text(command_line(plan), encoding="ascii")
    (out_dir / MODEL_FILE).write_text(model_text(plan), encoding="ascii")


def write_run(out_dir: Path, run: int, plan: DemoPlan, pause: Callable[[float], bool]) -> None:
    """Write RUN<run> into `out_dir`, live.

    `pause` waits the seconds it is given and returns True to stop, as `threading.Event.wait` does;
    there is no other clock. After a stop the run stays on disk as a killed FRED leaves it.

    Raises:
        OSError: A file could not be written.
    """
    for share in _steps(out_dir, run, plan):
        if pause(share * plan.seconds_per_run):
            return


def _steps(out_dir: Path, run: int, plan: DemoPlan) -> Iterator[float]:
    """Yields, after each visible change, the share of the run's time that passes before the next.

    Like FRED, it cleans nothing up: in an existing directory old results stay until overwritten.
    """
    run_dir = out_dir / f"RUN{run}"
    run_dir.mkdir(parents=True, exist_ok=True)
    with (
        (run_dir / "LOG").open("w", encoding="ascii") as log,
        (run_dir / "health_records.txt").open("w", encoding="ascii") as records,
    ):
        for stale in ("errors.txt", "warnings.txt"):
            (out_dir / stale).unlink(missing_ok=True)
        days = yield from _simulate(run, plan, log, records)
        (run_dir / "DAILY").mkdir(exist_ok=True)
        counted = conditions(days, plan.population)
        for condition in counted:
            yield from _in_burst(write_condition(run_dir, condition))
    write_calendar(run_dir, plan)
    yield from _in_burst(write_out_csv(run_dir, counted))


def _simulate(
    run: int, plan: DemoPlan, log: TextIO, records: TextIO
) -> Generator[float, None, list[Day]]:
    """The long part: two files grow. LOG's last line comes before the first result."""
    text = RunLog(plan, run)
    days: list[Day] = []
    _append(log, text.setup())
    yield _SETUP
    for day in simulate(plan.seed_of(run), plan.days, plan.population):
        days.append(day)
        _append(records, health_records(day, plan.date_of(day.number)))
        _append(log, text.day(day.number, len(day.exposed)))
        yield _SIMULATION / plan.days
    _append(log, text.end())
    yield from _in_burst([None])
    return days


def _in_burst(changes: Iterable[None]) -> Iterator[float]:
    for _ in changes:
        yield _BURST / _BURST_STEPS


def _append(file: TextIO, text: str) -> None:
    """Flushed as FRED does, so that each change is seen at once."""
    file.write(text)
    file.flush()
