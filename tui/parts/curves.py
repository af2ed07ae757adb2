"""What the output of runs says over time."""

from collections.abc import Callable
from dataclasses import dataclass

from core.compare.compare_files import CompareFiles
from core.compare.compare_runs import CompareRuns
from core.compare.job_runs import JobRuns
from core.compare.read_ensemble import ReadEnsemble
from core.curves.read_curves import ReadCurves
from core.model import Artifact
from core.ports.run_files import RunFiles


@dataclass(frozen=True)
class Curves:
    """Reads curves of runs, and compares them; nothing of it belongs on the UI thread.

    `local` (by absolute path) and `stored` (results) make one look at a run each: for a later look
    there is another one. They ask for nothing before they are asked.
    """

    local: Callable[[str], RunFiles]
    stored: Callable[[Artifact], RunFiles]
    read_curves: ReadCurves
    job_runs: JobRuns
    compare_runs: CompareRuns
    compare_files: CompareFiles
    ensemble: ReadEnsemble
