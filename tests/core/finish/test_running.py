"""Which process writes into which run, and what the end of one proves."""

import pytest

from core.finish.rule import Check, Evidence, Outcome, Verdict
from core.finish.running import run_finder, runs_of, unless_dead, working_places
from core.ports.processes import Process
from core.ports.tree import EntryType, Scan, TreeEntry

RUNS = {"/data/OUT/RUN1": "/data/OUT/RUN1", "/scratch/7": "/data/OUT/RUN7"}
SIM = Process(4711, (), "/data/OUT/RUN1", "sim.py")
WRITTEN = Scan.of("/x", [TreeEntry("log", EntryType.FILE, 1, 1, 0o100644)], "f")
RUNNING = Verdict(Outcome.RUNNING, "DONE is not there yet")


@pytest.mark.parametrize(
    ("directory", "arguments", "runs"),
    [
        ("/data/OUT/RUN1", "", [1]),
        ("/data/OUT/RUN1/work/deeper", "", [1]),
        ("/data/OUT/RUN10", "", []),
        ("/data/OUT", "", []),
        ("/data", "--out OUT/RUN1", [1]),
        ("/data", "--out=OUT/RUN1/", [1]),
        ("/data/OUT", "-oRUN1", [1]),
        ("/data/OUT", "out=RUN1", [1]),
        ("/home", "/data/x/../OUT/RUN1", [1]),
        ("/data/OUT", "-in RUN1/in.lj -log RUN1/log.lammps", [1]),
        ("/data/OUT", "RUN2 RUN10", []),
        ("/scratch", "7", [7]),
        ("/scratch/7", "", [7]),
        ("/data/OUT", "RUN1 /scratch/7", [1, 7]),
        # What it reads may be of another run.
        ("/data/OUT/RUN1", "--restart /scratch/7", [1]),
        ("/data/OUT", "--restart /scratch/7/end.bin --out RUN1", [1]),
    ],
)
def test_where_a_program_writes(directory: str, arguments: str, runs: list[int]) -> None:
    """Where it works, else where its arguments say; links have been resolved."""
    places = working_places(Process(1, tuple(arguments.split()), directory))
    assert runs_of(places, run_finder(RUNS)) == {f"/data/OUT/RUN{number}" for number in runs}


def test_it_has_died() -> None:
    """Who wrote here has ended, and what it should leave is not there."""
    dead = unless_dead(RUNNING, Evidence(WRITTEN, {}, ended=(SIM,)), "sim.py")
    assert dead.outcome is Outcome.STOPPED
    assert dead.reason == (
        "sim.py (pid 4711) was writing here and has ended, but DONE is not there yet"
    )


def test_it_has_died_at_once() -> None:
    """A rule's words for a run that has written nothing yet are not those for one that will not."""
    evidence = Evidence(Scan.of("/x", [], "f"), {}, ended=(SIM,))
    dead = unless_dead(RUNNING, evidence, "sim.py")
    assert dead.reason == "sim.py (pid 4711) was writing here and has ended and has written nothing"


def test_many_have_died() -> None:
    """Those of all nodes of a parallel program, in one line."""
    ranks = [Process(pid, (), "/x", "lmp_mpi") for pid in range(100, 164)]
    dead = unless_dead(RUNNING, Evidence(WRITTEN, {}, ended=ranks), "lmp*")
    assert dead.reason.startswith("lmp_mpi (pid 100, 101, 102, 61 more) was writing here")


@pytest.mark.parametrize("outcome", [Outcome.DONE, Outcome.FAILED, Outcome.STOPPED])
def test_its_own_word_counts(outcome: Outcome) -> None:
    """What it left proves how it ended."""
    verdict = Verdict(outcome, "it says so")
    assert unless_dead(verdict, Evidence(WRITTEN, {}, ended=(SIM,)), "sim.py") is verdict


def test_somebody_else_goes_on() -> None:
    """What is complete, and waits for its job, has not died."""
    job = Check("job ended", passed=False, reason="the job is running", around=True)
    cut = Check("all rows", passed=False, reason="cut")
    waits = Verdict(Outcome.RUNNING, job.reason, (Check("rows", True, "all"), job))
    evidence = Evidence(WRITTEN, {}, ended=(SIM,))
    assert unless_dead(waits, evidence, "FRED") is waits
    both = Verdict(Outcome.RUNNING, cut.reason, (cut, job))
    assert unless_dead(both, evidence, "FRED").outcome is Outcome.STOPPED
