"""What goes with a run, or with one version of its results."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.care.clean_orphans import Judged
from core.care.job_contents import JobContents
from core.model import Artifact, Job
from core.stored.orphans import FoundOrphan


@dataclass(frozen=True)
class RunContents:
    """What goes with a run, or with one `version` of its results; None is all of the run.

    `stays` was left behind, and somebody may come back to it. `again` is there where the latest
    version goes and older ones stay: its content becomes the next version. A version may be the
    `latest`. `sources` are directories of this machine that are stored as the run.
    """

    what: JobContents
    run_id: int
    version: int | None = None
    stays: Sequence[Judged] = ()
    again: Artifact | None = None
    latest: bool = True
    sources: Sequence[str] = ()

    @property
    def job(self) -> Job:
        """The run's."""
        return self.what.job

    @property
    def artifacts(self) -> Sequence[Artifact]:
        """Older versions first, then the rest of what RunFerry recorded."""
        return self.what.artifacts

    @property
    def orphans(self) -> Sequence[FoundOrphan]:
        """What uploads left behind of it to which nobody comes back."""
        return self.what.orphans

    @property
    def foreign(self) -> Sequence[str]:
        """Keys of other tools, which stay."""
        return self.what.foreign

    @property
    def stored_bytes(self) -> int:
        """Of everything that goes."""
        return self.what.stored_bytes

    @property
    def anything(self) -> bool:
        """Whether there is anything at all, ours or not."""
        return any((self.what.objects, self.orphans, self.stays, self.foreign))


def run_contents(
    what: JobContents, run_id: int, judged: Sequence[Judged], sources: Sequence[str]
) -> RunContents:
    """Of a whole run; `judged` is all that is loose."""
    stays = [one for one in judged if one.stays and one.orphan in what.orphans]
    staying = [one.orphan for one in stays]
    goes = [orphan for orphan in what.orphans if orphan not in staying]
    return RunContents(replace(what, orphans=goes), run_id, stays=stays, sources=sources)


def version_contents(
    job: Job, chosen: Artifact, versions: Sequence[Artifact], sources: Sequence[str]
) -> RunContents:
    """Of one of the `versions` of a run, which are in order."""
    latest = chosen == versions[-1]
    return RunContents(
        JobContents(job, [chosen], (), ()),
        chosen.run_id or 0,
        chosen.version,
        again=versions[-2] if latest and len(versions) > 1 else None,
        latest=latest,
        sources=sources,
    )


def left_contents(
    job: Job, run_id: int, version: int, judged: Sequence[Judged]
) -> RunContents | None:
    """What an earlier try left of a version: its content, kept aside; None when there is nothing."""
    goes = [one.orphan for one in judged if not one.stays and one.orphan.place.version == version]
    return RunContents(JobContents(job, (), goes, ()), run_id, version) if goes else None
