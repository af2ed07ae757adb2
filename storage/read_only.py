"""What takes the place of adapters that write, where nothing may be changed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from core.errors import CleanUpError, SettingsError, StoreError, read_only_error
from core.ports.agent_lock import AgentLock, Holder
from core.ports.journal.activity import ActivityEntry, ActivityLog
from core.ports.object_store import (
    Excerpt,
    ObjectStore,
    PendingUpload,
    RestoreTier,
    StoredObject,
    Upload,
    UploadSession,
)
from core.ports.presigned_url import LinkMethod, PresignedUrl
from core.ports.run_removal import RunRemoval
from core.ports.send_pace import SendPace
from core.ports.settings_file import Change, Keys, SettingsFile


class ReadOnlyStore(ObjectStore):
    """All that can be read of `store`, which is closed with it; every write raises StoreError."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @property
    def location(self) -> str:
        return self._store.location

    def url(self, key: str) -> str:
        return self._store.url(key)

    def now(self) -> datetime:
        return self._store.now()

    def check(self) -> None:
        self._store.check()

    def head(self, key: str) -> StoredObject | None:
        return self._store.head(key)

    def read(
        self,
        key: str,
        *,
        start: int = 0,
        length: int | None = None,
        if_match: str | None = None,
    ) -> Iterator[bytes]:
        return self._store.read(key, start=start, length=length, if_match=if_match)

    def excerpt(self, key: str, *, start: int, length: int) -> Excerpt:
        return self._store.excerpt(key, start=start, length=length)

    def list(self, prefix: str, *, after: str = "") -> Iterator[StoredObject]:
        return self._store.list(prefix, after=after)

    def list_prefixes(self, prefix: str) -> Iterator[str]:
        return self._store.list_prefixes(prefix)

    def pending_uploads(self, prefix: str) -> Iterator[PendingUpload]:
        return self._store.pending_uploads(prefix)

    def presign(self, key: str, method: LinkMethod, *, expires_seconds: int) -> PresignedUrl:
        """Whoever has a link to store something changes the store with it."""
        if method is not LinkMethod.GET:
            raise read_only_error(StoreError)
        return self._store.presign(key, method, expires_seconds=expires_seconds)

    def check_classes(self) -> None:
        self._store.check_classes()

    def put(
        self,
        key: str,
        data: bytes,
        *,
        if_absent: bool = False,
        if_match: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> StoredObject:
        raise read_only_error(StoreError)

    def start_upload(
        self,
        key: str,
        *,
        size_bound: int,
        metadata: Mapping[str, str],
        on_sent: Callable[[int], None],
        session: UploadSession | None = None,
        pace: SendPace | None = None,
    ) -> Upload:
        raise read_only_error(StoreError)

    def copy(
        self,
        source: str,
        target: str,
        *,
        source_etag: str | None = None,
        if_match: str | None = None,
        metadata: Mapping[str, str] | None = None,
        on_copied: Callable[[int], None] = lambda _: None,
    ) -> StoredObject:
        raise read_only_error(StoreError)

    def change_class(self, key: str, storage_class: str, *, if_match: str) -> StoredObject:
        raise read_only_error(StoreError)

    def restore(self, key: str, *, tier: RestoreTier, days: int) -> None:
        raise read_only_error(StoreError)

    def discard_upload(self, key: str, upload_id: str) -> None:
        raise read_only_error(StoreError)

    def delete(self, key: str, *, if_match: str | None = None) -> None:
        raise read_only_error(StoreError)

    def close(self) -> None:
        self._store.close()


class ReadOnlySettingsFile(SettingsFile):
    """What is in `file`; to change it raises SettingsError."""

    def __init__(self, file: SettingsFile) -> None:
        self._file = file

    @property
    def path(self) -> str:
        return self._file.path

    def revision(self) -> str:
        return self._file.revision()

    def holds(self, keys: Keys) -> bool:
        return self._file.holds(keys)

    def change(self, changes: Sequence[Change], revision: str) -> None:
        raise read_only_error(SettingsError)

    def create(self) -> None:
        raise read_only_error(SettingsError)


class ReadOnlyActivityLog(ActivityLog):
    """What was written down; what happens now is not, without a word. `log` is not closed with it."""

    def __init__(self, log: ActivityLog) -> None:
        self._log = log

    def add(self, entries: Sequence[ActivityEntry]) -> None:
        return

    def after(self, number: int) -> Sequence[ActivityEntry]:
        return self._log.after(number)

    def close(self) -> None:
        return


class ReadOnlyRunRemoval(RunRemoval):
    """Looks as `removal` does; to move or delete anything raises CleanUpError."""

    def __init__(self, removal: RunRemoval) -> None:
        self._removal = removal

    def is_there(self, path: str) -> bool:
        return self._removal.is_there(path)

    def move(self, path: str, to: str) -> None:
        raise read_only_error(CleanUpError)

    def delete(self, path: str) -> None:
        raise read_only_error(CleanUpError)


class OnlookingAgentLock(AgentLock):
    """Never taken: whoever holds `lock` does the work, or nobody."""

    def __init__(self, lock: AgentLock) -> None:
        self._lock = lock

    def acquire(self) -> bool:
        return False

    def tell(self, limit: int, parallel: int) -> None:
        return

    def holder(self) -> Holder | None:
        return self._lock.holder()

    @property
    def trouble(self) -> str:
        return ""

    def release(self) -> None:
        return
