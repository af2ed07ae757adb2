"""FRED's writes in the order in which they were traced, one file operation at a time.

The order is that of `strace` on FRED PUB.5: the log ends first, then come daily files, several
generations of each condition's table, and last of all `out.csv`, whose spaces become commas in the
very last write of the run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Steps = Iterator[str]
"""Yields the name of each operation after it was done."""

_LATE_DAILY = ("Popsize.txt", "Date.txt", "EpiWeek.txt")
_LATE_META = ("POPULATION", "FIPS", "POPSIZE", "DENSITY")
_PASSES = 5
_CHUNKS = 4


@dataclass(frozen=True)
class Replay:
    """Writes the job directory `final` (META, OUT, WORK) again, at `job`."""

    final: Path
    job: Path

    @property
    def names(self) -> list[str]:
        """The RUN directories in the order in which they are written."""
        return sorted(path.name for path in (self.final / "OUT").glob("RUN*"))

    def fred_job(self) -> Steps:
        """`fred_job`: the job's markers, all runs one after another, weekly files, the end."""
        (self.job / "META").mkdir(parents=True, exist_ok=True)
        yield from self._status("SETUP")
        for name in ("START", "RUNS", "KEY", "DATE", "USER", "WHERE", "PARAMS", "CONFIG.FRED"):
            yield from self._whole(f"META/{name}")
        yield from self._status("RUNNING")
        yield from self._whole("OUT/COMMAND_LINE")
        for name in self.names:
            yield from self.run(name)
        for name in _LATE_META:
            yield from self._whole(f"META/{name}")
        for name in self.names:
            for source in sorted((self.final / "OUT" / name / "WEEKLY").iterdir()):
                yield from self._whole(f"OUT/{name}/WEEKLY/{source.name}")
        yield from self._status("FINISHED")
        yield from self._whole("META/FINISHED")

    def run(self, name: str, *, with_log: bool = True) -> Steps:
        """One run; without LOG and health records it writes nothing until the simulation is over."""
        run = f"OUT/{name}"
        (self.job / run).mkdir(parents=True, exist_ok=True)
        yield f"mkdir {run}"
        yield from self._forget("OUT/errors.txt", "OUT/warnings.txt")
        if with_log:
            yield from self._in_pieces(f"{run}/LOG", leave=1)
            if (self.final / run / "health_records.txt").exists():
                yield from self._in_pieces(f"{run}/health_records.txt", leave=1)
            yield from self._whole(f"{run}/LOG")
        yield from self._daily(run)
        for table in sorted((self.final / run).glob("*.csv")):
            if table.name != "out.csv":
                yield from self._table(f"{run}/{table.name}")
        if with_log and (self.final / run / "health_records.txt").exists():
            yield from self._whole(f"{run}/health_records.txt")
        for late in _LATE_DAILY:
            yield from self._in_pieces(f"{run}/DAILY/{late}")
        yield from self._out_csv(f"{run}/out.csv")

    def written(self, name: str) -> dict[str, bytes]:
        """What is in a run now, but for the weekly files."""
        return contents(self.job / "OUT" / name)

    def _daily(self, run: str) -> Steps:
        for source in sorted((self.final / run / "DAILY").iterdir()):
            if source.name not in _LATE_DAILY:
                yield from self._in_pieces(f"{run}/DAILY/{source.name}")

    def _table(self, path: str) -> Steps:
        """Built column by column: written aside, then renamed, again and again."""
        lines = (self.final / path).read_text().splitlines()
        header = path.replace(".csv", ".header")
        for columns in range(1, _PASSES):
            part = "\n".join(",".join(line.split(",")[:columns]) for line in lines) + "\n"
            yield from self._aside(path, part)
        yield from self._put(header, lines[0])
        yield from self._aside(path, "\n".join(lines) + "\n")
        yield from self._forget(header)

    def _out_csv(self, path: str) -> Steps:
        lines = (self.final / path).read_text().splitlines()
        dates = (self.final / path).parent / "DAILY/Date.txt"
        yield from self._put(path, dates.read_text())
        for columns in (3, 4):
            rows = "\n".join(" ".join(line.split(",")[:columns]) for line in lines[1:])
            yield from self._aside(path, rows + "\n")
        for columns in (4, 20, None):
            rows = "\n".join(" ".join(line.split(",")[:columns]) for line in lines)
            yield from self._aside(path, rows + "\n")
        yield from self._aside(path, "\n".join(lines) + "\n")

    def _status(self, status: str) -> Steps:
        """Truncated, then written: who reads in between reads nothing."""
        yield from self._put("META/STATUS", "")
        yield from self._put("META/STATUS", f"{status}\n")

    def _in_pieces(self, path: str, *, leave: int = 0) -> Steps:
        """Truncated, then appended to; `leave` pieces of it are still to come."""
        data = (self.final / path).read_bytes()
        target = self._place(path)
        with target.open("wb", buffering=0) as file:
            yield f"create {path}"
            for number in range(_CHUNKS - leave):
                start, end = (len(data) * n // _CHUNKS for n in (number, number + 1))
                file.write(data[start:end])
                yield f"append {path}"

    def _aside(self, path: str, text: str) -> Steps:
        yield from self._put(f"{path}.tmp", text)
        self._place(f"{path}.tmp").rename(self.job / path)
        yield f"rename {path}"

    def _put(self, path: str, text: str) -> Steps:
        target = self._place(path)
        target.write_bytes(b"")
        yield f"create {path}"
        target.write_text(text)
        yield f"write {path}"

    def _whole(self, path: str) -> Steps:
        source, target = self.final / path, self._place(path)
        if source.exists():
            target.write_bytes(source.read_bytes())
            yield f"write {path}"

    def _forget(self, *paths: str) -> Steps:
        for path in paths:
            if (self.job / path).exists():
                (self.job / path).unlink()
                yield f"unlink {path}"

    def _place(self, path: str) -> Path:
        target = self.job / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target


def contents(run: Path) -> dict[str, bytes]:
    """Relative path -> content, but for the weekly files, which come after all runs."""
    files = (path for path in sorted(run.rglob("*")) if path.is_file())
    return {
        name: path.read_bytes()
        for path in files
        if not (name := str(path.relative_to(run))).startswith("WEEKLY/")
    }
