"""Finish rules for simulators that many people have, by what these print themselves.

Logs are told by how they begin, so that it does not matter what they are called, and by how they end.
"""

from core.settings import Marker, Require, RuleKind, RuleSettings, Which

_NAMES = (
    "log,log.*,log_*,log-*,*.log,*.lammps,*.out,*_out,out.txt,output.txt"
    ",screen*,stdout*,*.stdout,stderr*,*.err,slurm-*,*.o[0-9]*,*.e[0-9]*"
)
LOGS = f"{{,log/,logs/}}{{{_NAMES}}}"
"""What people call the file that they send the screen of a simulator to."""

_LOOKED_AT = ("*.png", "*.pdf", "*.svg", "*.ipynb")
"""What people make of results, which may be newer than the end of a run."""
_REST = r"(?s:.*)"
"""All that follows: what a log says last is what counts."""

# LAMMPS. The screen is written in blocks: the log may have ended, and the screen not yet. A script that
# opens another log by `log` leaves this one with that line, one that ends by `quit` with that word.
_WALL = r"^Total wall time: \d+:\d\d:\d\d\n"
_LAMMPS_ENDS = rf"{_WALL}(?!{_REST}^(?:LAMMPS \(|Step +|Loop time of ))|^quit(?:[ \t]+0)?\s*\Z"
_LAMMPS_LEFT = r"^[ \t]*log[ \t]+\S[^\n]*\s*\Z|^Running on \d+ partitions of processors"
LAMMPS = RuleSettings(
    "lammps",
    RuleKind.SENTINEL,
    program="lmp*",
    about="each log and screen of LAMMPS ends with Total wall time",
    ignore=_LOOKED_AT,
    require=Require.ALL,
    success=(
        Marker(LOGS, _LAMMPS_ENDS, says="Total wall time"),
        Marker(
            LOGS,
            f"{_LAMMPS_ENDS}|{_LAMMPS_LEFT}",
            begins=r"^LAMMPS \(",
            which=Which.EACH,
            says="Total wall time",
        ),
    ),
    failure=(
        Marker(LOGS, rf"^ERROR(?: on proc \d+)?: .*(?!{_REST}{_WALL})", says="ERROR"),
        Marker(LOGS, r"^quit[ \t]+[1-9]\d*\s*\Z", says="quit with a status"),
    ),
)

# GROMACS. mdrun that is stopped before its last step says that it has finished, too, and is gone on with
# in the same log, behind another banner, or in another one.
_BANNER = r":-\) GROMACS - "
_MDRUN = rf"{_BANNER}(?:gmx )?mdrun"
_BEFORE_MDRUN = r"mdrun|grompp|convert-tpr|pdb2gmx|solvate|genion|editconf|insert-molecules|genconf|genrestr|make_ndx"
_MDRUN_ENDS = rf"^(?:Finished mdrun on |GROMACS reminds you: ).*\n(?!{_REST}{_BANNER})"
GROMACS = RuleSettings(
    "gromacs",
    RuleKind.SENTINEL,
    program="gmx*",
    about="the newest log of mdrun has finished with the last step, and each other one has ended",
    ignore=(*_LOOKED_AT, "*.xvg"),
    require=Require.ALL,
    success=(
        Marker(LOGS, _MDRUN_ENDS, begins=_MDRUN, which=Which.NEWEST, says="Finished mdrun"),
        Marker(LOGS, _MDRUN_ENDS, begins=_MDRUN, which=Which.EACH, says="Finished mdrun"),
    ),
    failure=(
        Marker(
            LOGS,
            rf"^(?:Step .*: Run time exceeded|Received the \w+ signal).*(?!{_REST}{_BANNER})",
            begins=_MDRUN,
            which=Which.NEWEST,
            says="that it was stopped",
        ),
        Marker(
            LOGS,
            r"^(?!Program)\S.*:\n(?:.+\n){1,20}\n?For more information and tips for troubleshooting"
            rf"(?!{_REST}{_BANNER})",
            begins=rf"(?:{_BANNER}|^Program: +)(?:gmx )?(?:{_BEFORE_MDRUN})\b",
            says="a fatal error",
        ),
    ),
)

# OpenFOAM. All tools end with End, only solvers have steps that took time. The log of a solver is of an
# earlier run when a tool that comes before solvers has written the newest one.
_BEFORE_SOLVERS = (
    r"\w+ToFoam|\w*Mesh(?:es|Regions)?|surface\w+|decomposePar|topoSet|set\w*Fields|setsToZones|potentialFoam"
    r"|create\w+|transformPoints|mapFields(?:Par)?|changeDictionary|applyBoundaryLayer|boxTurb|collapseEdges"
    r"|autoPatch|viewFactorsGen|faceAgglomerate"
)
_END = rf"^End(?::.*)?\s*$(?!{_REST}^Exec +:)"
_LAST_STEP = (
    r"^Time = .*\n(?:(?!Time = ).*\n)*?ExecutionTime = (?!(?s:.*?)^ExecutionTime = )(?s:.*?)"
)
_SOLVERS = "*[!a][FR][ou]*[mn]"
"""`icoFoam`, `foamRun`, `foamMultiRun`, but no viewer that may be open for days: `paraFoam`, `foamMonitor`, `pyFoamPlotWatcher.py`."""
OPENFOAM = RuleSettings(
    "openfoam",
    RuleKind.SENTINEL,
    program=_SOLVERS,
    about="the log of a solver and the newest log of all end with End",
    ignore=(*_LOOKED_AT, "*.foam", "VTK/"),
    require=Require.ALL,
    success=(
        Marker(LOGS, f"{_LAST_STEP}{_END}", says="End after the time steps of a solver"),
        Marker(LOGS, _END, begins=r"^Exec +: ", which=Which.NEWEST, says="End"),
        Marker(
            LOGS,
            rf"^Exec +: (?>(?:\S*/)?)(?!(?:{_BEFORE_SOLVERS})\b)|^ExecutionTime = ",
            begins=r"^Exec +: ",
            which=Which.NEWEST,
            says="that it is of a solver, or of what comes after it",
        ),
    ),
    failure=(
        Marker(
            LOGS,
            r"^(?:\[\d+\] *)?--> FOAM FATAL (?:IO )?ERROR.*(?:\n.+)?"
            rf"(?!{_REST}^End\s*$)",
            says="FOAM FATAL ERROR",
        ),
        Marker(
            LOGS,
            rf"^(?:\[\d+\] *)?#\d+ +Foam::error::printStack.*(?!{_REST}^End\s*$)",
            says="a stack of calls",
        ),
    ),
)

# SUMO closes its outputs after an error, too, and after its log says that the simulation has ended.
_SUMO_ENDED = (
    r"^Simulation ended at time: .*\n+Reason: (?!Interrupted|TraCI issued load).*\n"
    rf"(?!{_REST}^Simulation version )"
)
_SUMO_BEGINS = r"\A\Z|^(?:Loading|Simulation version|Simulation ended|Step #|Warning:|Error:)"
SUMO = RuleSettings(
    "sumo",
    RuleKind.SENTINEL,
    program="sumo",
    about="a log says Simulation ended, and each XML output is closed",
    ignore=_LOOKED_AT,
    require=Require.ALL,
    success=(
        Marker(LOGS, _SUMO_ENDED, begins=_SUMO_BEGINS, says="Simulation ended"),
        Marker(
            "**/*.xml",
            r"^</[\w:-]+>\s*\Z",
            begins=r"\A\Z|^<!-- generated on .* by (?:Eclipse )?SUMO sumo\b",
            which=Which.EACH,
            says="its closing tag",
        ),
    ),
    failure=(
        Marker(LOGS, r"^Quitting \(on (?:unknown )?error\)\.", says="Quitting (on error)"),
        Marker(LOGS, r"^Reason: Interrupted\.", says="that it was interrupted"),
    ),
)

_CODES = (
    *("exit_code", "exit_code.txt", "exitcode", "exitcode.txt", ".exitcode"),
    *("exit_status", "exit_status.txt", "return_code", "return_code.txt", "rc", "rc.txt"),
    *("../{run}.exit_code", "../{run}.exit", "../{run}.rc"),
)
_CODE = r"\A\s*(?:[A-Za-z][\w ]*[:=]\s*)?"
EXIT_CODE = RuleSettings(
    "exit-code",
    RuleKind.SENTINEL,
    about="a file exit_code (or exitcode, exit_status, return_code, rc, ../RUN1.exit_code) holds 0",
    success=tuple(Marker(file, rf"{_CODE}0+\s*\Z", says="0") for file in _CODES),
    failure=tuple(
        Marker(file, rf"{_CODE}-?0*[1-9]\d*\s*\Z", says="another number") for file in _CODES
    ),
)

READY_MADE = (LAMMPS, GROMACS, OPENFOAM, SUMO, EXIT_CODE)
