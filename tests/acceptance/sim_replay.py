"""What simulators wrote into their run directories, one file operation at a time, as it was traced.

`tests/data/sims.tar.xz` has for each simulator the operations of a whole run and of one that was
killed, and what the simulator's own logs and tables held in the end. A file is at any moment the
beginning of what it is in the end; what is not in the archive is written as zeros.
"""

import json
import os
import shutil
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parents[1] / "data/sims.tar.xz"
SIMULATORS = ("lammps", "gromacs", "openfoam", "sumo", "covasim")
BEGAN = 1_700_000_000.0
"""When each run is said to have begun."""
LATER = BEGAN + 3600


class Operation(NamedTuple):
    """`at` are seconds since the run began; `size` is that of the file afterwards."""

    at: float
    name: str
    path: str
    size: int = 0
    to: str = ""

    @property
    def writes(self) -> bool:
        """Whether anything is other than before."""
        return self.name not in {"close", "kill"}


@dataclass(frozen=True)
class Recording:
    """One run: its operations, and what was in its files at the end."""

    operations: Sequence[Operation]
    contents: Mapping[str, bytes]

    @classmethod
    def read(cls, simulator: str, *, killed: bool = False) -> "Recording":
        """That of one simulator."""
        trace, tree = ("killed-trace.jsonl", "killed") if killed else ("trace.jsonl", "tree")
        with tarfile.open(DATA) as archive:
            lines = _read(archive, f"./{simulator}/{trace}").decode().splitlines()
            contents = dict(_below(archive, f"./{simulator}/{tree}/"))
        return cls([_operation(json.loads(line)) for line in lines], contents)

    @property
    def written(self) -> int:
        """How many operations it takes until nothing changes any more."""
        return max(n for n, operation in enumerate(self.operations, 1) if operation.writes)


@dataclass(frozen=True)
class Replay:
    """Writes a run again, into the directory `run`, which need not be empty."""

    recording: Recording
    run: Path
    began: float = BEGAN

    def steps(self, pause: float = 0.0) -> Iterator[Operation]:
        """Each operation, after it was done; files get the times that they had, `pause` seconds more apart."""
        self.run.mkdir(parents=True, exist_ok=True)
        for number, operation in enumerate(self.recording.operations):
            self._do(operation, self.began + operation.at + number * pause)
            yield operation

    def _do(self, operation: Operation, at: float) -> None:
        place = self.run / operation.path
        match operation.name:
            case "mkdir":
                place.mkdir(parents=True, exist_ok=True)
            case "rmdir":
                place.rmdir()
            case "unlink":
                place.unlink()
            case "rename":
                target = self.run / operation.to
                place.rename(target)
            case "create" | "truncate" | "append" | "write":
                place.parent.mkdir(parents=True, exist_ok=True)
                self._write(place, operation)
                os.utime(place, (at, at))
            case _:
                pass

    def _write(self, place: Path, operation: Operation) -> None:
        whole = self.recording.contents.get(operation.path, b"")
        size = operation.size
        place.write_bytes(whole[:size])
        os.truncate(place, size)


def ended_badly(simulator: str, into: Path) -> Iterator[tuple[str, Path]]:
    """What runs left that failed at once ("input") or later ("midrun"): name, directory."""
    with tarfile.open(DATA) as archive:
        for how in ("input", "midrun"):
            run = into / how
            for path, content in _below(archive, f"./{simulator}/error/{how}/"):
                place = run / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
            if run.exists():
                yield how, run


def whole_run(simulator: str, into: Path) -> Path:
    """A run that has ended well, as files."""
    shutil.rmtree(into, ignore_errors=True)
    for _ in Replay(Recording.read(simulator), into).steps():
        pass
    return into


def _operation(line: Mapping[str, object]) -> Operation:
    def text(name: str) -> str:
        return str(line.get(name, ""))

    return Operation(float(text("t")), text("op"), text("path"), int(text("size") or 0), text("to"))


def _below(archive: tarfile.TarFile, place: str) -> Iterator[tuple[str, bytes]]:
    for name in archive.getnames():
        if name.startswith(place):
            yield name.removeprefix(place), _read(archive, name)


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    assert file, f"{name} is in {DATA}"
    return file.read()
