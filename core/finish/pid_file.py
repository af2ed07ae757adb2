"""A file with the process id of a simulation."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from core.finish.run_files import NamedFiles
from core.ports.tree import FileSample, SampleRequest, Scan

_HEAD = 64


class NamedProcess(NamedTuple):
    """The id in the file, and when that was written, in seconds since 1970."""

    pid: int
    written_at: float


class PidFile:
    """In the RUN directory, or beside it. The id is its first word."""

    def __init__(self, file: str) -> None:
        self.files = NamedFiles(file, head=_HEAD, tail=0) if file else None

    def requests(self, scan: Scan) -> Sequence[SampleRequest]:
        """That it is read, in this run."""
        return self.files.requests(scan) if self.files else ()

    def process(self, scan: Scan, samples: Mapping[str, FileSample]) -> NamedProcess | None:
        """Who is named; None where nobody is."""
        sample = samples.get(self.files.name(scan)) if self.files else None
        word = sample.head.split()[0] if sample and sample.head.split() else b""
        if not sample or not word.isdigit():
            return None
        return NamedProcess(int(word), sample.mtime_ns / 1e9)
