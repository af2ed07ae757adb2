"""Whether the results of one run are what its manifests say."""

from dataclasses import dataclass, field

from core.model import Manifest
from core.ports.object_store import ObjectReader, StoredObject
from core.stored.findings import Finding, Problem
from core.stored.listed_jobs import ListedRun
from core.stored.loose_results import is_listed_content_of, loose_results
from core.stored.manifests import WRITE_TOKEN, ManifestsReadOnce


@dataclass
class RunCheck:
    """`contents` are the objects that are in order by size and etag, with their SHA-256."""

    findings: list[Finding] = field(default_factory=list[Finding])
    contents: list[tuple[StoredObject, str]] = field(default_factory=list[tuple[StoredObject, str]])
    unmanaged: int = 0


def check_run(store: ObjectReader, read: ManifestsReadOnce, run: ListedRun) -> RunCheck:
    """Reads the manifests and looks at the objects; no content. Raises StoreError."""
    check = RunCheck()
    for loose in loose_results(store, run, read):
        if WRITE_TOKEN in loose.metadata:
            check.findings.append(Finding(Problem.ORPHAN, loose.key, f"{loose.size:,} B"))
        else:
            check.unmanaged += 1
    manifests = [(listed.key, read(listed)) for _, listed in sorted(run.manifests.items())]
    newest = max((manifest.version for _, manifest in manifests if manifest), default=0)
    for key, manifest in manifests:
        if manifest:
            in_place = not run.is_superseded(manifest.version, newest)
            _check_version(store, run, manifest, check, in_place=in_place)
        else:
            check.findings.append(Finding(Problem.BAD_MANIFEST, key, read.refused.get(key, "")))
    return check


def _check_version(
    store: ObjectReader, run: ListedRun, manifest: Manifest, check: RunCheck, *, in_place: bool
) -> None:
    kept = run.kept.get(manifest.version)
    expected = run.latest if in_place else kept
    found = (s for s in (expected, kept) if s and is_listed_content_of(store, s, manifest))
    good = next(found, None)
    if good:
        check.contents.append((good, manifest.sha256))
    if finding := _finding(run, manifest, expected, good, in_place=in_place):
        check.findings.append(finding)


def _finding(
    run: ListedRun,
    manifest: Manifest,
    expected: StoredObject | None,
    good: StoredObject | None,
    *,
    in_place: bool,
) -> Finding | None:
    key = (
        run.prefix.run_results(run.run_id)
        if in_place
        else run.prefix.superseded_results(run.run_id, manifest.version)
    )
    version = f"version {manifest.version} of run {run.run_id}"
    if good and expected:
        return None  # what stands in its place is loose: that is a finding of its own
    if good:
        return Finding(Problem.MISSING, key, f"{version}; {good.key} holds it", copy=good.key)
    if expected is None:
        return Finding(Problem.MISSING, key, version)
    return Finding(
        Problem.WRONG, key, f"{expected.size:,} B; {version} has {manifest.stored_bytes:,} B"
    )
