"""One workstation that frees the room of stored runs, on fakes."""

from datetime import timedelta

from core.binding.match_content import MatchContent
from core.care.runs_at_rest import BusyTransfers, RunsAtRest
from core.clean.check_here import CheckHere
from core.clean.clean_run import CleanRun
from core.clean.finish_cleanings import FinishCleanings
from core.clean.in_store import InStore
from core.clean.prove_run import ProofWanted, ProveRun
from core.clean.proven import Proven
from core.clean.put_aside import PutAside
from core.finish.run_state import RunState
from core.ports.tree import Scan
from core.progress import Progress
from core.source.scan_tree import ScannedRun
from core.stored.keep_proofs import KeepProofs
from core.stored.results_versions import ResultsVersions
from tests.core.bench import RUN4
from tests.core.care.care_bench import CareBench
from tests.fakes.run_removal import FakeRunRemoval


class CleanBench(CareBench):
    """With an upload of what it cleans."""

    def _wire(self) -> None:
        super()._wire()
        self.removal = FakeRunRemoval(self.contents)
        busy = BusyTransfers(self.journal)
        self.at_rest = RunsAtRest(busy, self.turns)
        in_store = InStore(
            self.get_job,
            ResultsVersions(self.store, self.catalog),
            self.store,
            KeepProofs(self.journal, self.clock),
        )
        self.put_aside = PutAside(self.journal, self.removal, self.scanner, self.folders)
        self.prove_run = ProveRun(
            CheckHere(self.journal, busy, self.directories, self.folders),
            self.find_results,
            MatchContent(self.packager, self.catalog),
            in_store,
        )
        self.clean = CleanRun(self.at_rest, in_store, self.put_aside)
        self.finish = FinishCleanings(self.journal, self.at_rest, in_store, self.put_aside)

    def prove(
        self,
        path: str = RUN4,
        *,
        state: RunState = RunState.DONE,
        older_than: timedelta | None = None,
        read: bool = False,
        scan: Scan | None = None,
    ) -> Proven:
        scan = scan or self.scanner.scan(path)
        run = ScannedRun(path, 0, state, "LOG has not ended", scan=scan)
        wanted = ProofWanted(self.clock.now(), older_than, read)
        return self.prove_run(run, path.rpartition("/")[2], wanted, Progress())

    def runs(self) -> list[str]:
        """What lies in the results root of RUN4."""
        return sorted(path.rpartition("/")[2] for path in self.contents)
