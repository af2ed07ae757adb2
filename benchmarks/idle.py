"""5,000 finished runs under watch, nothing happens. Budget: 6 % of a core.

All programs are idle side by side; the peer is an app with one Static. Beside them, 50 runs of simulations that live
and write nothing, under a rule that looks for their processes.
"""

import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.corpus import many_runs
from benchmarks.first_frame import PEER
from benchmarks.live import (
    CORPORA,
    cpu_seconds,
    environ_of,
    in_terminal,
    piped,
    runferry,
    temporary_directory,
    unheard,
)

RUNS, LIVE, SECONDS = 5000, 50, 30
_STILL, _LOOK, _PATIENCE = 0.2, 3.0, 120.0
_LIVE = f"runferry watch, {LIVE} live runs"


def finished_runs() -> Path:
    """10 files each, and the marker that ends a run; made once."""
    root = CORPORA / "idle"
    if not root.exists():
        many_runs(root, RUNS, files=10)
        for run in root.iterdir():
            (run / "DONE").touch()
    return root


def first_session(command: list[str], env: Mapping[str, str]) -> None:
    """Waits until every run is finished, so that what comes later is a usual start."""
    with piped([*command, "--until-idle"], env) as watching:
        finished = sum('"done"' in line for line in watching.lines)
    if finished != RUNS:
        raise SystemExit(f"{finished} of {RUNS} runs were finished")


def wait_until_still(pids: Mapping[str, int]) -> None:
    """The first pass is over in all of them."""
    end = time.monotonic() + _PATIENCE
    while max((used := shares(pids, _LOOK)).values()) > _STILL:
        if time.monotonic() > end:
            raise SystemExit(f"still at work after {_PATIENCE:.0f} s: {used}")


def shares(pids: Mapping[str, int], seconds: float) -> dict[str, float]:
    """Of one core, of each program, from now on."""
    start, before = time.perf_counter(), {name: cpu_seconds(pid) for name, pid in pids.items()}
    time.sleep(seconds)
    passed = time.perf_counter() - start
    return {name: (cpu_seconds(pid) - before[name]) / passed for name, pid in pids.items()}


_SIMULATOR = "runferry-simulator"
_RULE = f"""
[rules.worked]
kind = "sentinel"
success = ["DONE"]
program = "{_SIMULATOR}"
"""


@contextmanager
def live_runs(directory: Path) -> Generator[Path]:
    """Each with its process, which its arguments name."""
    root = directory / "live"
    many_runs(root, LIVE, files=10)
    program = directory / _SIMULATOR
    program.write_text("#!/bin/sh\nread line\n")
    program.chmod(0o755)
    with ExitStack() as simulations:
        for run in root.iterdir():
            simulation = subprocess.Popen(
                [program, "--out", run.name], cwd=root, stdin=subprocess.PIPE
            )
            simulations.callback(simulation.wait)
            simulations.callback(simulation.kill)
        yield root


def main() -> None:
    """Prints the shares of one core."""
    root = finished_runs()
    rule = ("--rule", "sentinel", "--quiet", "1")
    with temporary_directory() as directory, ExitStack() as programs:
        homes = {name: environ_of(f"{directory}/{name}") for name in ("app", "watch")}
        watch = runferry("watch", root, *rule, "--json")
        for env in homes.values():
            first_session(watch, env)
        app = in_terminal(runferry(root, *rule), homes["app"])
        peer = in_terminal([sys.executable, "-c", PEER], environ_of(directory))
        pids = {
            "runferry": programs.enter_context(app),
            "runferry watch": programs.enter_context(unheard(watch, homes["watch"])),
            "one Static": programs.enter_context(peer),
        }
        live = programs.enter_context(live_runs(Path(directory)))
        home = Path(directory, "live-home")
        home.mkdir()
        (home / "settings.toml").write_text(_RULE)
        watch_live = runferry("watch", live, "--rule", "worked", "--json")
        pids[_LIVE] = programs.enter_context(unheard(watch_live, environ_of(str(home))))
        wait_until_still(pids)
        found = shares(pids, SECONDS)
    print(f"\n{RUNS:,} finished runs of 11 files, {SECONDS} s  (budget 6 % of a core)")
    for name, share in found.items():
        print(f"  {name:<{len(_LIVE)}} {share * 100:5.2f} % of a core")


if __name__ == "__main__":
    main()
