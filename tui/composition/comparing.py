"""What it takes to read curves of runs, and to compare them."""

from core.compare.compare_files import CompareFiles
from core.compare.compare_runs import CompareRuns
from core.compare.job_runs import JobRuns, Looks
from core.compare.read_ensemble import ReadEnsemble
from core.curves.local_run import LocalRun
from core.curves.read_curves import ReadCurves
from core.curves.readers import READERS
from core.curves.recall_curves import RecallCurves
from core.curves.stored_run import StoredRun
from core.jobs.list_jobs import ListArtifacts
from core.model import Artifact
from core.ports.run_files import RunFiles
from storage.packing.plain_files import PlainFiles
from tui.composition.adapters import Adapters
from tui.parts.curves import Curves
from tui.parts.previews import Previews


def make_curves(adapters: Adapters, previews: Previews, list_artifacts: ListArtifacts) -> Curves:
    """Makes them; uses no network."""
    directories = adapters.run_directories

    def local(path: str) -> RunFiles:
        first, *more = directories.parts(path) or [path]
        return LocalRun(path if more else first, adapters.whole_runs, PlainFiles())

    def stored(artifact: Artifact) -> RunFiles:
        return StoredRun(artifact, previews.look_inside)

    read_curves = ReadCurves(READERS, adapters.settings.watch.curves_at)
    recall_curves = RecallCurves(read_curves, adapters.curves_cache, adapters.clock)
    looks = Looks(local, stored)
    job_runs = JobRuns(list_artifacts, adapters.number_runs, adapters.journal, looks)
    return Curves(
        local,
        stored,
        read_curves,
        job_runs,
        CompareRuns(recall_curves),
        CompareFiles(),
        ReadEnsemble(job_runs, recall_curves),
    )
