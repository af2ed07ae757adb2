"""The trees that are ferried; each is made once, the same on every machine."""

import os
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from random import Random

from benchmarks.fred_text import TextPool
from benchmarks.live import CORPORA

_MB, _MIB = 1_000_000, 1 << 20
_BIG = 3_000 * _MB
_BIG_NAME = "all_records.csv"


class Trees:
    """Where they are; what is missing is made, which takes a minute or two."""

    @property
    def many_small(self) -> Path:
        """20 runs of 1,000 files of 1 to 20 kB."""
        return _once("many_small", self._make_many_small)

    @property
    def typical(self) -> Path:
        """8 runs of 40 files, most of them small, some of 20 MB."""
        return _once("typical", self._make_typical)

    @property
    def one_big(self) -> Path:
        """A CSV of 3 GB in the first of 3 runs, each with 10 small files."""
        return _once("one_big", self._make_one_big)

    @property
    def four_big(self) -> Path:
        """A run with the CSV of 3 GB under four names: 12 GB to read, 3 GB on the disk."""
        return _once("four_big", self._make_four_big)

    @cached_property
    def _pool(self) -> TextPool:
        return TextPool(seed=42, kind_bytes=24 * _MIB)

    def _make_many_small(self, root: Path) -> None:
        chooser = Random(1)
        for run in range(1, 21):
            for number in range(1000):
                size = chooser.randrange(1024, 20 * 1024 + 1)
                self._write(root / f"RUN{run}", number, size, chooser, in_folders=True)

    def _make_typical(self, root: Path) -> None:
        chooser = Random(2)
        for run in range(1, 9):
            for number in range(40):
                size = int(min(20 * _MB, 2000 * 10 ** (chooser.random() * 3.985)))
                self._write(root / f"RUN{run}", number, size, chooser)

    def _make_one_big(self, root: Path) -> None:
        chooser = Random(3)
        for run in range(1, 4):
            for number in range(10):
                size = chooser.randrange(2000, 200_000)
                self._write(root / f"RUN{run}", number, size, chooser)
        with (root / "RUN1" / _BIG_NAME).open("wb") as file:
            while left := _BIG - file.tell():
                kind = self._pool.choose(chooser)
                file.write(self._pool.cut(kind, min(4 * _MIB, left), chooser))

    def _make_four_big(self, root: Path) -> None:
        run = root / "RUN1"
        run.mkdir(parents=True)
        for number in range(4):
            (run / f"{number}_{_BIG_NAME}").hardlink_to(self.one_big / "RUN1" / _BIG_NAME)

    def _write(
        self, run: Path, number: int, size: int, chooser: Random, *, in_folders: bool = False
    ) -> None:
        kind = self._pool.choose(chooser)
        folder = run / kind.name.upper() if in_folders else run
        folder.mkdir(parents=True, exist_ok=True)
        data = self._pool.cut(kind, size, chooser)
        (folder / f"{kind.name}{number}.{kind.suffix}").write_bytes(data)


def big_file() -> Path:
    """The CSV of 3 GB."""
    return Trees().one_big / "RUN1" / _BIG_NAME


def warm(tree: Path) -> int:
    """Reads the whole tree, so that nobody has to wait for the disk; its bytes."""
    total = 0
    for path in tree.rglob("*"):
        if path.is_file():
            with path.open("rb", buffering=0) as file:
                while count := len(file.read(4 * _MIB)):
                    total += count
    return total


def _once(name: str, make: Callable[[Path], None]) -> Path:
    """A tree counts when it has its name, which it gets when it is complete."""
    done = CORPORA / "ferry" / name
    if not done.exists():
        unfinished = done.with_name(f"{name}.{os.getpid()}")
        make(unfinished)
        unfinished.rename(done)
        os.sync()  # writing it back is not to be measured
    return done


def main() -> None:
    """Makes what is missing.

    In a process of its own: what a process has used at most also counts for those that it starts.
    """
    trees = Trees()
    _ = trees.many_small, trees.typical, trees.four_big


if __name__ == "__main__":
    main()
