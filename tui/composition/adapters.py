"""Settings, store, databases: what the use cases of one session are made of."""

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from core.errors import StateError
from core.pace.throttle import Throttle
from core.threads import Deadline
from core.waiting.store_waits import StoreWaits
from storage.machine.system import SystemClock
from storage.settings.file import load_settings
from storage.settings.places import Places, make_directory
from storage.tree.tree_scanner import FileTreeScanner
from tui.composition.by_kind import open_store
from tui.composition.log_file import log_to
from tui.composition.options import Options
from tui.composition.pauses import Pauses
from tui.composition.unsaved import Unsaved

if TYPE_CHECKING:
    from core.ports.catalog import Catalog
    from core.ports.journal.journal import Journal
    from core.ports.object_store import ObjectStore
    from core.ports.packaging import ResultsPackager
    from core.ports.turns import Turns
    from core.settings import Settings
    from core.upload.commit_version import Writer
    from core.upload.create_artifact import ArtifactProducer


_QUIT_SECONDS = 1.5
"""Who quits waits no longer, whatever is open and does not end: with the rest of it, two seconds in all."""


class _Closable(Protocol):
    def close(self) -> None: ...


_C = TypeVar("_C", bound=_Closable)


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
    ) -> None:
        """`environ` in place of the real one; `throttle` in place of the one of the settings."""
        self.pauses = pauses
        self._options = options
        self._environ = os.environ if environ is None else environ
        self._throttle = throttle
        self._opened = ExitStack()
        self.clock = SystemClock()
        self.quitting = Deadline(_QUIT_SECONDS, self.clock)
        self.store_waits = StoreWaits(self.clock)
        self.scanner = FileTreeScanner()
        self.making = threading.RLock()
        self.logging = False
        self.unsaved = Unsaved()

    def close(self) -> None:
        """To be called when nobody needs them any more."""
        self._opened.close()

    @cached_property
    def places(self) -> Places:
        """Where local files are."""
        return Places.find(self._environ)

    @cached_property
    def settings(self) -> "Settings":
        """Validated; raises SettingsError."""
        return load_settings(self.places.settings, self._environ, self._options.as_overrides())

    @cached_property
    def throttle(self) -> Throttle:
        """One for all transfers of the process."""
        return self._throttle or Throttle(self.settings.transfers.limit)

    @cached_property
    def store(self) -> "ObjectStore":
        """The store of the chosen profile."""
        profile = self.settings.profile
        return self.closing(open_store(profile, self.places, self.store_waits, self.pauses))

    @cached_property
    def catalog(self) -> "Catalog":
        """The cache of that store."""
        from storage.db.catalog_db import SqliteCatalog

        self._prepare(self.places.caches)
        path = self.places.cache_db(self.settings.profile)
        return self.closing(SqliteCatalog(path, on_unsaved=self.unsaved.add("the cache")))

    @cached_property
    def journal(self) -> "Journal":
        """What this machine must not forget."""
        from storage.db.journal_db import SqliteJournal

        self._prepare(self.places.state)
        location = self.places.store_location(self.settings.profile)
        return self.closing(
            SqliteJournal(
                self.places.state_db,
                store_location=location,
                on_unsaved=self.unsaved.add("the state"),
            )
        )

    @cached_property
    def turns(self) -> "Turns":
        """What several processes on this state and store do one after the other."""
        from storage.machine.file_turns import FileTurns

        self._prepare(self.places.state)
        location = self.places.store_location(self.settings.profile)
        return FileTurns(self.places.state, location)

    @cached_property
    def packager(self) -> "ResultsPackager":
        """Makes ZIPs."""
        from storage.packing.zip_writer import ZipResultsPackager

        return ZipResultsPackager()

    @cached_property
    def writer(self) -> "Writer":
        """Who signs manifests."""
        from core.upload.commit_version import Writer
        from core.version import VERSION

        return Writer(os.uname().nodename, VERSION)

    def producer(self, throttle: Throttle | None = None) -> "ArtifactProducer":
        """What stores artifacts, as fast as `throttle` lets it."""
        from core.upload.create_artifact import ArtifactProducer

        return ArtifactProducer(self.store, self.journal, self.clock, throttle)

    def closing(self, resource: _C) -> _C:
        """`resource`, to be closed with the others."""
        self._opened.callback(resource.close)
        return resource

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
