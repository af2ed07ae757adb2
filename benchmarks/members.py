"""Looking into stored ZIPs: one of 100,000 members, and one with a table of 2 GB.

Budgets: the tree at most a second after the bytes arrived, and 150 MB in all; the first screen of the
table by three requests.
"""

import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import python

CORPORA = Path(__file__).parent / ".corpora/members"
KEY = "jobs/1/2026/11/20/120000/run_1_results.zip"
MEMBERS = 100_000
TABLE = "RUN1/out.csv"
TABLE_BYTES = 2 << 30
ROUNDS = 5

BEGIN = """
import gc; gc.set_threshold(50_000, 20, 20)  # as the program sets it
import resource, sys, time
from contextlib import closing
from core.download.read_members import ReadMembers
from core.model import Artifact, ArtifactKind
from core.preview.look_inside import LookInside
from core.preview.opened import opened
from core.preview.table import Table
from core.preview.text import FIRST, TextReading
from storage.db.catalog_db import SqliteCatalog
from storage.db.members_cache import SqliteMembersCache
from storage.local.store import LocalStore
from storage.machine.system import SystemClock
from storage.packing.zip_reader import ZipArchiveReader

class Slow(LocalStore):
    waited = 0.0
    fetched = 0

    def excerpt(self, key, *, start, length):
        begun = time.perf_counter()
        found = super().excerpt(key, start=start, length=length)
        self.waited += time.perf_counter() - begun
        return found

    def read(self, key, **which):
        for block in super().read(key, **which):
            self.fetched += len(block)
            yield block

root, key, table = sys.argv[1:]
store = Slow(root + "/store")
catalog = SqliteCatalog(root + "/cache.db")
members = ReadMembers(store, catalog, ZipArchiveReader(), lambda: None)
look_inside = LookInside(members, SqliteMembersCache(catalog.database), SystemClock())
artifact = Artifact(1, ArtifactKind.RUN_RESULTS, key, store.head(key).size, 1)
began = time.perf_counter()
def passed():
    global began
    now = time.perf_counter()
    seconds, began = now - began, now
    return seconds
"""
LISTED = """
inside = look_inside(artifact)
top = inside.tree.children()[:]
listed, peak = passed() - store.waited, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
inner = inside.tree.children("RUN1/USER_OUTPUT/")
opened_in = passed()
found = inside.tree.matching("0099")
filtered = passed()
look_inside.remembered(artifact)
print(f"  tree {listed:.2f} s, {peak:.0f} MB; a folder of {len(inner):,} opened {opened_in:.2f} s; "
      f"{len(found):,} found {filtered:.2f} s; remembered ones {passed():.2f} s")
"""
FIRST_SCREEN = """
inside = look_inside(artifact)
passed()
text = TextReading(opened(inside.read(table)).content)
text.more(FIRST)
rows = Table(text).rows(0, 50)
text.close()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
print(f"  {len(rows)} rows {passed():.3f} s, {inside.requests} requests, "
      f"{store.fetched:,} bytes of the member, {peak:.0f} MB")
"""


def main() -> None:
    """Prints the costs of each round."""
    many, large = CORPORA / "many", CORPORA / "large"
    _make(many / "store" / KEY, _pack_many)
    _make(large / "store" / KEY, _pack_large)
    for title, root, code in (
        (f"{MEMBERS:,} members", many, LISTED),
        (f"first screen of {TABLE_BYTES:,} bytes", large, FIRST_SCREEN),
    ):
        print(f"\n{title}")
        for _ in range(ROUNDS):
            subprocess.run(python(BEGIN + code, str(root), KEY, TABLE), check=True)


def _make(path: Path, pack: Callable[[zipfile.ZipFile], None]) -> None:
    """Once: it is kept for the next time."""
    if not path.exists():
        path.parent.mkdir(parents=True)
        with zipfile.ZipFile(
            path.with_suffix(".new"), "w", zipfile.ZIP_DEFLATED, True, 1
        ) as target:
            pack(target)
        path.with_suffix(".new").rename(path)


def _pack_many(target: zipfile.ZipFile) -> None:
    for number in range(MEMBERS):
        folder = "USER_OUTPUT" if number % 2 else f"VIS/county-{number // 1000:03}"
        target.writestr(f"RUN1/{folder}/people-of-day-{number:06}.txt", b"0 1\n")


def _pack_large(target: zipfile.ZipFile) -> None:
    rows = "".join(f"{day},2020-01-01,{day * 7},{day * 7919 % 45318}\n" for day in range(2000))
    block = rows.encode() * 20
    with target.open(TABLE, "w", force_zip64=True) as member:
        member.write(b"Day,Date,INF.I,INF.R\n")
        for _ in range(TABLE_BYTES // len(block) + 1):
            member.write(block)


if __name__ == "__main__":
    main()
