import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.clock import within
from tui.demo.fred_writer import write_results_root, write_run
from tui.demo.plan import DemoPlan
from tui.demo.simulation import DemoSimulation

HOUR = 3600.0
QUICK = DemoPlan(runs=3, days=5, population=300, seconds_per_run=0.2)
ENDLESS = DemoPlan(runs=4, days=5, population=300, seconds_per_run=HOUR)


def tree(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def wait_until(condition: Callable[[], bool]) -> None:
    """Up to ten seconds, looking every five milliseconds."""
    for _ in range(2000):
        if condition():
            return
        threading.Event().wait(0.005)
    pytest.fail("the condition did not come true")


@pytest.fixture
def simulate(tmp_path: Path) -> Iterator[Callable[[DemoPlan], DemoSimulation]]:
    """Builds simulations and makes sure that none outlives its test."""
    made: list[DemoSimulation] = []

    def make(plan: DemoPlan) -> DemoSimulation:
        made.append(DemoSimulation(tmp_path / "tree", plan))
        return made[-1]

    yield make
    for simulation in made:
        simulation.stop()
        wait_until(lambda simulation=simulation: not simulation.running)


Simulate = Callable[[DemoPlan], DemoSimulation]


def test_writes_all_runs(tmp_path: Path, simulate: Simulate):
    """The background writes, byte for byte, what writing run after run would."""
    simulation = simulate(QUICK)
    simulation.start()
    simulation.join(within(20))
    assert not simulation.running
    write_results_root(tmp_path / "expected", QUICK)
    for run in (1, 2, 3):
        write_run(tmp_path / "expected", run, QUICK, lambda _seconds: False)
    assert tree(simulation.results_root) == tree(tmp_path / "expected")


def test_layout(tmp_path: Path, simulate: Simulate):
    """When start returns, the results root exists and a watcher can be pointed at it."""
    simulation = simulate(ENDLESS)
    assert simulation.results_root == tmp_path / "tree" / "OUT"
    assert not simulation.running
    simulation.start()
    assert simulation.running
    assert (simulation.results_root / "COMMAND_LINE").exists()


def test_stop(simulate: Simulate):
    """A stop interrupts the pauses; runs are left unfinished and no thread is left behind."""
    before = set(threading.enumerate())
    simulation = simulate(ENDLESS)
    simulation.start()
    wait_until((simulation.results_root / "RUN1" / "LOG").exists)
    assert all(thread.daemon for thread in set(threading.enumerate()) - before)
    simulation.stop()
    simulation.join(within(10))
    assert not simulation.running
    assert set(threading.enumerate()) <= before
    assert not list(simulation.results_root.glob("RUN*/out.csv"))


def test_join_gives_up_in_time(simulate: Simulate):
    """A join that times out returns, and the simulation is still running."""
    simulation = simulate(ENDLESS)
    simulation.start()
    simulation.join(within(0.01))
    assert simulation.running


def test_side_by_side(simulate: Simulate):
    """Two runs grow at the same time."""
    plan = DemoPlan(runs=4, days=2000, population=50, seconds_per_run=1.0)
    simulation = simulate(plan)
    simulation.start()
    logs = [simulation.results_root / f"RUN{run}" / "LOG" for run in (1, 2)]
    wait_until(lambda: all(log.exists() and "\nday 3 " in log.read_text() for log in logs))
    assert not list(simulation.results_root.glob("RUN*/out.csv"))


def test_one_after_another(simulate: Simulate):
    """Without concurrency a run starts when the one before it is finished."""
    plan = DemoPlan(runs=2, days=5, population=300, seconds_per_run=0.2, concurrent=1)
    simulation = simulate(plan)
    simulation.start()
    second = simulation.results_root / "RUN2"
    wait_until(second.exists)
    out = (simulation.results_root / "RUN1" / "out.csv").read_text()
    assert out.startswith("Day,Date,")


def test_errors_reach_the_caller(simulate: Simulate):
    """What goes wrong in the background is raised by join, and the other runs are stopped."""
    simulation = simulate(ENDLESS)
    simulation.results_root.mkdir(parents=True)
    (simulation.results_root / "RUN1").write_text("in the way")
    simulation.start()
    with pytest.raises(FileExistsError, match="RUN1"):
        simulation.join(within(20))
    assert not simulation.running


def test_start_reports_an_unusable_root(tmp_path: Path, simulate: Simulate):
    """A root that is a file is reported at once, and nothing runs."""
    (tmp_path / "tree").write_text("in the way")
    simulation = simulate(QUICK)
    with pytest.raises(OSError, match="tree"):
        simulation.start()
    assert not simulation.running
    simulation.join(within(1))
