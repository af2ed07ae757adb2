"""Marker files: what they say, whether they are of this run, and whether they still hold."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from core.finish.came_last import came_last
from core.finish.log_text import HEAD, TAIL, LogPattern, begins_with, last_line
from core.finish.run_files import (
    FoundFile,
    NamedFiles,
    digest_of,
    most_telling,
    newest_after,
    results_until,
)
from core.ports.tree import FileSample, SampleRequest, Scan
from core.printable import one_line
from core.settings import Marker, Which

_NEWER_SLACK_NS = 2_000_000_000
_SHORT = 120


class Answer(NamedTuple):
    """Whether a marker, or several together, count, and why; what is there without counting is `doubtful`.

    `proof` is what is to be remembered of it until the next look.
    """

    counts: bool
    reason: str
    doubtful: bool = False
    proof: str = ""


class Finding(NamedTuple):
    """A file of a marker: whether it says what it should, and in what words."""

    file: FoundFile
    says_so: bool
    reason: str


class MarkerReader:
    """One marker, `awaited` where it has to come."""

    def __init__(self, marker: Marker, *, awaited: bool = False) -> None:
        self._marker = marker
        self._pattern = LogPattern(marker.matches) if marker.matches else None
        head = HEAD if marker.matches or marker.begins else 0
        self.files = NamedFiles(marker.file, head=head, tail=TAIL + 1 if marker.matches else 0)
        self._yet = " yet" if awaited else ""
        self._asked = f"say {marker.says}" if marker.says else f"match {one_line(marker.matches)}"

    def requests(self, scan: Scan) -> Sequence[SampleRequest]:
        """What it needs to have read of this run."""
        needed = self._pattern or self._marker.begins or self.files.beside
        return self.files.requests(scan) if needed else self.files.links(scan)

    @property
    def file(self) -> str:
        """As it is written."""
        return self._marker.file

    @property
    def knows_its_files(self) -> bool:
        """Whether more than their names tells which files are meant."""
        return bool(self._marker.begins)

    @property
    def asks_each(self) -> bool:
        """Whether all files that it has must say so, and none is asked for."""
        return self._marker.which is Which.EACH

    def find(self, scan: Scan, samples: Mapping[str, FileSample]) -> Sequence[Finding]:
        """What each of its files says that has a say, the newest first."""
        found = most_telling(self.files.of(scan, samples))
        meant = (file for file in found if self._is_meant(samples.get(file.path)))
        findings = (self._finding(file, samples.get(file.path)) for file in meant)
        return [*islice(findings, 1)] if self._marker.which is Which.NEWEST else [*findings]

    def missing(self, scan: Scan) -> str:
        """The reason where there is no file."""
        if odd := self.files.no_file(scan):
            return f"{one_line(odd)} is no regular file, and does not count"
        if self._marker.says and self.files.wild:
            return f"no file says {self._marker.says}{self._yet}"
        return f"{one_line(self.files.name(scan))} is not there{self._yet}"

    def _is_meant(self, sample: FileSample | None) -> bool:
        if not self._marker.begins:
            return True
        return sample is not None and begins_with(self._marker.begins, sample)

    def _finding(self, file: FoundFile, sample: FileSample | None) -> Finding:
        name = one_line(file.path)
        if file.size < self._marker.min_bytes:
            least = f"{file.size} of at least {self._marker.min_bytes} bytes"
            return Finding(file, False, f"{name} has {least}")
        if self._pattern is None:
            return Finding(file, True, f"{name} is there")
        if sample is None:
            return Finding(file, False, f"{name} cannot be read")
        line = self._pattern.line_in(sample)
        if line is not None:
            return Finding(file, True, f"{name} says {_shortened(line) or 'nothing'}")
        said = _shortened(last_line(sample)) or "nothing yet"
        where = "it ends with" if sample.size > HEAD else "it says"
        return Finding(file, False, f"{name} does not {self._asked}: {where} {said}")


class Found(NamedTuple):
    """What was found of one marker."""

    reader: MarkerReader
    findings: Sequence[Finding]

    @property
    def suffices(self) -> bool:
        """Whether as many files say so as have to."""
        said = sum(finding.says_so for finding in self.findings)
        return said == len(self.findings) if self.reader.asks_each else said > 0

    @property
    def chosen(self) -> Sequence[Finding]:
        """Those by which it does."""
        said = [finding for finding in self.findings if finding.says_so]
        return said if self.reader.asks_each else said[:1]


class Look:
    """Whether markers count in one look at a run, by times at first and later by what is remembered.

    A marker that is older than a result (2 s slack) is left over from an earlier run: so is one in a
    copy that did not keep file times, now and then. One that counted goes on to do so whatever comes
    later, until a result that was there is changed or gone. From then on only times count for it, until
    it is written anew.
    """

    def __init__(
        self, scan: Scan, proof: str, is_result: Callable[[str], bool], found: Sequence[Found]
    ) -> None:
        self._scan = scan
        self._is_result = is_result
        self._remembered = _Proof.parsed(proof)
        self._known: dict[str, set[str]] = {}
        for reader, findings in found:
            if reader.knows_its_files:
                self._known.setdefault(reader.file, set()).update(f.file.path for f in findings)

    def missing(self, found: Found) -> str:
        """The reason where there is no file."""
        return found.reader.missing(self._scan)

    def judge(self, findings: Sequence[Finding], found: Sequence[Found]) -> Answer:
        """Of markers that say what they should, and that count only together.

        `found` are all files of these markers: one that is newer is written by what goes on.
        """
        files = sorted(finding.file for finding in findings)
        limit = max(file.mtime_ns for file in files) + _NEWER_SLACK_NS
        newer = newest_after(self._scan, limit, self._is_result)
        goes_on = any(file.mtime_ns > limit for each in found for file in self._siblings(each))
        if newer and not goes_on and came_last(self._scan, files, limit, self._is_result):
            limit, newer = newer.mtime_ns, None
        holds, proof = self._holding(digest_of(files), limit, fresh=newer is None, goes_on=goes_on)
        if holds or newer is None:
            return Answer(
                True,
                " and ".join(dict.fromkeys(f.reason for f in findings)),
                proof=str(proof or ""),
            )
        last = max(files, key=lambda file: file.mtime_ns)
        reason = f"{one_line(last.path)} is older than {one_line(newer.path)}: left over from an"
        reason += " earlier run, or copied without file times"
        return Answer(False, reason, doubtful=True, proof=str(proof or ""))

    def _siblings(self, found: Found) -> Iterator[FoundFile]:
        """Those that may be the simulator's: where it is known how these begin, no others, unless empty yet."""
        known = self._known.get(found.reader.file)
        for finding in found.findings:
            if known is None or finding.file.path in known or not finding.file.size:
                yield finding.file

    def _holding(
        self, key: str, limit: int, *, fresh: bool, goes_on: bool
    ) -> tuple[bool, "_Proof | None"]:
        """Whether it holds whatever is newer, and what is to be remembered."""
        known = self._remembered if self._remembered and self._remembered.key == key else None
        if known is None and not fresh:
            return False, None
        if known and not known.digest:
            return False, known
        if known and known.seen == self._scan.fingerprint and not goes_on:
            return True, known
        if known and not fresh:
            limit = known.limit_ns
        results, digest = results_until(self._scan, limit, self._is_result)
        now = _Proof(key, limit, results, digest, self._scan.fingerprint)
        if known is None or (fresh and results >= known.results):
            return True, now
        holds = digest == known.digest and not goes_on
        return holds, now if holds else known._replace(digest="")


class _Proof(NamedTuple):
    """What was there when markers counted: results that were not later than the limit.

    Their number, and a digest of them, which is empty when that was broken. `seen` is the fingerprint of the
    last look that it held in.
    """

    key: str
    limit_ns: int
    results: int
    digest: str
    seen: str = ""

    @classmethod
    def parsed(cls, text: str) -> "_Proof | None":
        key, *rest = text.split(":", 4)
        match rest:
            case [limit, number, digest, *seen] if (
                number.isdecimal() and limit.removeprefix("-").isdecimal()
            ):
                return cls(key, int(limit), int(number), digest, *seen)
            case _:
                return None

    def __str__(self) -> str:
        return ":".join(map(str, self))


def _shortened(line: str) -> str:
    said = one_line(line)
    return said if len(said) <= _SHORT else f"{said[:_SHORT]}…"
