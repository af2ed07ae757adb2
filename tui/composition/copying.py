"""What copies jobs from the store of a session to that of another profile."""

from dataclasses import dataclass

from core.copying.copied_jobs import CopiedJobs
from core.copying.copy_artifact import CopyArtifact, NewCopies
from core.copying.copy_job import CopyJob
from core.copying.follow_roots import FollowRoots
from core.copying.plan_copy import CopiesThere, PlanCopy
from core.jobs.free_job_ids import FreeJobIds
from core.jobs.get_job import GetJob
from core.ports.object_store import StoreAddress
from core.stored.refresh_catalog import RefreshCatalog
from core.upload.create_artifact import ArtifactProducer
from core.upload.store_content import StoreContent
from tui.composition.adapters import Adapters


@dataclass(frozen=True)
class StoreCopying:
    """Use cases between two stores; the `target` is to be read by `refresh` before anything else."""

    target: StoreAddress
    remote: bool
    same_store: bool
    refresh: RefreshCatalog
    plan: PlanCopy
    copy_job: CopyJob
    copy_artifact: CopyArtifact
    follow_roots: FollowRoots


def make_store_copying(source: Adapters, target: Adapters) -> StoreCopying:
    """Puts it together; uses no network. What is sent keeps to the limit that both share."""
    copied_jobs = CopiedJobs(target.store, target.catalog, FreeJobIds(target.store, target.catalog))
    producer = ArtifactProducer(target.store, target.journal, target.clock, target.throttle)
    profiles = source.settings.profile, target.settings.profile
    locations = {source.places.store_location(profile) for profile in profiles}
    return StoreCopying(
        target=target.store,
        remote=all(profile.traits.remote for profile in profiles),
        same_store=len(locations) == 1,
        refresh=RefreshCatalog(target.catalog, target.store, target.clock),
        plan=PlanCopy(
            source.store, source.catalog, copied_jobs, CopiesThere(target.store, target.catalog)
        ),
        copy_job=CopyJob(copied_jobs, GetJob(target.catalog, target.store)),
        copy_artifact=CopyArtifact(
            NewCopies(source.store, target.store, target.catalog, target.clock),
            StoreContent(producer, target.store),
            producer,
            target.turns,
        ),
        follow_roots=FollowRoots(source.journal, target.journal),
    )
