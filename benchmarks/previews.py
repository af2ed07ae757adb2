"""The run under the cursor has 10,000 files and grows: how late the app's event loop is. Budget: p95 of 30 ms.

The peer is the same app that previews a run of 10 files. Both runs have a curve of 5,000 days, of
which one more is written every second.
"""

import asyncio
import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles

from benchmarks.live import environ_of, in_terminal, temporary_directory

ROUNDS, SECONDS, DAYS = 3, 12, 5000
_TICK, _PATIENCE = 0.01, 90.0


def make_run(root: Path, files: int) -> Path:
    """One RUN directory with a log, a table, and so many files of daily counts."""
    run = root / "RUN1"
    (run / "DAILY").mkdir(parents=True)
    for number in range(files):
        (run / f"DAILY/X.{number}.txt").write_text("0 1\n")
    rows = "".join(f"{day},{max(0, 1204 - abs(day - 2000))}\n" for day in range(DAYS))
    (run / "counts.csv").write_text(f"Day,infected\n{rows}")
    (run / "LOG").write_text("begins\n")
    return run


def grow(run: Path, ended: threading.Event) -> None:
    """A line of log and a day of the table each second."""
    day = DAYS
    while not ended.wait(1.0):
        for name, text in (("LOG", f"day {day}\n"), ("counts.csv", f"{day},0\n")):
            with (run / name).open("a") as file:
                file.write(text)
        day += 1


async def _tick(seconds: float, lags: list[float]) -> None:
    end = time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        await asyncio.sleep(_TICK)
        lags.append(time.perf_counter() - start - _TICK)


async def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("nothing was shown")
        await asyncio.sleep(_TICK)


def run_app(report: str, root: str) -> None:
    """The app on a terminal; measured from the first picture of the curve on."""
    from tui.app import RunFerryApp
    from tui.composition.options import Options
    from tui.composition.session import Session
    from tui.widgets.run_preview import RunPreview

    with Session(Options(overrides={"rule": "sentinel"})) as session:
        services, lags = session.app_services([root]), list[float]()

        async def measure() -> None:
            pane = app.screen.query_one(RunPreview)
            await _until(lambda: "peak" in pane.text and "SIZE BY KIND" in pane.text)
            await _tick(SECONDS, lags)
            said.append(pane.text)
            app.exit()

        def start() -> None:
            services.start()
            tasks.append(asyncio.get_running_loop().create_task(measure()))

        tasks: list[asyncio.Task[None]] = []
        said: list[str] = []
        app = RunFerryApp(replace(services, start=start))
        app.run()
        Path(report).write_text(json.dumps([said[0], lags]))


def lags_of(directory: str, files: int) -> list[float]:
    """In seconds, of an app that begins with an empty state."""
    tree, report = Path(directory, "tree"), Path(directory, "report")
    run, ended = make_run(tree, files), threading.Event()
    command = [sys.executable, "-m", "benchmarks.previews", str(report), str(tree)]
    writer = threading.Thread(target=grow, args=(run, ended))
    writer.start()
    try:
        with in_terminal(command, environ_of(f"{directory}/home")):
            end = time.monotonic() + _PATIENCE
            while not report.exists() or not (text := report.read_text()):
                if time.monotonic() > end:
                    raise SystemExit("the app did not report")
                time.sleep(0.1)
    finally:
        ended.set()
        writer.join()
    said, lags = json.loads(text)
    if f"day {DAYS // 100}" not in said:
        raise SystemExit("the log did not go on")
    return lags


def main() -> None:
    """Prints medians over the rounds."""
    found: dict[int, list[tuple[float, float, float]]] = {10_000: [], 10: []}
    for _ in range(ROUNDS):
        for files, rounds in found.items():
            with temporary_directory() as directory:
                lags = lags_of(directory, files)
            rounds.append((median(lags), quantiles(lags, n=20)[-1], max(lags)))
    print(
        f"\nevent-loop lag while a growing run is previewed, {SECONDS} s"
        f"  ({ROUNDS} rounds, medians; budget p95 30 ms)"
    )
    for files, rounds in found.items():
        p50, p95, most = (median(column) * 1000 for column in zip(*rounds, strict=True))
        print(f"  {files:>6} files  p50 {p50:6.1f}  p95 {p95:6.1f}  max {most:6.1f} ms")


if __name__ == "__main__":
    if sys.argv[1:]:
        run_app(sys.argv[1], sys.argv[2])
    else:
        main()
