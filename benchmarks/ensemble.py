"""All runs of a job as one picture, and four long curves.

Budgets: a hundred runs at most two seconds after the bytes are there; the data of a redraw of four
curves of 5,000 days 50 ms.
"""

import subprocess
from pathlib import Path

from benchmarks.measure import python

CORPORA = Path(__file__).parent / ".corpora/ensemble"
RUNS = 100
LENGTHS = (180, 5000)
ROUNDS = 5
_COLUMNS = tuple(
    f"INF.{count}{state}"
    for state in ("S", "E", "Is", "Ia", "R", "D")
    for count in ("new", "", "tot")
)

READ = """
import gc; gc.set_threshold(50_000, 20, 20)  # as the program sets it
import sys, time
from core.compare.job_runs import JobRuns
from core.compare.named_run import NamedRun
from core.compare.read_ensemble import ReadEnsemble
from core.curves.kinds import KINDS
from core.curves.local_run import LocalRun
from core.curves.read_curves import ReadCurves
from core.curves.recall_curves import RecallCurves
from storage.db.catalog_db import SqliteCatalog
from storage.db.curves_cache import SqliteCurvesCache
from storage.machine.system import SystemClock
from storage.packing.plain_files import PlainFiles
from storage.tree.tree_scanner import FileTreeScanner
from tui.widgets.curve import curve_of
import os

root, cache, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
catalog = SqliteCatalog(cache)
recall = RecallCurves(ReadCurves(KINDS), SqliteCurvesCache(catalog.database), SystemClock())
read = ReadEnsemble(None, recall)
def job():
    paths = [f"{root}/RUN{n}" for n in range(1, runs + 1)]
    return [NamedRun(p, [LocalRun(p, FileTreeScanner(), PlainFiles())], path=p) for p in paths]
def timed(work):
    began = time.perf_counter()
    found = work()
    return found, time.perf_counter() - began
def picture():
    ensemble = read(job(), "INF.Is")
    return len(ensemble.bands.days), ensemble.outliers
(days, _), first = timed(picture)
_, again = timed(picture)
four = list(read(job()[:4]).curves.values())
_, drawn = timed(lambda: [curve_of(series, "", "") for series in four])
kept = catalog.database
with kept.reading() as session:
    bytes_ = session.sql("SELECT avg(length(curves)) AS mean FROM curves")[0]["mean"]
print(f"  read {first:.2f} s, remembered {again:.2f} s ({bytes_ / 1024:.1f} KiB each); "
      f"four curves of {days:,} days {drawn * 1000:.1f} ms")
catalog.close()
os.unlink(cache)
"""


def main() -> None:
    """Prints the times of each round."""
    for days in LENGTHS:
        root = CORPORA / str(days)
        _make(root, days)
        print(f"\n{RUNS} runs of {days:,} days")
        for _ in range(ROUNDS):
            command = python(READ, str(root), str(CORPORA / "cache.db"), str(RUNS))
            subprocess.run(command, check=True)


def _make(root: Path, days: int) -> None:
    """Once: it is kept for the next time."""
    for number in range(1, RUNS + 1):
        out = root / f"RUN{number}/out.csv"
        if not out.exists():
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(_table(number, days))


def _table(number: int, days: int) -> str:
    rows = [f"Day,Date,EpiWeek,Popsize,{','.join(_COLUMNS)}"]
    for day in range(days):
        values = (
            str((day * (number + place)) % (900 + 7 * place)) for place in range(len(_COLUMNS))
        )
        rows.append(f"{day},2020-01-01,2020.01,45318,{','.join(values)}")
    return "\n".join([*rows, ""])


if __name__ == "__main__":
    main()
