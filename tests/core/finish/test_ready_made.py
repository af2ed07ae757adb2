"""The ready-made rules on what the real programs print, version by version and habit by habit."""

import re
from fnmatch import fnmatchcase
from typing import Any

import pytest

from core.finish.ready_made import EXIT_CODE, GROMACS, LAMMPS, OPENFOAM, READY_MADE, SUMO
from core.finish.rule import Outcome
from core.settings import RuleSettings
from tests.core.finish.test_sentinel_rule import look

DONE, FAILED, RUNNING = Outcome.DONE, Outcome.FAILED, Outcome.RUNNING
HEAD = b"LAMMPS (22 Jul 2025 - Update 4)\nunits lj\n"
STEPS = b"Step          Temp\n     100   0.7\n" * 4000
WALL = b"Total wall time: 0:00:06\n"
MDRUN = b"                :-) GROMACS - gmx mdrun, 2022.5 (-:\n\n"
ROWS = b"           Step           Time\n            100      0.2\n" * 3000
FINISHED = b"Finished mdrun on rank 0 Mon Nov 30 04:04:07 2026\n\n"
REMINDS = b'GROMACS reminds you: "So it goes" (K. Vonnegut)\n\n'
MAXH = b"\nStep 30200: Run time exceeded 0.99 hours, will terminate the run within 25 steps\n"
TERM = b"\n\nReceived the TERM signal, stopping within 25 steps\n\n"
AGAIN = b"Restarting from checkpoint, appending to previous log file.\n\n" + MDRUN
FOAM = b"/*---*\\\nBuild  : 1912\nExec   : %s\nDate   : Nov 30 2026\n"
TIMES = b"Time = 0.1\n\nCourant\nExecutionTime = 1.2 s  ClockTime = 2 s\n\n" * 2000
END = b"End\n\n"
LOADED = b"Loading net-file from 'net.xml' ... done (3ms).\n"
SIMULATED = b"Simulation ended at time: 1800.00.\nReason: All vehicles have left the simulation.\n"
XML = (
    b'<?xml version="1.0"?>\n\n<!-- generated on 2026-11-30 by Eclipse SUMO sumo 1.28.0\n-->\n<a>\n'
)
NET = b'<?xml version="1.0"?>\n\n<!-- generated on 2026-11-30 by Eclipse SUMO netgenerate 1.28.0\n'


def foam(tool: bytes, rest: bytes) -> bytes:
    return FOAM % tool + rest


@pytest.mark.parametrize(
    ("rule", "files", "outcome"),
    [
        (LAMMPS, {"log.lammps": HEAD + STEPS + WALL}, DONE),
        (LAMMPS, {"run1.log": HEAD + STEPS + WALL}, DONE),
        (LAMMPS, {"slurm-7.out": b"module loaded\n" + HEAD + STEPS + WALL + b"real 5s\n"}, DONE),
        (LAMMPS, {"log.lammps": HEAD + STEPS}, RUNNING),
        (LAMMPS, {"log.lammps": HEAD + STEPS + b"Loop time of 3.2 on 1 procs\n"}, RUNNING),
        (LAMMPS, {"log.lammps": HEAD + STEPS + WALL, "screen.out": HEAD + STEPS}, RUNNING),
        (LAMMPS, {"log.lammps": HEAD + b"log eq.log\n", "eq.log": STEPS + WALL}, DONE),
        (LAMMPS, {"log.lammps": HEAD + b"log eq.log\n", "eq.log": STEPS}, RUNNING),
        (LAMMPS, {"log.all": STEPS + WALL + STEPS}, RUNNING),
        (LAMMPS, {"log.lammps": HEAD + STEPS + b"quit\n"}, DONE),
        (LAMMPS, {"log.lammps": HEAD + STEPS + b"quit 3\n"}, FAILED),
        (LAMMPS, {"log.lammps": HEAD + b"ERROR: Lost atoms (src/thermo.cpp:439)\n"}, FAILED),
        (LAMMPS, {"log.lammps": HEAD, "s.out": HEAD + b"ERROR on proc 3: Bad\n"}, FAILED),
        (
            LAMMPS,
            {
                "log.lammps": HEAD + b"Running on 2 partitions of processors\n",
                "log.lammps.0": HEAD + STEPS + WALL,
                "log.lammps.1": HEAD + STEPS + WALL,
            },
            DONE,
        ),
        (LAMMPS, {"in.lj": b"units lj\n"}, RUNNING),
        (GROMACS, {"md.log": MDRUN + ROWS + FINISHED}, DONE),
        (GROMACS, {"npt.log": MDRUN + ROWS + FINISHED}, DONE),
        (GROMACS, {"md.log": MDRUN + ROWS}, RUNNING),
        (GROMACS, {"md.log": MDRUN + ROWS + FINISHED, "o.out": MDRUN + ROWS}, RUNNING),
        (GROMACS, {"md.log": MDRUN + ROWS + FINISHED, "o.out": MDRUN + REMINDS}, DONE),
        (GROMACS, {"md.log": MDRUN + ROWS + MAXH + FINISHED}, FAILED),
        (GROMACS, {"md.log": MDRUN + ROWS + TERM + FINISHED}, FAILED),
        (GROMACS, {"md.log": MDRUN + TERM + FINISHED + AGAIN + ROWS[:999]}, RUNNING),
        (GROMACS, {"md.log": MDRUN + TERM + FINISHED + AGAIN + FINISHED}, DONE),
        (
            GROMACS,
            {
                "md.part0001.log": (8, MDRUN + MAXH + FINISHED),
                "md.part0002.log": (9, MDRUN + ROWS + FINISHED),
            },
            DONE,
        ),
        (GROMACS, {"em.log": (8, MDRUN + FINISHED), "nvt.log": (9, MDRUN + ROWS)}, RUNNING),
        (
            GROMACS,
            {
                "grompp.log": b"-----\nProgram:     gmx grompp, version 2022.5\n"
                b"Source file: src/x.cpp (line 245)\n\nFatal error:\nThere was 1 error\n\n"
                b"For more information and tips for troubleshooting, please check\n"
            },
            FAILED,
        ),
        (OPENFOAM, {"log.blockMesh": foam(b"blockMesh", END)}, RUNNING),
        (OPENFOAM, {"log.icoFoam": foam(b"icoFoam", TIMES + END)}, DONE),
        (OPENFOAM, {"log.icoFoam": foam(b"icoFoam", TIMES)}, RUNNING),
        (
            OPENFOAM,
            {"log": foam(b"simpleFoam", TIMES + END + b"Finalising parallel run\n")},
            DONE,
        ),
        (
            OPENFOAM,
            {
                "log.icoFoam": (8, foam(b"icoFoam", TIMES + END)),
                "log.reconstructPar": (9, foam(b"reconstructPar", b"Time = 0.1\n")),
            },
            RUNNING,
        ),
        (
            OPENFOAM,
            {
                "log.icoFoam": (8, foam(b"icoFoam", TIMES + END)),
                "log.foamToVTK": (9, foam(b"foamToVTK", b"End: 0 s, 139004 kB (peak)\n\n")),
            },
            DONE,
        ),
        (
            OPENFOAM,
            {
                "log.icoFoam": (5, foam(b"icoFoam", TIMES + END)),
                "log.blockMesh": (9, foam(b"/opt/bin/blockMesh", END)),
            },
            RUNNING,
        ),
        (OPENFOAM, {"log": foam(b"blockMesh", END) + foam(b"icoFoam", TIMES)}, RUNNING),
        (OPENFOAM, {"log": foam(b"blockMesh", END) + foam(b"icoFoam", TIMES + END)}, DONE),
        (OPENFOAM, {"log.icoFoam": foam(b"icoFoam", b"[1] --> FOAM FATAL ERROR: \n")}, FAILED),
        (
            OPENFOAM,
            {"log.icoFoam": foam(b"icoFoam", TIMES + b"#0  Foam::error::printStack(Foam)\n")},
            FAILED,
        ),
        (OPENFOAM, {"log.icoFoam": foam(b"icoFoam", b"trapFpe: Floating point\n")}, RUNNING),
        (SUMO, {"sumo.log": LOADED + SIMULATED}, DONE),
        (SUMO, {"my.log": LOADED + SIMULATED, "net.xml": NET + b"<e"}, DONE),
        (SUMO, {"sumo.log": LOADED + SIMULATED, "out/t.xml": XML + b"  <b"}, RUNNING),
        (SUMO, {"sumo.log": LOADED + SIMULATED, "t.xml": b""}, RUNNING),
        (SUMO, {"sumo.log": LOADED + SIMULATED, "t.xml": XML + b"</a>\n"}, DONE),
        (SUMO, {"sumo.log": LOADED, "t.xml": XML + b"</a>\n"}, RUNNING),
        (SUMO, {"sumo.log": LOADED + b"Step #4.00Error: x\nQuitting (on error).\n"}, FAILED),
        (
            SUMO,
            {"sumo.log": LOADED + b"Simulation ended at time: 9.00.\nReason: Interrupted.\n"},
            FAILED,
        ),
        (SUMO, {"sumo.log": LOADED + b"Simulation ended at time: 9.00.\n"}, RUNNING),
        (EXIT_CODE, {"exit_code": b"0\n"}, DONE),
        (EXIT_CODE, {".exitcode": b"0"}, DONE),
        (EXIT_CODE, {"rc.txt": b"exit code: 0\n"}, DONE),
        (EXIT_CODE, {"../RUN1.rc": b"0\n", "out": b"x"}, DONE),
        (EXIT_CODE, {"exit_code": b""}, RUNNING),
        (EXIT_CODE, {"exit_code": b"139\n"}, FAILED),
        (EXIT_CODE, {"exit_code": b"10\n"}, FAILED),
        (EXIT_CODE, {"exit_code": b"-9\n"}, FAILED),
        (EXIT_CODE, {"out": b"0\n"}, RUNNING),
    ],
)
def test_what_they_print(rule: RuleSettings, files: dict[str, Any], outcome: Outcome) -> None:
    """Contents as the programs wrote them, shortened."""
    assert look(files, rule).outcome is outcome


@pytest.mark.parametrize("rule", READY_MADE, ids=lambda rule: rule.name)
def test_expressions(rule: RuleSettings) -> None:
    """Short enough for a settings file, and in words where they are long."""
    for marker in (*rule.success, *rule.failure):
        assert len(marker.matches) <= 1000
        assert marker.says or len(marker.matches) < 80
        assert re.compile(marker.matches, re.MULTILINE)
    assert rule.about


@pytest.mark.parametrize("cut", range(1, 26))
def test_cut_within_the_last_line(cut: int) -> None:
    """Whoever dies or rests in the middle of its last word has not said it."""
    assert look({"log.lammps": (HEAD + STEPS + WALL)[:-cut]}, LAMMPS).outcome is RUNNING
    assert look({"md.log": (MDRUN + ROWS + FINISHED)[: -1 - cut]}, GROMACS).outcome is RUNNING


def test_an_analysis_that_fails() -> None:
    """Tools that come after a simulation say nothing of it; those before do."""
    files = {"md.log": (5, MDRUN + ROWS + FINISHED)}
    fatal = b"Error in user input:\nNo such group\n\nFor more information and tips for troubleshooting\n"
    said = {
        tool: (
            99,
            b"  :-) GROMACS - gmx %s, 2022.5 (-:\n\nProgram:   gmx %s, 2\n%s" % (t, t, fatal),
        )
        for tool, t in (("rms.log", b"rms"), ("grompp.log", b"grompp"))
    }
    proof = look(files, GROMACS).proof
    assert look({**files, "rms.log": said["rms.log"]}, GROMACS, proof=proof).outcome is DONE
    assert look({"grompp.log": said["grompp.log"]}, GROMACS).outcome is FAILED


def test_words_of_exit_codes() -> None:
    """No pattern is quoted to somebody who wrote none."""
    assert (
        look({"exit_code": b""}, EXIT_CODE).reason
        == "exit_code does not say 0: it says nothing yet"
    )
    assert look({"x": b""}, EXIT_CODE).reason == "exit_code is not there yet, nor 13 others"


@pytest.mark.parametrize(
    ("programs", "write"),
    [
        ("icoFoam simpleFoam PDRFoam XiFoam rhoReactingFoam foamRun foamMultiRun", True),
        ("paraFoam foamMonitor pyFoamPlotWatcher.py blockMesh paraview", False),
    ],
)
def test_solvers_of_openfoam(programs: str, write: bool) -> None:
    """Who only looks at a run, for as long as it likes, does not keep it from being finished."""
    assert {fnmatchcase(name, OPENFOAM.program) for name in programs.split()} == {write}


ENDS = [
    (LAMMPS, "log.lammps", HEAD + STEPS + WALL, DONE),
    (LAMMPS, "log.lammps", HEAD + STEPS + b"ERROR: Lost atoms\n", FAILED),
    (GROMACS, "md.log", MDRUN + ROWS + FINISHED, DONE),
    (GROMACS, "md.log", MDRUN + ROWS + MAXH + FINISHED, FAILED),
    (OPENFOAM, "log.icoFoam", foam(b"icoFoam", TIMES + END), DONE),
    (OPENFOAM, "log.icoFoam", foam(b"icoFoam", b"--> FOAM FATAL ERROR: \n"), FAILED),
    (SUMO, "sumo.log", LOADED + SIMULATED, DONE),
    (SUMO, "sumo.log", LOADED + b"Quitting (on error).\n", FAILED),
]


@pytest.mark.parametrize(("rule", "log", "content", "outcome"), ENDS)
def test_analysed_later(rule: RuleSettings, log: str, content: bytes, outcome: Outcome) -> None:
    """What somebody makes of the results afterwards takes the end back by no name."""
    ended = look({log: (5, content)}, rule)
    assert ended.outcome is outcome
    tables = {f"rdf.{n}.out": (90, b"1 2 3\n") for n in range(100)}
    after = {"analysis.log": (99, b"read 3 files\n"), "means.out": (99, b"1 2\n"), **tables}
    again = look({log: (5, content), **after}, rule, proof=ended.proof)
    assert (again.outcome, again.reason) == (outcome, ended.reason)


@pytest.mark.parametrize(("rule", "log", "content", "outcome"), ENDS)
def test_begun_again(rule: RuleSettings, log: str, content: bytes, outcome: Outcome) -> None:
    """The log of the next run into the directory does, from its first moment, whatever its name."""
    proof = look({log: (5, content)}, rule).proof
    began = {"again.log": (99, b"" if rule is not GROMACS else MDRUN)}
    assert look({log: (5, content), **began}, rule, proof=proof).outcome is RUNNING
