"""The kinds that RunFerry brings along."""

from dataclasses import replace

from core.kinds.run_kind import Curve, NumberIn, Progress, RunKind
from core.kinds.usual_names import FRED_NAMES, USUAL_NAMES

FRED = RunKind("fred", FRED_NAMES, "fred")
ANY = RunKind("any", USUAL_NAMES, "sentinel")
LAMMPS = replace(
    ANY,
    name="lammps",
    rule="lammps",
    progress=Progress(NumberIn("log.lammps", r"^ *(\d+) +\S")),
    curve=Curve(
        "{log,log.*,*.log,*.lammps}",
        "Step",
        ("Temp", "Press", "PotEng", "E_pair", "E_mol", "KinEng", "TotEng", "Volume", "Density"),
    ),
)
GROMACS = replace(
    ANY,
    name="gromacs",
    rule="gromacs",
    progress=Progress(
        NumberIn("*.log", r"^ +Step +Time\n +(\d+)"), NumberIn("*.log", r"^ *nsteps += (\d+)")
    ),
)
OPENFOAM = replace(
    ANY,
    name="openfoam",
    rule="openfoam",
    progress=Progress(
        NumberIn("log.*", r"^Time = ([\d.e+-]+)s?$"),
        NumberIn("system/controlDict", r"^\s*endTime\s+([\d.e+-]+);"),
        "time",
    ),
)
SUMO = replace(
    ANY,
    name="sumo",
    rule="sumo",
    progress=Progress(
        NumberIn("sumo.log", r"^Step #(\d+(?:\.\d+)?) "),
        NumberIn("*.sumocfg", r"<end value=\"([\d.]+)\""),
        "time",
    ),
)
BUILT_IN_KINDS = (FRED, ANY, LAMMPS, GROMACS, OPENFOAM, SUMO)


def default_kind(path: str) -> RunKind:
    """Of every run, where nobody says anything else."""
    return FRED
