"""Remove a run from where it was, when all of it is where it is to be."""

from core.care.empty_run import EmptyRun
from core.care.job_contents import JobContents
from core.care.move_plan import MovePlan
from core.care.run_contents import RunContents
from core.ports.journal.journal import BindingJournal
from core.ports.journal.proofs import ProofKind
from core.source.run_places import RunPlaces
from core.stored.keep_proofs import KeepProofs, Proven


class RemoveMoved:
    """Uploads are told first where it is: killed in between, they find it there."""

    def __init__(
        self,
        journal: BindingJournal,
        empty_run: EmptyRun,
        keep_proofs: KeepProofs,
        places: RunPlaces | None = None,
    ) -> None:
        self._places = places or RunPlaces()
        self._journal = journal
        self._keep_proofs = keep_proofs
        self._empty_run = empty_run

    def __call__(self, plan: MovePlan, rebind: str | None) -> None:
        """Raises ConflictError, StoreError, StateError, CatalogError."""
        to = plan.to_job
        proven = [Proven(artifact.key, artifact.sha256) for artifact in plan.copied]
        self._keep_proofs(ProofKind.COPIED, proven)
        self._journal.put_job(to.id, to.created_at)
        self._journal.move_run(plan.job.id, plan.run_id, to.id, plan.to_run)
        if rebind:
            self._journal.bind_root(self._places.results_root_of(rebind), to.id)
        old = JobContents(plan.job, plan.artifacts, (), ())
        self._empty_run(RunContents(old, plan.run_id))
