"""How late the app's event loop comes to a tick of 10 ms. Budget: p95 of 30 ms.

The app watches nothing, a flood of 10,000 appends/s, a tree of 200,000 files for the first time,
and both at once. Interleaved rounds; every app begins with an empty state.
"""

import asyncio
import json
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles

from benchmarks.corpus import many_runs
from benchmarks.flood import writer
from benchmarks.live import CORPORA, environ_of, in_terminal, piped, temporary_directory

ROUNDS, SECONDS = 3, 8
_TICK, _PATIENCE = 0.01, 90.0


async def _tick(seconds: float, lags: list[float]) -> None:
    end = time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        await asyncio.sleep(_TICK)
        lags.append(time.perf_counter() - start - _TICK)


def run_app(report: str, roots: list[str]) -> None:
    """The app on a terminal; measured from the moment when it begins to watch."""
    from tui.app import RunFerryApp
    from tui.composition.options import Options
    from tui.composition.session import Session

    with Session(Options(overrides={"rule": "sentinel"})) as session:
        services, lags = session.app_services(roots), list[float]()

        async def measure() -> None:
            await _tick(SECONDS, lags)
            app.exit()

        def start() -> None:
            services.start()
            tasks.append(asyncio.get_running_loop().create_task(measure()))

        tasks: list[asyncio.Task[None]] = []
        app = RunFerryApp(replace(services, start=start))
        app.run()
        Path(report).write_text(json.dumps([len(services.watch.views()), lags]))


def lags_of(directory: str, *, flooded: bool, large: bool) -> tuple[int, list[float]]:
    """How many runs the app saw, and its lags in seconds."""
    tree, report = Path(directory, "tree"), Path(directory, "report")
    tree.mkdir()
    roots = [str(tree), *([str(CORPORA / "scan")] if large else [])]
    command = [sys.executable, "-m", "benchmarks.event_loop_lag", str(report), *roots]
    with ExitStack() as programs:
        if flooded:
            writing = programs.enter_context(piped(writer(str(tree), SECONDS + 5)))
            writing.lines.readline()
        programs.enter_context(in_terminal(command, environ_of(f"{directory}/home")))
        end = time.monotonic() + _PATIENCE
        while not report.exists() or not (text := report.read_text()):
            if time.monotonic() > end:
                raise SystemExit("the app did not report")
            time.sleep(0.1)
    seen, lags = json.loads(text)
    return seen, lags


def main() -> None:
    """Prints medians over the rounds."""
    many_runs(CORPORA / "scan", runs=1000, files=200)
    cases = {
        "nothing": (False, False),
        "flood": (True, False),
        "first scan": (False, True),
        "both": (True, True),
    }
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in cases}
    runs: dict[str, int] = {}
    for _ in range(ROUNDS):
        for name, (flooded, large) in cases.items():
            with temporary_directory() as directory:
                runs[name], lags = lags_of(directory, flooded=flooded, large=large)
            found[name].append((median(lags), quantiles(lags, n=20)[-1], max(lags)))
    print(f"\nevent-loop lag of the app, {SECONDS} s  ({ROUNDS} rounds, medians; budget p95 30 ms)")
    for name, rounds in found.items():
        p50, p95, most = (median(column) * 1000 for column in zip(*rounds, strict=True))
        seen = f"{runs[name]} runs seen"
        print(f"  {name:<11} p50 {p50:6.1f}  p95 {p95:6.1f}  max {most:6.1f} ms   {seen}")


if __name__ == "__main__":
    if sys.argv[1:]:
        run_app(sys.argv[1], sys.argv[2:])
    else:
        main()
