"""How the artifacts of a job stand in another store."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from core.copying.copy_plan import PlannedCopy, Standing
from core.model import Artifact, ArtifactKind
from core.ports.object_store import StoredObject

_Place = tuple[str, int | None, int]


def split(artifacts: Iterable[Artifact]) -> tuple[Sequence[Artifact], Sequence[Artifact]]:
    """Those of RunFerry, and those of other tools."""
    ours, foreign = list[Artifact](), list[Artifact]()
    for artifact in artifacts:
        (ours if artifact.managed else foreign).append(artifact)
    return ours, foreign


def present(artifacts: Iterable[Artifact], listed: Iterable[StoredObject]) -> Sequence[Artifact]:
    """What a row tells of and the store does not list is not there.

    Nor are results to which no manifest refers: they may be what a copy that was cut off left.
    """
    keys = {stored.key for stored in listed}
    return [artifact for artifact in artifacts if artifact.key in keys and not _is_loose(artifact)]


def planned_copies(
    artifacts: Iterable[Artifact], there: Iterable[Artifact]
) -> Iterator[PlannedCopy]:
    """The newest version of a run first: as soon as anything of it is there, it is the latest.

    What is beside the current ones stays where it is.
    """
    known = {_place(artifact): artifact for artifact in there if artifact.current}
    for (*_, current), of_kind in groupby(sorted(artifacts, key=_order), key=_of_kind):
        if current:
            yield from _of_one_kind([*of_kind], known)
        else:
            yield from (PlannedCopy(artifact, Standing.BESIDE) for artifact in of_kind)


def _of_one_kind(
    artifacts: Sequence[Artifact], there: Mapping[_Place, Artifact]
) -> Iterator[PlannedCopy]:
    """All versions of a run, or the one artifact of another kind.

    A run that has versions of its own there gets none from here.
    """
    first = artifacts[0]
    theirs = [place for place in there if place[:2] == _place(first)[:2]]
    own = set(theirs) - set(map(_place, artifacts))
    newest = max(artifact.version for artifact in artifacts)
    for artifact in artifacts:
        standing = _standing(artifact, there)
        if standing is Standing.MISSING and own:
            standing = Standing.DIFFERS
        yield PlannedCopy(artifact, standing, in_place=artifact.version == newest)


def _standing(artifact: Artifact, there: Mapping[_Place, Artifact]) -> Standing:
    known = there.get(_place(artifact))
    if known is None:
        return Standing.MISSING
    return Standing.THERE if known.sha256 == artifact.sha256 else Standing.DIFFERS


def _is_loose(artifact: Artifact) -> bool:
    return artifact.kind is ArtifactKind.RUN_RESULTS and not artifact.managed


def _place(artifact: Artifact) -> _Place:
    return artifact.kind.value, artifact.run_id, artifact.version


def _of_kind(artifact: Artifact) -> tuple[int, str, bool]:
    """Of the job itself first."""
    return artifact.run_id or 0, artifact.kind.value, artifact.current


def _order(artifact: Artifact) -> tuple[int, str, bool, int]:
    return *_of_kind(artifact), -artifact.version
