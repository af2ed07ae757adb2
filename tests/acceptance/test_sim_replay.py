"""Nobody is told that a run is finished before it is: the writes of real simulators, one at a time."""

from itertools import dropwhile
from pathlib import Path

import pytest

from core.finish.profiles import rule_of
from core.finish.ready_made import READY_MADE
from core.finish.rule import FinishRule
from core.finish.run_state import RunState
from core.settings import Marker, Require, RuleKind, RuleSettings
from tests.acceptance.polled import Polled
from tests.acceptance.sim_replay import (
    LATER,
    SIMULATORS,
    Recording,
    Replay,
    ended_badly,
    whole_run,
)

COVASIM = RuleSettings(
    "covasim",
    RuleKind.SENTINEL,
    require=Require.ALL,
    success=(Marker("sim.sim", min_bytes=1), Marker("log.txt", min_bytes=1)),
    failure=(Marker("log.txt", "^Traceback"),),
)
"""As docs/simulators.md has it."""
RULES = {rule.name: rule for rule in (*READY_MADE, COVASIM)}
LONG = 60.0
"""Seconds of a pause. No quiet period is set, so that what is tested is the rule alone."""


def rule_for(simulator: str) -> FinishRule:
    return rule_of(RULES[simulator])


@pytest.mark.parametrize("pause", [0.0, LONG], ids=["in one go", "with pauses"])
@pytest.mark.parametrize("simulator", SIMULATORS)
def test_a_run(simulator: str, pause: float, tmp_path: Path) -> None:
    """
    Given a simulator at work
    When its run is looked at between every two file operations, for so long that it counts as a pause
    Then it is finished after the last one and not before.
    """
    replay = Replay(Recording.read(simulator), tmp_path / "OUT/RUN1")
    polled = Polled(replay.run.parent, rule_for(simulator), quiet_seconds=0)
    for number, operation in enumerate(replay.steps(pause), 1):
        polled.clock.advance(LONG)
        early = number < replay.recording.written
        state = polled.look().get("RUN1")
        assert state is (RunState.RUNNING if early else RunState.DONE), f"{number}: {operation}"


@pytest.mark.parametrize("simulator", SIMULATORS)
def test_a_killed_run(simulator: str, tmp_path: Path) -> None:
    """
    Given a simulator that is killed
    When its run is looked at between every two file operations, and then for long
    Then nobody is told that it has finished.
    """
    replay = Replay(Recording.read(simulator, killed=True), tmp_path / "OUT/RUN1")
    polled = Polled(replay.run.parent, rule_for(simulator), quiet_seconds=0)
    for operation in replay.steps():
        polled.clock.advance(LONG)
        assert polled.look().get("RUN1") is not RunState.DONE, operation
    polled.clock.advance(1000 * LONG)
    assert polled.look() == {"RUN1": RunState.RUNNING}


@pytest.mark.parametrize("simulator", SIMULATORS)
def test_a_run_that_failed(simulator: str, tmp_path: Path) -> None:
    """
    Given a simulator that refused its input, or failed later
    When what it left is looked at
    Then the run has failed, or, where a crash left no word, goes on.
    """
    (tmp_path / "OUT").mkdir()
    for how, left in ended_badly(simulator, tmp_path):
        run = left.rename(tmp_path / "OUT" / "RUN1")
        state = Polled(run.parent, rule_for(simulator), quiet_seconds=0).look()["RUN1"]
        crashed = (simulator, how) == ("gromacs", "midrun")
        assert state is (RunState.RUNNING if crashed else RunState.FAILED), how
        run.rename(left)


@pytest.mark.parametrize("simulator", SIMULATORS)
def test_a_run_again(simulator: str, tmp_path: Path) -> None:
    """
    Given a finished run into whose directory the simulator is started again
    When it is looked at between every two file operations
    Then it is finished again only after the last one.
    """
    run = whole_run(simulator, tmp_path / "OUT/RUN1")
    replay = Replay(Recording.read(simulator), run, began=LATER)
    polled = Polled(run.parent, rule_for(simulator), quiet_seconds=0)
    assert polled.look() == {"RUN1": RunState.DONE}
    steps = enumerate(replay.steps(), 1)
    for number, operation in dropwhile(lambda step: step[1].name == "mkdir", steps):
        polled.clock.advance(LONG)
        early = number < replay.recording.written
        assert (polled.look()["RUN1"] is RunState.DONE) is not early, f"{number}: {operation}"
