"""Make the catalog equal to the store."""

from dataclasses import dataclass

from core.ports.catalog import Catalog
from core.ports.clock import Clock
from core.ports.object_store import ObjectReader
from core.stored.implied_rows import ImpliedRows, rows_of_store
from core.stored.manifests import read_manifest
from core.stored.record_reader import RecordReader


@dataclass(frozen=True)
class Refreshed:
    """What the catalog holds now. `unmanaged` are keys that no manifest or record of ours knows.

    `set_aside` are keys of what cannot be read, or is not possible: as if it was not there.
    """

    jobs: int
    runs: int
    artifacts: int
    unmanaged: tuple[str, ...]
    set_aside: tuple[str, ...] = ()


class RefreshCatalog:
    """Lists the store and reads what is new or was changed. Runs on a background thread."""

    def __init__(self, catalog: Catalog, store: ObjectReader, clock: Clock) -> None:
        self._catalog = catalog
        self._store = store
        self._clock = clock

    def __call__(self, *, rebuild: bool = False) -> Refreshed:
        """Replaces the cache in one transaction; to `rebuild` is to read everything anew.

        Raises StoreError and leaves the cache as it was.
        """
        started, since = self._clock.now(), self._catalog.last_recording()
        etags = dict[str, str]() if rebuild else self._catalog.etags()
        records = RecordReader(
            self._store, self._catalog, etags, lambda listed: read_manifest(self._store, listed.key)
        )
        rows = rows_of_store(self._store, records)
        self._catalog.put_extents(rows.extents)  # first: `replace` marks the catalog as complete
        read = [*rows.jobs.values()], rows.runs, rows.artifacts, started, rows.etags
        self._catalog.replace(*read, since=since, anew=rebuild)
        return _summary(rows)

    def once(self) -> None:
        """Unless the catalog equalled the store before. Raises as calling it does."""
        if self._catalog.synced_at() is None:
            self()


def _summary(rows: ImpliedRows) -> Refreshed:
    set_aside = tuple(finding.key for finding in rows.set_aside)
    return Refreshed(len(rows.jobs), len(rows.runs), len(rows.artifacts), rows.unmanaged, set_aside)
