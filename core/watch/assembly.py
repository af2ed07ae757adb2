"""How the parts of a watch are put together."""

from collections.abc import Callable, Mapping, Sequence

from core.events import Event
from core.finish.finish_rules import FinishRules
from core.kinds.built_in_kinds import default_kind
from core.kinds.run_kind import KindOf
from core.ports.clock import Clock
from core.ports.journal.journal import WatchJournal
from core.ports.processes import Processes
from core.ports.tree import TreeScanner, WatcherOf
from core.watch.auto_upload import AutoUpload
from core.watch.judge_run import JudgeRun, WatchPolicy
from core.watch.look_at_run import LookAtRun
from core.watch.queue_finished import QueueFinished
from core.watch.run_memory import RunMemory
from core.watch.run_numbers import RunNumbers
from core.watch.run_watch import RunWatch
from core.watch.stored_fingerprints import StoredFingerprints
from core.watch.watch_pass import WatchPass
from core.watch.watched_root import WatchedRoot
from core.watch.watched_roots import WatchedRoots
from core.watch.writers import Writers


def make_run_watch(
    *,
    scanner: TreeScanner,
    watcher_of: WatcherOf,
    rules: FinishRules,
    processes: Processes,
    auto_upload: AutoUpload,
    journal: WatchJournal,
    clock: Clock,
    publish: Callable[[Event], None],
    policy: WatchPolicy,
    kind_of: KindOf = default_kind,
    number: Callable[[Sequence[str]], Mapping[str, int]] = lambda runs: dict.fromkeys(runs, 0),
) -> RunWatch:
    """A watch of no roots yet, not started."""
    stored, writers, memory = (
        StoredFingerprints(journal),
        Writers(processes, rules, clock, scanner),
        RunMemory(journal, clock),
    )
    judge = JudgeRun(rules, policy, writers, stored)
    one_pass = WatchPass(
        writers,
        LookAtRun(scanner, judge, clock, publish),
        QueueFinished(auto_upload, stored, memory),
        memory,
    )

    def new_root(path: str) -> WatchedRoot:
        return WatchedRoot(path, watcher_of(path), scanner, publish, kind_of)

    roots = WatchedRoots(scanner, new_root, clock, publish, RunNumbers(number, journal))
    return RunWatch(roots, one_pass, auto_upload, stored)
