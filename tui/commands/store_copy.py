"""`runferry store copy`: jobs of one store into another one, too."""

from collections.abc import Sequence

import click

from core.copying.copy_artifact import Copied
from core.copying.copy_plan import CopyPlan, PlannedCopy, Standing
from core.errors import (
    EXIT_FAILED,
    EXIT_OK,
    ConflictError,
    ContentDiffersError,
    Failure,
    ObjectArchivedError,
    ObjectNotFoundError,
    ResultsMetadataError,
    ResultsPackagingError,
    RunFerryError,
)
from core.model import Artifact, Job
from core.ports.journal.activity import ActivityKind
from core.printable import printable
from core.progress import Progress
from core.upload.commit_version import Destination
from core.upload.upload_result import UploadOutcome
from tui.commands.options import ID, json_option, store_options
from tui.commands.progress_line import ProgressLine
from tui.commands.sessions import open_session
from tui.composition.copying import StoreCopying
from tui.composition.options import Options
from tui.composition.session import Session
from tui.output import complain, emit, note, say
from tui.wording.formatting import plural, size
from tui.wording.titles import job_title

_OF_ONE_ARTIFACT = (
    ConflictError,
    ContentDiffersError,
    ObjectArchivedError,
    ObjectNotFoundError,
    ResultsMetadataError,
    ResultsPackagingError,
)
_WORDS = {
    UploadOutcome.UPLOADED: "sent",
    UploadOutcome.COPIED: "copied",
    UploadOutcome.UNCHANGED: "there",
}


@click.command("copy")
@click.option(
    "--to", required=True, metavar="PROFILE", help="Where to: a profile, or s3://NAME of a bucket."
)
@click.option("--job-id", type=ID, metavar="N", help="Only this job.")
@click.option("--rebind", is_flag=True, help="Results roots of jobs that are whole there follow.")
@click.option("--dry-run", is_flag=True, help="Only say what would be sent, and where to.")
@json_option
@store_options
def copy_store(
    to: str,
    job_id: int | None,
    rebind: bool,
    dry_run: bool,
    as_json: bool,
    profile: str,
    bucket: str,
) -> int:
    """Copy jobs to the store of another profile: all versions, configurations, inputs and logs.

    Content is verified on the way. A job keeps its id where nobody has that there. What is there
    already is not sent again, so the same command goes on where it was ended. Nothing is changed in
    this store.
    """
    with open_session(profile, bucket) as session:
        copying = session.copying_to(_options(to, session))
        if copying.same_store:
            raise click.UsageError(f"--to {to} is the store that would be copied.")
        session.jobs.refresh_catalog()
        copying.refresh()
        jobs = _jobs(session, job_id)
        run = _Run(session, copying, rebind=rebind, dry_run=dry_run, as_json=as_json)
        return run(jobs)


def _options(to: str, session: Session) -> Options:
    if to.startswith("s3://"):
        return Options(bucket=to)
    if to not in session.settings.profiles:
        there = ", ".join(sorted(session.settings.profiles))
        raise click.UsageError(f"--to names a profile that does not exist. There are: {there}.")
    return Options(profile=to)


def _jobs(session: Session, job_id: int | None) -> Sequence[Job]:
    if job_id is not None:
        return [session.jobs.get_job(job_id)]
    return sorted((s.job for s in session.jobs.list_jobs.all()), key=lambda job: job.id)


class _Run:
    """One job after the other: first those that can keep their ids, so that no other takes one."""

    def __init__(
        self,
        session: Session,
        copying: StoreCopying,
        *,
        rebind: bool,
        dry_run: bool,
        as_json: bool,
    ) -> None:
        self._session = session
        self._copying = copying
        self._rebind = rebind
        self._dry_run = dry_run
        self._as_json = as_json
        self._failed = 0
        self._left = 0

    def __call__(self, jobs: Sequence[Job]) -> int:
        """The exit code."""
        plans = [self._copying.plan(job) for job in jobs]
        self._tell_all(plans)
        for plan in sorted(plans, key=_maps):
            self._take(plan)
        if self._failed:
            done = "would not be copied" if self._dry_run else "not copied"
            note(f"{plural(self._failed, 'artifact')} {done}.")
        return EXIT_FAILED if self._failed or self._left else EXIT_OK

    def _tell_all(self, plans: Sequence[CopyPlan]) -> None:
        source, target = self._session.store.location, self._copying.target.location
        count = sum(len(plan.missing) for plan in plans)
        much = f"{plural(count, 'artifact')}, {size(sum(plan.missing_bytes for plan in plans))}"
        way = ", through this machine" if self._copying.remote and count else ""
        verb = "would go" if self._dry_run else "to go"
        note(f"{printable(source)} -> {printable(target)}: {much} {verb}{way}.")

    def _take(self, plan: CopyPlan) -> None:
        if not plan.claim_token:
            self._left += 1
            note(f"{job_title(plan.job)} has no record: another tool made it. It is not copied.")
            return
        if plan.foreign:
            note(
                f"{plural(len(plan.foreign), 'object')} of {job_title(plan.job)} "
                "that other tools stored: `runferry store orphans adopt` makes them RunFerry's first."
            )
        if self._dry_run:
            self._tell_planned(plan)
        else:
            self._copy(plan)

    def _tell_planned(self, plan: CopyPlan) -> None:
        kept = plan.job.id if plan.keeps_id else None
        to_id = plan.to_job.id if plan.to_job else kept
        self._tell_job(plan, to_id)
        for planned in plan.copies:
            self._failed += planned.standing not in {Standing.MISSING, Standing.THERE}
            self._tell(to_id, planned.artifact, planned.standing)

    def _copy(self, plan: CopyPlan) -> None:
        ids = [job.id for job in _jobs(self._session, None)] if not plan.keeps_id else []
        to = self._copying.copy_job(plan, ids)
        self._tell_job(plan, to.prefix.job_id)
        whole = True
        for planned in plan.copies:
            whole = self._copy_one(plan, planned, to) and whole
        if whole and plan.missing:
            there = f"job {to.prefix.job_id} of {printable(self._copying.target.location)}"
            told = f"copied {plural(len(plan.missing), 'artifact')} to {there}"
            self._session.activity.done(ActivityKind.STORE, f"job {plan.job.id}", told)
        if whole and self._rebind:
            self._follow(plan, to)

    def _copy_one(self, plan: CopyPlan, planned: PlannedCopy, to: Destination) -> bool:
        """Goes on after a failure of one artifact; what is wrong with a store is wrong for all."""
        artifact = planned.artifact
        if planned.standing is not Standing.MISSING:
            return self._pass_over(planned, to)
        progress = Progress()
        try:
            with ProgressLine(artifact.key.rpartition("/")[2], progress, self._session):
                copied = self._copying.copy_artifact(planned, to, progress)
        except _OF_ONE_ARTIFACT as error:
            self._fail(artifact, to, error)
            return False
        self._tell(to.prefix.job_id, artifact, _WORDS[copied.outcome], copied)
        return True

    def _pass_over(self, planned: PlannedCopy, to: Destination) -> bool:
        same = planned.standing is Standing.THERE
        self._failed += not same
        self._tell(to.prefix.job_id, planned.artifact, planned.standing)
        return same

    def _fail(self, artifact: Artifact, to: Destination, error: RunFerryError) -> None:
        self._failed += 1
        self._tell(to.prefix.job_id, artifact, "failed")
        self._session.activity.failed(
            ActivityKind.STORE, f"job {artifact.job_id}", Failure.of(error)
        )
        complain(error)

    def _follow(self, plan: CopyPlan, to: Destination) -> None:
        job_id = to.prefix.job_id
        for followed in self._copying.follow_roots(plan.job, to.prefix):
            root = printable(followed.results_root)
            if followed.job_id == job_id:
                note(f"{root} belongs to job {job_id} there.")
            else:
                note(f"{root} is bound to job {followed.job_id} there, and stays so.")

    def _tell_job(self, plan: CopyPlan, to_id: int | None) -> None:
        if self._as_json:
            counts = {"artifacts": len(plan.copies), "missing": len(plan.missing)}
            emit({"job_id": plan.job.id, "to_job_id": to_id, "name": plan.job.name} | counts)
            return
        where = self._copying.target.location
        there = f"job {to_id}" if to_id else "a new job"
        taken = "" if to_id == plan.job.id else f" (job {plan.job.id} there is another one)"
        say(f"{job_title(plan.job)} -> {there} of {printable(where)}{taken}")

    def _tell(
        self,
        to_id: int | None,
        artifact: Artifact,
        outcome: str,
        copied: Copied | None = None,
    ) -> None:
        if self._as_json:
            emit(
                {
                    "job_id": artifact.job_id,
                    "to_job_id": to_id,
                    "run_id": artifact.run_id,
                    "kind": artifact.kind.value,
                    "version": artifact.version,
                    "outcome": outcome,
                    "size": artifact.size,
                    "sha256": artifact.sha256,
                    "key": copied.key if copied else None,
                    "url": copied.url if copied else None,
                }
            )
            return
        version = f" v{artifact.version}" if artifact.version else ""
        run = f"run {artifact.run_id} " if artifact.run_id else ""
        say(f"  {artifact.size:>14,} B  {outcome:<8} {run}{artifact.kind}{version}")


def _maps(plan: CopyPlan) -> bool:
    """False sorts first."""
    return plan.to_job is None and not plan.keeps_id
