"""Settings, store, databases: what the use cases of one session are made of."""

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import cached_property
from typing import Protocol, TypeVar

from core.errors import RunFerryError, StateError
from core.kinds.run_kind import RunKind
from core.pace.throttle import Throttle
from core.ports.mfa_prompt import MfaPrompt
from core.ports.object_store import ObjectStore
from core.settings import Settings
from core.threads import Deadline
from core.waiting.store_waits import StoreWaits
from core.waiting.unanswered import NoMfaPrompt
from storage.machine.system import SystemClock
from storage.settings.file import load_settings
from storage.settings.places import Places, make_directory
from storage.tree.tree_scanner import FileTreeScanner
from tui.composition.by_kind import store_adapters
from tui.composition.log_file import log_to
from tui.composition.options import Options, Pauses
from tui.composition.store_adapters import StoreAdapters, StoreNeeds

_QUIT_SECONDS = 1.5
"""Who quits waits no longer, whatever is open and does not end: with the rest of it, two seconds in all."""


class _Closable(Protocol):
    def close(self) -> None: ...


_C = TypeVar("_C", bound=_Closable)


class Unsaved:
    """What could not be saved on this machine, though nothing failed because of it.

    Collected on any thread, said once.
    """

    def __init__(self) -> None:
        self._reasons: dict[str, RunFerryError] = {}

    def add(self, what: str) -> Callable[[RunFerryError], None]:
        """To be called with the reason, when there is one."""
        return lambda error: self._reasons.update({what: error})

    def remark(self) -> str:
        """One line; empty when all was saved."""
        if not self._reasons:
            return ""
        what = list(self._reasons)
        listed = " and ".join(filter(None, (", ".join(what[:-1]), what[-1])))
        return f"Not saved: {listed}. {next(iter(self._reasons.values())).what}"


class Adapters:
    """Each is made when it is first asked for; `close` closes those that were, the last first.

    Who may be the first to ask on one of several threads asks while holding `making`. There is a
    log as soon as there are databases (`logging`). What cannot be saved on this machine is in
    `unsaved`.
    """

    def __init__(
        self,
        options: Options,
        environ: Mapping[str, str] | None,
        throttle: Throttle | None,
        pauses: Pauses,
        prompt: MfaPrompt | None = None,
    ) -> None:
        """`environ` in place of the real one; `throttle` in place of the one of the settings.

        `prompt` asks a person for codes, None where there is nobody.
        """
        self.pauses = pauses
        self.read_only = options.read_only
        self.prompt = prompt or NoMfaPrompt()
        self._options = options
        self.environ = os.environ if environ is None else environ
        self._throttle = throttle
        self._opened = ExitStack()
        self.clock = SystemClock()
        self.quitting = Deadline(_QUIT_SECONDS, self.clock)
        self.store_waits = StoreWaits(self.clock)
        self.scanner = FileTreeScanner(self.kind_of)
        self.host = os.uname().nodename
        self.making = threading.RLock()
        self.logging = False
        self.unsaved = Unsaved()

    def of_another(self, options: Options) -> "Adapters":
        """Those of another store; the limit, whoever waits and who is asked are the same. Closed with these."""
        self._prepare(self.places.state)
        return self.closing(self.beside(options))

    def beside(self, options: Options) -> "Adapters":
        """As `of_another`, to be closed by who asks."""
        other = Adapters(options, self.environ, self.throttle, self.pauses, self.prompt)
        other.store_waits, other.unsaved = self.store_waits, self.unsaved
        other.logging = True  # the log of these is the process's
        return other

    def close(self) -> None:
        """To be called when nobody needs them any more."""
        self._opened.close()

    @cached_property
    def places(self) -> Places:
        """Where local files are."""
        return Places.find(self.environ)

    @cached_property
    def settings(self) -> Settings:
        """Validated; raises SettingsError."""
        return load_settings(self.places.settings, self.environ, self._options.as_overrides())

    def kind_of(self, path: str) -> RunKind:
        """Of the runs at or below an absolute path, as the settings have it."""
        return self.settings.watch.kind_of(path)

    @cached_property
    def places_of_runs(self):
        """Which results root a run belongs to, by its path."""
        from core.source.run_places import RunPlaces

        return RunPlaces(self.kind_of)

    @cached_property
    def run_directories(self):
        """The runs of a results root, and the directories that they consist of."""
        from core.source.run_directories import RunDirectories
        from storage.tree.folders import LocalFolders

        return RunDirectories(LocalFolders(), self.kind_of)

    @cached_property
    def whole_runs(self):
        """A scanner that takes a run of several directories for one."""
        from core.source.whole_runs import WholeRuns

        return WholeRuns(self.scanner, self.run_directories)

    @cached_property
    def own_names(self):
        """Makes what is known of the real paths of links known of theirs."""
        from core.binding.own_names import OwnNames

        return OwnNames(self.journal, self.scanner.real)

    @cached_property
    def number_runs(self):
        """As which runs directories count, by all that is known here; what was given is kept."""
        from core.binding.known_ids import KnownIds
        from core.binding.number_runs import NumberRuns

        directories, journal = self.run_directories, self.journal
        known = KnownIds(journal, directories.exists, self.catalog.runs, self.own_names)
        return NumberRuns(self.places_of_runs, directories, known, journal.give_ids)

    @cached_property
    def throttle(self) -> Throttle:
        """One for all transfers of the process."""
        return self._throttle or Throttle(self.settings.transfers.limit)

    @cached_property
    def of_store(self) -> StoreAdapters:
        """What suits the kind of the chosen profile."""
        needs = StoreNeeds(
            self.settings.profile,
            self.places,
            self.store_waits,
            self.pauses,
            self._tags_of_job,
            self.prompt,
        )
        if self.read_only:
            from tui.composition.read_only import ReadOnlyStoreAdapters

            return ReadOnlyStoreAdapters(store_adapters(needs))
        return store_adapters(needs)

    @cached_property
    def store(self) -> ObjectStore:
        """The store of the chosen profile."""
        return self.closing(self.of_store.store())

    @cached_property
    def catalog(self):
        """The cache of that store."""
        from storage.db.catalog_db import SqliteCatalog

        self._prepare(self.places.caches)
        path = self.places.cache_db(self.settings.profile)
        return self.closing(SqliteCatalog(path, on_unsaved=self.unsaved.add("the cache")))

    @cached_property
    def members_cache(self):
        """What was seen of archives in that store."""
        from storage.db.members_cache import SqliteMembersCache

        return SqliteMembersCache(self.catalog.database)

    @cached_property
    def curves_cache(self):
        """What runs of that store, and of this machine, said over time."""
        from storage.db.curves_cache import SqliteCurvesCache

        return SqliteCurvesCache(self.catalog.database)

    @cached_property
    def journal(self):
        """What this machine must not forget."""
        from storage.db.journal_db import SqliteJournal

        self._prepare(self.places.state)
        location = self.places.store_location(self.settings.profile)
        if self.read_only:
            from storage.db.read_only_journal import ReadOnlyJournal

            return self.closing(ReadOnlyJournal(self.places.state_db, store_location=location))
        return self.closing(
            SqliteJournal(
                self.places.state_db,
                store_location=location,
                on_unsaved=self.unsaved.add("the state"),
            )
        )

    @cached_property
    def activity_log(self):
        """What happened, for whoever asks later."""
        from storage.db.activity_db import SqliteActivityLog

        with self.making:
            journal = self.journal  # which brings the file to the right schema
        location = self.places.store_location(self.settings.profile)
        if self.read_only:
            from storage.read_only import ReadOnlyActivityLog

            return ReadOnlyActivityLog(SqliteActivityLog(journal.database, store_location=location))
        return self.closing(SqliteActivityLog(self.places.state_db, store_location=location))

    @cached_property
    def turns(self):
        """What several processes on this state and store do one after the other."""
        from storage.machine.file_turns import FileTurns

        self._prepare(self.places.state)
        location = self.places.store_location(self.settings.profile)
        return FileTurns(self.places.state, location)

    @cached_property
    def packager(self):
        """Makes ZIPs."""
        from storage.packing.zip_writer import ZipResultsPackager

        return ZipResultsPackager()

    def store_remark(self) -> str:
        """What a user should know of the store, if it was used; empty for nothing."""
        return self.of_store.remark() if "of_store" in vars(self) else ""

    def closing(self, resource: _C) -> _C:
        """`resource`, to be closed with the others."""
        self._opened.callback(resource.close)
        return resource

    def _tags_of_job(self, job_id: int) -> Sequence[str]:
        """What the catalog knows; an upload has looked its job up before it stores anything."""
        with self.making:
            catalog = self.catalog
        job = catalog.job(job_id)
        return job.tags if job else ()

    def _prepare(self, directory: str) -> None:
        """What needs a directory that cannot be made says so itself."""
        with suppress(StateError):
            make_directory(directory)
        if not self.logging:
            self.logging = True
            self._opened.callback(self._log())

    def _log(self) -> Callable[[], None]:
        on_unsaved = self.unsaved.add("the log")
        try:
            make_directory(self.places.logs)
        except StateError as error:
            on_unsaved(error)
            return lambda: None
        return log_to(self.places.logs, on_unsaved)
