"""What a server turns out to want is found out once, and known to the next process."""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import BucketNotFoundError
from core.ports.presigned_url import LinkMethod
from core.settings import Profile
from storage.s3.server_facts import ServerFacts
from storage.s3.store import S3Store, S3Tuning
from tests.contracts.object_store_contract import KEY, MIB, content, noise, token, upload
from tests.servers.fault_server import Answer
from tests.servers.strict.quirks import QUIRKS, another_region, moved, no_checksums
from tests.servers.strict.request import Request
from tests.servers.strict.server import Change, StrictServer

LARGE = noise(11 * MIB)
CHECKSUM = "x-amz-checksum"


@pytest.fixture
def process(
    s3_profile: Profile, strict_server: StrictServer, tmp_path: Path
) -> Iterator[Callable[..., S3Store]]:
    """A store as the next process opens it; its profile may differ."""
    with ExitStack() as opened:

        def begin(**changed: object) -> S3Store:
            profile = replace(s3_profile, endpoint_url=strict_server.url, **changed)
            facts = ServerFacts(str(tmp_path / "cache/store.json"))
            store = S3Store(profile, S3Tuning(part_bytes=5 * MIB), facts=facts)
            opened.callback(store.close)
            return store

        yield begin


def known(tmp_path: Path) -> dict[str, object]:
    return json.loads((tmp_path / "cache/store.json").read_text())


def refusals(server: StrictServer) -> int:
    return len(server.refused)


def with_checksums(server: StrictServer) -> list[Request]:
    asked = server.asked()
    return [request for request in asked if any(n.startswith(CHECKSUM) for n in request.headers)]


@pytest.mark.parametrize("in_header", [False, True])
def test_region_is_learnt_from_the_first_answer(
    process: Callable[..., S3Store], strict_server: StrictServer, tmp_path: Path, in_header: bool
) -> None:
    """One request is refused, and none in the next process, which signs links for it too."""
    strict_server.rules.append(another_region(in_header=in_header))
    assert not list(process().list("jobs/"))
    assert refusals(strict_server) == 1

    store = process()

    assert store.head(KEY) is None
    assert store.put(KEY, b"1", if_absent=True, metadata=token())
    assert refusals(strict_server) == 1
    link = store.presign(KEY, LinkMethod.GET, expires_seconds=60).reveal()
    assert re.search(r"Credential=[^&]*%2Fgarage%2F", link)
    assert known(tmp_path) == {"region": "garage", "instead_of": "us-east-1", "checksums": True}


def test_region_that_a_head_does_not_tell(
    process: Callable[..., S3Store], strict_server: StrictServer
) -> None:
    """The first request of an upload is a HEAD, whose refusal says nothing: another one is asked."""
    strict_server.rules.append(another_region())
    store = process()
    store.put(KEY, b"1", if_absent=True, metadata=token())
    again = process()
    assert again.head(KEY)
    before = refusals(strict_server)
    assert content(again, KEY) == b"1"
    assert refusals(strict_server) == before


def test_region_of_a_redirect(
    process: Callable[..., S3Store], strict_server: StrictServer, tmp_path: Path
) -> None:
    """The host of another region of AWS sends on, in a header also of a HEAD."""
    strict_server.rules.append(moved("eu-west-1"))
    assert process().head(KEY) is None
    assert refusals(strict_server) == 1
    upload(process(), LARGE)
    assert refusals(strict_server) == 1
    assert known(tmp_path)["region"] == "eu-west-1"


def test_region_is_said_once() -> None:
    """With the line of the settings that says the same."""
    facts = ServerFacts()
    assert facts.remark() == ""
    facts.in_region("garage", "us-east-1")
    facts.in_region("garage", "us-east-1")
    assert facts.remark().count('region = "garage"') == 1


def test_region_of_the_settings_is_put_right(
    process: Callable[..., S3Store], strict_server: StrictServer, tmp_path: Path
) -> None:
    """What was learnt counts in place of one setting, not in place of the next one."""
    strict_server.rules.append(another_region())
    process(region="us-east-1").check()
    strict_server.rules[:] = [another_region("fra1")]
    process(region="fra1").check()
    assert refusals(strict_server) == 1
    process(region="us-east-1").check()
    assert known(tmp_path)["region"] == "fra1"


def test_region_is_not_told(
    process: Callable[..., S3Store], strict_server: StrictServer, tmp_path: Path
) -> None:
    """Then it is said which setting is wrong, also where the first request is a HEAD."""
    strict_server.rules.append(another_region(told=False))
    asks: tuple[Callable[[S3Store], object], ...] = (S3Store.check, lambda store: store.head(KEY))
    for ask in asks:
        with pytest.raises(BucketNotFoundError) as caught:
            ask(process())
        assert "another region, not in us-east-1" in caught.value.what
        assert "region =" in caught.value.todo
        assert "Garage" in caught.value.todo
    assert not (tmp_path / "cache").exists()


def test_two_regions_that_name_each_other(
    process: Callable[..., S3Store], strict_server: StrictServer
) -> None:
    """Each is tried once."""
    strict_server.rules.append(another_region("a1"))
    strict_server.rules.append(another_region("b2"))
    with pytest.raises(BucketNotFoundError, match="in the region"):
        process().check()
    assert refusals(strict_server) <= 3


def test_another_region_each_time(
    process: Callable[..., S3Store], strict_server: StrictServer
) -> None:
    """Such a server is not followed for ever."""
    names = itertools.count()

    def yet_another(request: Request) -> Answer | Change | None:
        return another_region(f"r{next(names)}")(request)

    strict_server.rules.append(yet_another)
    with pytest.raises(BucketNotFoundError, match="in the region"):
        process().check()
    assert refusals(strict_server) <= 6


@pytest.mark.parametrize("name", ["evil.example/", "x" * 64, "-", "1234", ""])
def test_region_that_cannot_be_one(
    process: Callable[..., S3Store], strict_server: StrictServer, name: str
) -> None:
    """It would become a part of the name of a host."""
    strict_server.rules.append(another_region(name))
    with pytest.raises(BucketNotFoundError):
        process().check()


def test_checksums_are_given_up_once(
    process: Callable[..., S3Store], strict_server: StrictServer, tmp_path: Path
) -> None:
    """A server that refuses them gets one request with one; all uploads work."""
    strict_server.rules.append(no_checksums)
    store = process()
    store.put(KEY, b"1", if_absent=True, metadata=token())
    assert refusals(strict_server) == 1
    assert known(tmp_path)["checksums"] is False

    again = process()

    upload(again, LARGE, KEY + "-large")
    assert again.excerpt(KEY, start=0, length=10).data == b"1"
    assert refusals(strict_server) == 1
    assert len(with_checksums(strict_server)) == 1


def test_checksums_of_a_read(process: Callable[..., S3Store], strict_server: StrictServer) -> None:
    """Who only reads finds out as well."""
    process().put(KEY, b"1")
    strict_server.rules.append(no_checksums)
    store = process()
    assert store.excerpt(KEY, start=0, length=10).data == b"1"
    assert store.excerpt(KEY, start=0, length=10).data == b"1"
    assert refusals(strict_server) == 1


@pytest.mark.parametrize("of_writes", [True, False])
def test_checksums_of_one_kind(
    process: Callable[..., S3Store], strict_server: StrictServer, of_writes: bool
) -> None:
    """What is read with one says nothing of what is written with one, nor the other way round."""
    process().put(KEY, b"1")
    strict_server.rules.append(
        lambda request: no_checksums(request) if request.changes == of_writes else None
    )
    store = process()
    if not of_writes:
        store.put(KEY + "-first", b"1", if_absent=True, metadata=token())
    assert store.excerpt(KEY, start=0, length=10).data == b"1"
    store.put(KEY + "-second", b"1", if_absent=True, metadata=token())
    assert refusals(strict_server) == 1
    upload(store, LARGE, KEY + "-large")


def test_parts_have_checksums_all_or_none(
    process: Callable[..., S3Store], strict_server: StrictServer
) -> None:
    """What an upload was begun with, its parts end with."""
    upload(process(), LARGE)
    strict_server.rules.append(no_checksums)
    upload(process(), LARGE, KEY + "-2")
    parts = [request for request in strict_server.asked() if request.operation == "UploadPart"]
    for key, expected in ((KEY, True), (KEY + "-2", False)):
        sent = [f"{CHECKSUM}-crc32" in part.headers for part in parts if part.key == key]
        assert sent == [expected] * 3


def test_another_refusal_is_no_reason(
    process: Callable[..., S3Store], strict_server: StrictServer, tmp_path: Path
) -> None:
    """Only what the same request without one gets past."""
    strict_server.rules.append(QUIRKS["b2cond"]())
    store = process()
    store.put(KEY, b"1", if_absent=True, metadata=token())
    assert store.put(KEY + "-2", b"1", if_absent=True, metadata=token())
    puts = [request for request in strict_server.asked() if request.operation == "PutObject"]
    assert f"{CHECKSUM}-crc32" in puts[-1].headers
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("quirk", ["weaketag", "gzipetag"])
def test_etags_that_a_proxy_marks(
    process: Callable[..., S3Store], strict_server: StrictServer, quirk: str
) -> None:
    """Uploads, parts, conditions and listings know the server's own."""
    strict_server.rules.append(QUIRKS[quirk]())
    store = process()
    first = store.put(KEY, b"1", if_absent=True, metadata=token())
    second = store.put(KEY, b"2", if_match=first.etag, metadata=token())
    assert content(store, KEY) == b"2"
    stored = upload(store, LARGE, KEY + "-large")
    assert {found.key: found.etag for found in store.list("jobs/")} == {
        KEY: second.etag,
        KEY + "-large": stored.etag,
    }
    assert store.copy(KEY, KEY + "-copy", source_etag=second.etag).size == 1
    store.delete(KEY, if_match=second.etag)
    assert store.head(KEY) is None


@pytest.mark.parametrize(
    "junk", ["", "{", "[]", "null", '{"region": 5, "checksums": 0}', "[" * 9999]
)
def test_junk_is_nothing(tmp_path: Path, junk: str) -> None:
    """The file is one of the cache: anybody may have written it."""
    path = tmp_path / "facts.json"
    path.write_text(junk)
    facts = ServerFacts(str(path))
    assert (facts.region("a"), facts.checksums, facts.remark()) == ("a", True, "")


def test_place_that_cannot_be_written(tmp_path: Path) -> None:
    """Then it is found out again each time."""
    (tmp_path / "file").write_text("")
    facts = ServerFacts(str(tmp_path / "file/facts.json"))
    facts.takes_checksums(False)
    assert not facts.checksums
    assert "checksums = false" in facts.remark()
