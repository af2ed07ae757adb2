"""What frees room on this machine: use cases made of the ports."""

from core.binding.match_content import MatchContent
from core.care.runs_at_rest import BusyTransfers, RunsAtRest
from core.clean.check_here import CheckHere
from core.clean.clean_run import CleanRun
from core.clean.finish_cleanings import FinishCleanings
from core.clean.in_store import InStore
from core.clean.local_runs import LocalRuns
from core.clean.prove_run import ProveRun
from core.clean.put_aside import PutAside
from core.ports.run_removal import RunRemoval
from core.stored.keep_proofs import KeepProofs
from core.stored.results_versions import ResultsVersions
from storage.files.run_removal import LocalRunRemoval
from storage.read_only import ReadOnlyRunRemoval
from storage.tree.folders import LocalFolders
from tui.composition.adapters import Adapters
from tui.composition.jobs import Jobs
from tui.composition.trees import Trees
from tui.parts.cleaning import Cleaning


def make_cleaning(adapters: Adapters, jobs: Jobs, trees: Trees) -> Cleaning:
    """For the store of the chosen profile; touches no network."""
    journal, store, folders = adapters.journal, adapters.store, LocalFolders()
    busy = BusyTransfers(journal, adapters.places_of_runs)
    at_rest = RunsAtRest(busy, adapters.turns)
    in_store = InStore(
        jobs.get_job,
        ResultsVersions(store, adapters.catalog),
        store,
        KeepProofs(journal, adapters.clock),
    )
    removal: RunRemoval = LocalRunRemoval()
    if adapters.read_only:
        removal = ReadOnlyRunRemoval(removal)
    put_aside = PutAside(journal, removal, adapters.scanner, folders)
    return Cleaning(
        local_runs=LocalRuns(adapters.scanner, trees.scan_tree, journal, adapters.own_names),
        prove=ProveRun(
            CheckHere(journal, busy, adapters.run_directories, folders),
            trees.find_results,
            MatchContent(adapters.packager, adapters.catalog),
            in_store,
        ),
        clean=CleanRun(at_rest, in_store, put_aside),
        finish=FinishCleanings(journal, at_rest, in_store, put_aside),
        name_of=trees.name_of,
        must_read=not adapters.of_store.etags_tell_content(),
    )
