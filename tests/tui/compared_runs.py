"""Runs that say something over time."""

import math
from dataclasses import replace

from core.ports.run_files import RunFiles
from tests.fakes.run_files import FakeRunFiles
from tests.tui.builders import Stage


def epidemic(peak: int, most: int) -> str:
    """As FRED writes it: the wave is highest on day `peak`."""
    rows = ["Day,Date,EpiWeek,Popsize,INF.S,INF.I,INF.newI"]
    for day in range(1, 181):
        sick = round(most * math.exp(-(((day - peak) / 25) ** 2)))
        rows.append(f"{day},2020-01-01,1,45318,{45318 - sick},{sick},{sick // 4}")
    return "\n".join(rows) + "\n"


def files_of(number: int) -> dict[str, bytes]:
    """The peak of each comes some days later; that of the fourth is far higher."""
    most = 9000 if number == 4 else 1200 + number
    return {
        "out.csv": epidemic(90 + number, most).encode(),
        "parameters.txt": f"days = 180\nseed = {number}\n".encode(),
        "LOG": f"FRED begins\nrun {number}\nend\n".encode(),
        "same.txt": b"as ever\n",
    }


def tell_curves(stage: Stage) -> None:
    """Every run of the tree has such files."""

    def local(path: str) -> RunFiles:
        return FakeRunFiles(files_of(int(path.rpartition("RUN")[2])), path)

    stage.curves = replace(stage.curves, local=local)
