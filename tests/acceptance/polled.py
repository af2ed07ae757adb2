"""The watch engine on a real tree, as tests look at it."""

from pathlib import Path

from core.events import Event
from core.finish.finish_rules import FinishRules
from core.finish.rule import FinishRule
from core.finish.run_state import RunState
from core.watch.assembly import make_run_watch
from core.watch.auto_upload import AutoUpload
from core.watch.auto_upload_choices import AutoUploadChoices
from core.watch.judge_run import WatchPolicy
from storage.tree.tree_scanner import FileTreeScanner
from tests.fakes.clock import FixedClock
from tests.fakes.journal import FakeJournal
from tests.fakes.processes import FakeProcesses
from tests.fakes.tree import FakeTreeWatcher


class Polled:
    """The watch engine on a tree, polled by hand; no time passes unless it is said."""

    def __init__(self, root: Path, rule: FinishRule, *, quiet_seconds: float) -> None:
        self.clock, self.processes = FixedClock(), FakeProcesses()
        journal, events = FakeJournal(), list[Event]()
        auto_upload = AutoUpload(
            lambda _: None,
            AutoUploadChoices(journal),
            self.clock,
            events.append,
            countdown_seconds=0,
        )
        self._watch = make_run_watch(
            scanner=FileTreeScanner(),
            watcher_of=lambda _: FakeTreeWatcher(),
            rules=FinishRules.only(rule),
            processes=self.processes,
            auto_upload=auto_upload,
            journal=journal,
            clock=self.clock,
            publish=events.append,
            policy=WatchPolicy(quiet_seconds, stall_seconds=1e9),
        )
        self._watch.open([str(root)])

    def look(self, times: int = 2) -> dict[str, RunState]:
        """The state of each run, after so many looks at everything."""
        for _ in range(times):
            self._watch.rescan()
            self._watch.tick()
        return {view.name: view.state for view in self._watch.views()}
