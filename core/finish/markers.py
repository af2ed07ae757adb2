"""Marker files: what they say, and whether they are of this run."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from core.ports.tree import FileSample, SampleRequest, Scan
from core.printable import one_line
from core.settings import Marker

_HEAD = 4096
_NEWER_SLACK_NS = 2_000_000_000


class Answer(NamedTuple):
    """Whether a marker counts, and why; one that is there without counting is `doubtful`."""

    counts: bool
    reason: str
    doubtful: bool = False


@dataclass(frozen=True)
class FileTimes:
    """Times of the markers that are there, and the newest file of all."""

    markers: Mapping[str, int]
    newest: str
    newest_ns: int

    @classmethod
    def of(cls, scan: Scan, names: frozenset[str]) -> "FileTimes":
        """One pass over the scan."""
        markers: dict[str, int] = {}
        newest, newest_ns = "", -1
        for path, mtime in scan.file_times():
            if path in names:
                markers[path] = mtime
            if mtime > newest_ns:
                newest, newest_ns = path, mtime
        return cls(markers, newest, newest_ns)


class MarkerReader:
    """One marker, `awaited` where it has to come.

    Older than any other file (2 s slack) it is left over from an earlier run. So is one in a copy
    that did not keep file times, now and then: the reason says so.
    """

    def __init__(self, marker: Marker, *, awaited: bool = False) -> None:
        self.marker = marker
        self._missing = "is not there yet" if awaited else "is not there"
        self.request = SampleRequest(marker.file, head=_HEAD)
        self._pattern = re.compile(marker.matches)

    def read(self, times: FileTimes, sample: FileSample | None) -> Answer:
        """What it says in one look."""
        name = one_line(self.marker.file)
        if self.marker.file not in times.markers:
            return Answer(False, f"{name} {self._missing}")
        if times.markers[self.marker.file] + _NEWER_SLACK_NS < times.newest_ns:
            newest = one_line(times.newest)
            reason = f"{name} is older than {newest}: left over from an earlier run, or copied"
            return Answer(False, f"{reason} without file times", doubtful=True)
        if self.marker.matches:
            return self._by_content(name, sample)
        return Answer(True, f"{name} is there")

    def _by_content(self, name: str, sample: FileSample | None) -> Answer:
        if sample is None:
            return Answer(False, f"{name} cannot be read", doubtful=True)
        text = sample.head.decode("utf-8-sig", "replace").replace("\r\n", "\n")
        pattern = one_line(self.marker.matches)
        if self._pattern.search(text):
            return Answer(True, f"{name} matches {pattern}")
        said = one_line(sample.head) or "nothing yet"
        return Answer(False, f"{name} does not match {pattern}: it says {said}", doubtful=True)
