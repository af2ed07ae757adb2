"""Whether the results of one run are what its manifests say."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.model import Manifest
from core.ports.object_store import ObjectReader, StoredObject
from core.stored.findings import Finding, Problem
from core.stored.listed_jobs import ListedRun
from core.stored.loose_results import is_listed_content_of, loose_results
from core.stored.manifests import WRITE_TOKEN, ManifestsReadOnce

Content = tuple[StoredObject, str]
"""An object, and the SHA-256 that it should have."""


@dataclass
class ContentCheck:
    """Of one run, or of several. `contents` are in order by size and etag."""

    findings: list[Finding] = field(default_factory=list[Finding])
    contents: list[Content] = field(default_factory=list[Content])
    unmanaged: int = 0

    def add(self, other: "ContentCheck") -> None:
        """What was found of another run."""
        self.findings += other.findings
        self.contents += other.contents
        self.unmanaged += other.unmanaged

    def add_loose(self, stored: StoredObject) -> None:
        """What no manifest refers to."""
        if WRITE_TOKEN in stored.metadata:
            self.findings.append(Finding(Problem.ORPHAN, stored.key, f"{stored.size:,} B"))
        else:
            self.unmanaged += 1


class CheckRun:
    """Reads manifests and looks at objects, no content. Callable from any thread."""

    def __init__(self, store: ObjectReader, read: ManifestsReadOnce) -> None:
        self._store = store
        self._read = read

    def __call__(self, run: ListedRun) -> ContentCheck:
        """Raises StoreError."""
        check = ContentCheck()
        for loose in loose_results(self._store, run, self._read):
            check.add_loose(loose)
        self._add_versions(run, check)
        return check

    def _add_versions(self, run: ListedRun, check: ContentCheck) -> None:
        listed = [stored for _, stored in sorted(run.manifests.items())]
        newest = _newest(map(self._read, listed))
        for stored in listed:
            self._add_version(run, stored, newest, check)

    def _add_version(
        self, run: ListedRun, listed: StoredObject, newest: int, check: ContentCheck
    ) -> None:
        manifest = self._read(listed)
        if manifest is None:
            why = self._read.refused.get(listed.key, "")
            check.findings.append(Finding(Problem.BAD_MANIFEST, listed.key, why))
            return
        in_place = not run.is_superseded(manifest.version, newest)
        self._add_content(_Version(run, manifest, in_place), check)

    def _add_content(self, version: "_Version", check: ContentCheck) -> None:
        good = self._good(version)
        if good:
            check.contents.append((good, version.manifest.sha256))
        if finding := version.finding(good):
            check.findings.append(finding)

    def _good(self, version: "_Version") -> StoredObject | None:
        """The object that is its content, wherever that is."""
        there = filter(None, (version.expected, version.kept))
        content = (s for s in there if is_listed_content_of(self._store, s, version.manifest))
        return next(content, None)


@dataclass(frozen=True)
class _Version:
    """Its content is `in_place`, at the key of the latest results, or was put aside."""

    run: ListedRun
    manifest: Manifest
    in_place: bool

    @property
    def kept(self) -> StoredObject | None:
        return self.run.kept.get(self.manifest.version)

    @property
    def expected(self) -> StoredObject | None:
        return self.run.latest if self.in_place else self.kept

    @property
    def key(self) -> str:
        prefix, run_id = self.run.prefix, self.run.run_id
        if self.in_place:
            return prefix.run_results(run_id)
        return prefix.superseded_results(run_id, self.manifest.version)

    @property
    def name(self) -> str:
        return f"version {self.manifest.version} of run {self.run.run_id}"

    def finding(self, good: StoredObject | None) -> Finding | None:
        """What is wrong when `good` is where its content was found."""
        if good is None:
            return self._lost()
        if self.expected is None:
            told = f"{self.name}; {good.key} holds it"
            return Finding(Problem.MISSING, self.key, told, copy=good.key)
        return None  # what else stands in its place is loose: that is a finding of its own

    def _lost(self) -> Finding:
        if self.expected is None:
            return Finding(Problem.MISSING, self.key, self.name)
        told = f"{self.expected.size:,} B; {self.name} has {self.manifest.stored_bytes:,} B"
        return Finding(Problem.WRONG, self.key, told)


def _newest(manifests: Iterable[Manifest | None]) -> int:
    """Of those that can be read."""
    return max((manifest.version for manifest in manifests if manifest), default=0)
