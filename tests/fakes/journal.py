"""A journal in memory."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from core.ports.journal.bindings import RememberedJob, StoredSource
from core.ports.journal.cleanings import Cleaning
from core.ports.journal.journal import Journal
from core.ports.journal.orphans import Orphan
from core.ports.journal.proofs import Proof
from core.ports.journal.queue import Command, TransferRecord
from core.ports.journal.uploads import Intent, LinkRate
from core.ports.journal.watching import WatchedRecord
from core.ports.object_store import SentPart
from core.printable import harmless
from core.redaction import redact
from tests.fakes.failing import FailsOnDemand


@dataclass
class FakeStateFile:
    """What several journals share, as those of several stores share one `state.db`."""

    intents: dict[tuple[str, str], Intent] = field(default_factory=dict[tuple[str, str], Intent])
    parts: dict[tuple[str, str, int], SentPart] = field(
        default_factory=dict[tuple[str, str, int], SentPart]
    )
    links: dict[str, LinkRate | None] = field(default_factory=dict[str, LinkRate | None])
    orphans: dict[tuple[str, str], Orphan] = field(default_factory=dict[tuple[str, str], Orphan])
    bindings: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    found: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    jobs: dict[tuple[str, int], datetime] = field(default_factory=dict[tuple[str, int], datetime])
    transfers: dict[tuple[str, int], TransferRecord] = field(
        default_factory=dict[tuple[str, int], TransferRecord]
    )
    stored: dict[tuple[str, str], StoredSource] = field(
        default_factory=dict[tuple[str, str], StoredSource]
    )
    stored_in: dict[tuple[str, int, str], int] = field(
        default_factory=dict[tuple[str, int, str], int]
    )
    given_ids: dict[tuple[str, str, str], int] = field(
        default_factory=dict[tuple[str, str, str], int]
    )
    watched: dict[tuple[str, str], WatchedRecord] = field(
        default_factory=dict[tuple[str, str], WatchedRecord]
    )
    proofs: dict[tuple[str, str], Proof] = field(default_factory=dict[tuple[str, str], Proof])
    cleanings: dict[tuple[str, str], Cleaning] = field(
        default_factory=dict[tuple[str, str], Cleaning]
    )
    held: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    auto_uploads: dict[tuple[str, str], bool | None] = field(
        default_factory=dict[tuple[str, str], bool | None]
    )
    commands: dict[tuple[str, int], Command] = field(default_factory=dict[tuple[str, int], Command])
    last_transfer: int = 0
    last_command: int = 0
    last_roots: tuple[str, ...] = ()


class FakeJournal(FailsOnDemand, Journal):
    """Behaves as the SQLite journal does, for tests of what uses one. Not for several threads.

    A second journal on the same `file` is what a restart finds.
    """

    def __init__(
        self, store_location: str = "fake-store", file: FakeStateFile | None = None
    ) -> None:
        super().__init__()
        self.closed = False
        self._store = store_location
        self._file = file or FakeStateFile()

    def put_intent(self, intent: Intent) -> None:
        self._file.intents[self._store, intent.write_token] = intent

    def intents(self, job_id: int, run_id: int | None) -> Sequence[Intent]:
        ours = [
            intent
            for (store, _), intent in sorted(self._file.intents.items())
            if (store, intent.job_id, intent.run_id) == (self._store, job_id, run_id)
        ]
        return sorted(ours, key=lambda intent: intent.started_at, reverse=True)

    def all_intents(self) -> Sequence[Intent]:
        ours = [i for (store, _), i in sorted(self._file.intents.items()) if store == self._store]
        return sorted(ours, key=lambda intent: intent.started_at)

    def close_intent(self, write_token: str) -> None:
        self._file.intents.pop((self._store, write_token), None)
        self.forget_parts(write_token)

    def put_part(self, write_token: str, part: SentPart) -> None:
        self._file.parts[self._store, write_token, part.number] = part

    def parts(self, write_token: str) -> Sequence[SentPart]:
        ours = sorted(self._file.parts.items())
        return [part for key, part in ours if key[:2] == (self._store, write_token)]

    def forget_parts(self, write_token: str) -> None:
        for part in self.parts(write_token):
            del self._file.parts[self._store, write_token, part.number]

    def put_link_rate(self, rate: LinkRate | None) -> None:
        self._file.links[self._store] = rate

    def link_rate(self) -> LinkRate | None:
        return self._file.links.get(self._store)

    def put_orphan(self, orphan: Orphan) -> None:
        reason = harmless(redact(orphan.reason))
        self._file.orphans[self._store, orphan.key] = replace(orphan, reason=reason)

    def orphans(self) -> Sequence[Orphan]:
        ours = [orphan for (store, _), orphan in self._file.orphans.items() if store == self._store]
        return sorted(ours, key=lambda orphan: (orphan.seen_at, orphan.key))

    def remove_orphan(self, key: str) -> None:
        self._file.orphans.pop((self._store, key), None)

    def bind_root(self, results_root: str, job_id: int, *, found: bool = False) -> None:
        self._file.bindings[self._store, results_root] = job_id
        self._file.found.discard((self._store, results_root))
        if found:
            self._file.found.add((self._store, results_root))

    def bound_job(self, results_root: str) -> int | None:
        return self._file.bindings.get((self._store, results_root))

    def bound_roots(self, job_id: int) -> Sequence[str]:
        bound = self._file.bindings.items()
        return sorted(root for (store, root), job in bound if (store, job) == (self._store, job_id))

    def found_job(self, results_root: str) -> int | None:
        found = (self._store, results_root) in self._file.found
        return self.bound_job(results_root) if found else None

    def put_job(self, job_id: int, created_at: datetime) -> None:
        if self._file.jobs.get((self._store, job_id), created_at) != created_at:
            self.forget_job(job_id)
        self._file.jobs[self._store, job_id] = created_at

    def known_jobs(self) -> Mapping[int, datetime]:
        ours = self._file.jobs.items()
        return {job_id: made for (store, job_id), made in ours if store == self._store}

    def put_proofs(self, proofs: Sequence[Proof]) -> None:
        for proof in proofs:
            self._file.proofs[self._store, proof.key] = proof

    def proofs(self, below: str) -> Mapping[str, Proof]:
        ours = self._file.proofs.items()
        return {k: p for (store, k), p in ours if store == self._store and k.startswith(below)}

    def forget_proofs(self, keys: Collection[str]) -> None:
        for key in keys:
            self._file.proofs.pop((self._store, key), None)

    def put_cleaning(self, cleaning: Cleaning) -> None:
        self._file.cleanings[self._store, cleaning.aside] = cleaning

    def cleanings(self) -> Sequence[Cleaning]:
        ours = sorted(self._file.cleanings.items())
        return [cleaning for (store, _), cleaning in ours if store == self._store]

    def remove_cleaning(self, aside: str) -> None:
        self._file.cleanings.pop((self._store, aside), None)

    def put_stored(self, source: str, stored: StoredSource) -> None:
        self._file.stored[self._store, source] = stored
        self._file.stored_in[self._store, stored.job_id, source] = stored.run_id

    def stored(self) -> Mapping[str, StoredSource]:
        ours = self._file.stored.items()
        return {source: stored for (store, source), stored in ours if store == self._store}

    def stored_as(self, source: str) -> StoredSource | None:
        return self._file.stored.get((self._store, source))

    def sources_of(self, job_id: int, run_id: int) -> Sequence[str]:
        return sorted(path for path, run in self.stored_in(job_id).items() if run == run_id)

    def remembered_jobs(self, results_root: str, source: str) -> Sequence[RememberedJob]:
        stored, known = self.stored_as(source), self.known_jobs()
        own = stored and not stored.found
        ids = (stored.job_id if stored and own else None, self.bound_job(results_root))
        return [RememberedJob(job_id, known.get(job_id)) for job_id in ids if job_id]

    def stored_in(self, job_id: int) -> Mapping[str, int]:
        ours = self._file.stored_in.items()
        return {path: run for (*job, path), run in ours if job == [self._store, job_id]}

    def give_ids(self, results_root: str, ids: Mapping[str, int]) -> None:
        for name, run_id in ids.items():
            self._file.given_ids[self._store, results_root, name] = run_id

    def given_ids(self, results_root: str) -> Mapping[str, int]:
        given = self._file.given_ids.items()
        ours = (self._store, results_root)
        return {name: run_id for (*of, name), run_id in given if tuple(of) == ours}

    def know_as(self, there: str, path: str) -> None:
        def own(name: str) -> str:
            is_below = name == there or name.startswith(f"{there}/")
            return path + name[len(there) :] if is_below else ""

        file = self._file
        bound = self._renamed(file.bindings, own)
        if any(file.bindings.get(key, job_id) != job_id for key, job_id in bound.items()):
            return
        found = dict.fromkeys(file.found, True)
        file.found |= self._renamed(found, own).keys() - file.bindings.keys()
        for table in (file.bindings, file.given_ids, file.stored, file.stored_in):
            self._take_over(table, own)
        held, auto = dict.fromkeys(file.held, True), file.auto_uploads
        file.held |= {key for key in self._renamed(held, own) if not self.watched(key[1])}
        new = self._renamed(auto, own).items()
        auto |= {key: changed for key, changed in new if not self.watched(key[1])} | auto
        seen = self._renamed(file.watched, own).items()
        file.watched |= {key: replace(r, path=key[1]) for key, r in seen} | file.watched

    def _take_over(self, table: dict[Any, Any], own: Callable[[str], str]) -> None:
        table.update(self._renamed(table, own) | table)

    def _renamed(self, table: Mapping[Any, Any], own: Callable[[str], str]) -> dict[Any, Any]:
        """What of it is of a path that `own` knows another one for, by that."""
        place = 2 if table is self._file.stored_in else 1
        ours = {key: value for key, value in table.items() if key[0] == self._store}
        named = ((key, own(key[place]), value) for key, value in ours.items())
        return {(*k[:place], name, *k[place + 1 :]): v for k, name, v in named if name}

    def forget_run(self, job_id: int, run_id: int) -> None:
        for source in self.sources_of(job_id, run_id):
            del self._file.stored_in[self._store, job_id, source]
        for source in self._stored_as_run(job_id, run_id):
            del self._file.stored[self._store, source]

    def move_run(self, job_id: int, run_id: int, to_job: int, to_run: int) -> None:
        for source in self._stored_as_run(job_id, run_id):
            moved = replace(self.stored()[source], job_id=to_job, run_id=to_run)
            self._file.stored[self._store, source] = moved
        for source in self.sources_of(job_id, run_id):
            del self._file.stored_in[self._store, job_id, source]
            self._file.stored_in[self._store, to_job, source] = to_run

    def _stored_as_run(self, job_id: int, run_id: int) -> Sequence[str]:
        run = job_id, run_id
        return [path for path, s in self.stored().items() if (s.job_id, s.run_id) == run]

    def forget_job(self, job_id: int) -> None:
        bound = [k for k, v in self._file.bindings.items() if (k[0], v) == (self._store, job_id)]
        for key in bound:
            del self._file.bindings[key]
        self._file.jobs.pop((self._store, job_id), None)
        for source in self.stored_in(job_id):
            del self._file.stored_in[self._store, job_id, source]
        for source, stored in self.stored().items():
            if stored.job_id == job_id:
                del self._file.stored[self._store, source]

    def put_watched(self, records: Sequence[WatchedRecord]) -> None:
        for record in records:
            self._file.watched[self._store, record.path] = record

    def watched(self, root: str) -> Sequence[WatchedRecord]:
        below = root.rstrip("/") + "/"
        return [
            record
            for (store, path), record in sorted(self._file.watched.items())
            if store == self._store and (path == root or path.startswith(below))
        ]

    def forget_watched(self, paths: Sequence[str]) -> None:
        for path in paths:
            self._file.watched.pop((self._store, path), None)

    def put_held(self, source: str, *, held: bool) -> None:
        self._file.held.discard((self._store, source))
        if held:
            self._file.held.add((self._store, source))

    def held(self) -> frozenset[str]:
        return frozenset(source for store, source in self._file.held if store == self._store)

    def put_auto_upload(self, root: str, *, on: bool, changed: bool | None = None) -> None:
        self._file.auto_uploads.pop((self._store, root), None)
        if on:
            self._file.auto_uploads[self._store, root] = changed

    def auto_uploads(self) -> Mapping[str, bool | None]:
        ours = self._file.auto_uploads.items()
        return {root: changed for (store, root), changed in ours if store == self._store}

    def put_command(self, command: Command) -> None:
        self._file.last_command += 1
        kept = replace(command, id=self._file.last_command)
        self._file.commands[self._store, kept.id] = kept

    def commands(self) -> Sequence[Command]:
        ours = sorted(self._file.commands.items())
        return [command for (store, _), command in ours if store == self._store]

    def remove_command(self, command_id: int) -> None:
        self._file.commands.pop((self._store, command_id), None)

    def revision(self) -> object:
        file = self._file
        return (
            dict(file.transfers), dict(file.commands), frozenset(file.held),
            frozenset(file.auto_uploads.items()), dict(file.watched), dict(file.stored),
        )  # fmt: skip

    def put_transfer(self, record: TransferRecord) -> int:
        kept = replace(record, message=harmless(redact(record.message)))
        if not record.id:
            self._file.last_transfer += 1
            kept = replace(kept, id=self._file.last_transfer)
        elif (self._store, record.id) not in self._file.transfers:
            return record.id
        self._file.transfers[self._store, kept.id] = kept
        return kept.id

    def transfers(self) -> Sequence[TransferRecord]:
        ours = [
            record for (store, _), record in self._file.transfers.items() if store == self._store
        ]
        return sorted(ours, key=lambda record: record.id)

    def remove_transfer(self, transfer_id: int) -> None:
        self._file.transfers.pop((self._store, transfer_id), None)

    def remember_roots(self, roots: Sequence[str]) -> None:
        self._file.last_roots = tuple(roots)

    def last_roots(self) -> tuple[str, ...]:
        return self._file.last_roots

    def close(self) -> None:
        self.closed = True
