"""Every kind of request that has to be sent twice, over real HTTP: what the server gets each time."""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pytest

from core.ports.object_store import SentPart
from core.settings import Profile
from storage.s3.backoff import Backoff
from storage.s3.lifecycle import S3Lifecycle
from storage.s3.store import S3Store, S3Tuning
from tests.contracts.object_store_contract import MIB, content, noise, token
from tests.fakes.upload_session import NewSession
from tests.servers.fault_server import Answer, Fault, FaultServer, Seen, lost, refuse
from tests.servers.fixtures import KEY_ID, SECRET_KEY

SMALL, LARGE = noise(100_000), noise(5 * MIB + 7)
PATIENCE = 60.0
SOURCE, TARGET = "jobs/7/source.zip", "jobs/7/target.zip"
TUNING = S3Tuning(part_bytes=5 * MIB, threads=1, backoff=Backoff(base_seconds=0, slow_seconds=0))


@dataclass
class Bench:
    """A bucket behind a server that fails as told."""

    profile: Profile
    server: FaultServer
    store: S3Store
    lifecycle: S3Lifecycle

    def etag(self, key: str) -> str:
        """That of an object which is there."""
        found = self.store.head(key)
        assert found
        return found.etag


@pytest.fixture
def bench(
    profile: Profile, fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    """With credentials that can be looked for again."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    profile = replace(profile, access_key_id=None, secret_access_key=None)
    made = Bench(
        profile, fault_server, S3Store(profile, TUNING), S3Lifecycle(profile, TUNING.backoff)
    )
    yield made
    made.store.close()
    made.lifecycle.close()


def put(bench: Bench) -> object:
    return bench.store.put(TARGET, SMALL).size, content(bench.store, TARGET)


def create(bench: Bench) -> object:
    stored = bench.store.put(TARGET, SMALL, if_absent=True)
    return stored.size, content(bench.store, TARGET)


def replace_it(bench: Bench) -> object:
    stored = bench.store.put(SOURCE, SMALL[:99], if_match=bench.etag(SOURCE))
    return stored.size, content(bench.store, SOURCE)


def send(bench: Bench, data: bytes, session: NewSession | None = None) -> object:
    store = bench.store
    upload = store.start_upload(
        TARGET,
        size_bound=len(data),
        metadata=token(),
        on_sent=lambda _: None,
        session=session or NewSession(),
    )
    upload.write(data)
    stored = upload.complete()
    assert content(store, TARGET) == data
    assert not list(store.pending_uploads(""))
    return stored.size


class Arrival(NewSession):
    """Tells when the first part is stored."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived = threading.Event()

    def sent(self, part: SentPart) -> None:
        self.arrived.set()


def give_up(bench: Bench) -> object:
    session = Arrival()
    upload = bench.store.start_upload(
        TARGET, size_bound=len(LARGE), metadata=token(), on_sent=lambda _: None, session=session
    )
    upload.write(LARGE)
    assert session.arrived.wait(PATIENCE)
    upload.suspend()
    assert session.open
    found = [pending.upload_id for pending in bench.store.pending_uploads("jobs/")]
    bench.store.discard_upload(TARGET, session.open.upload_id)
    next_try = send(bench, SMALL, NewSession(repeated=True))  # also frees what nobody heard of
    return session.open.upload_id in found, next_try


def copy(bench: Bench) -> object:
    return bench.store.copy(SOURCE, TARGET, metadata={"write-token": "other"}).size


def move(bench: Bench) -> object:
    return bench.store.change_class(SOURCE, "STANDARD_IA", if_match=bench.etag(SOURCE)).size


def look(bench: Bench) -> object:
    store = bench.store
    excerpt = store.excerpt(SOURCE, start=10, length=10).data
    listed = [found.key for found in store.list("jobs/")], list(store.list_prefixes("jobs/"))
    return bench.etag(SOURCE), content(store, SOURCE), excerpt, listed


def delete(bench: Bench) -> object:
    bench.store.delete(SOURCE, if_match=bench.etag(SOURCE))
    return list(bench.store.list("jobs/"))


def change_rules(bench: Bench) -> object:
    rule = {
        "ID": "ours",
        "Status": "Enabled",
        "Filter": {"Prefix": "a/"},
        "Expiration": {"Days": 9},
    }
    bench.lifecycle.replace([rule])
    bench.lifecycle.replace([])
    return bench.lifecycle.rules()


KINDS: dict[str, Callable[[Bench], object]] = {
    "put": put,
    "create": create,
    "replace": replace_it,
    "send": lambda bench: send(bench, SMALL),
    "send-parts": lambda bench: send(bench, LARGE),
    "give-up": give_up,
    "copy": copy,
    "move": move,
    "look": look,
    "delete": delete,
    "rules": change_rules,
}


@dataclass(frozen=True)
class Trouble:
    """One way in which a request fails at first."""

    before: Callable[[], Answer | None] = lambda: None
    after: Callable[[Answer], Answer | None] = lambda answer: answer

    def at(self, requests: Sequence[Seen], index: int) -> Fault:
        """For the request of this number, when the same is done again."""
        one = requests[index]
        skip = sum(is_like(other, one) for other in requests[:index])
        return Fault(one.method, _pattern(one), self.before, self.after, skip)


TROUBLES = {
    "expired": Trouble(before=partial(refuse, 400, "ExpiredToken")),
    "failing": Trouble(before=partial(refuse, 500, "InternalError")),
    "busy": Trouble(before=partial(refuse, 503, "SlowDown")),
    "late": Trouble(before=partial(refuse, 400, "RequestTimeout")),
    "lost": Trouble(after=lost),
}


def is_like(seen: Seen, other: Seen) -> bool:
    """Whether both ask for the same; ids of uploads do not count."""
    return (seen.method, _pattern(seen)) == (other.method, _pattern(other))


def _pattern(seen: Seen) -> str:
    before, sign, _ = seen.target.partition("uploadId=")
    return "^" + re.escape(before + sign) + ("" if sign else "$")


def prepare(bench: Bench) -> None:
    """The bucket as it is before each try."""
    for found in list(bench.store.list("")):
        bench.store.delete(found.key)
    bench.store.put(SOURCE, SMALL[:1000], metadata={"write-token": "first"})


def act(bench: Bench, kind: str) -> tuple[object, Sequence[Seen]]:
    """What came of it, and what was asked."""
    before = len(bench.server.seen)
    return KINDS[kind](bench), bench.server.seen[before:]


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("kind", KINDS)
def test_repeated(bench: Bench, kind: str, trouble: str) -> None:
    """Whichever request fails at first, it is sent once more as a whole, and all goes on."""
    prepare(bench)
    wanted, requests = act(bench, kind)
    for index, one in enumerate(requests):
        prepare(bench)
        bench.server.plan(fault := TROUBLES[trouble].at(requests, index))
        got, seen = act(bench, kind)
        assert fault.times == 0, one
        assert got == wanted, one
        assert all(found.received == found.announced for found in seen), one
        tries = [found for found in seen if is_like(found, one)]
        place = sum(is_like(other, one) for other in requests[:index])
        again = tries[place + 1 : place + 2]
        if trouble != "lost":  # a write that turns out to be done is not sent again
            assert again, one
        bodies = {(found.received, found.sha256) for found in [tries[place], *again]}
        assert len(bodies) == 1, one
