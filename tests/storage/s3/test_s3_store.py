"""The store on S3 when something goes wrong, over real HTTP."""

import re
import zlib
from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import repeat
from threading import Barrier, Event, Semaphore
from typing import TYPE_CHECKING
from unittest import mock

import pytest

from core.errors import (
    BucketNotFoundError,
    PreconditionFailedError,
    StoreAccessDeniedError,
    StoreClockError,
    StoreConnectionError,
    StoreCredentialsError,
    StoreEndpointError,
    StoreError,
    StoreThrottledError,
    TransferCancelledError,
    UploadGoneError,
)
from core.progress import Progress
from core.settings import Profile
from storage.s3.backoff import Backoff
from storage.s3.multipart import part_size
from storage.s3.store import S3Store
from tests.contracts.object_store_contract import (
    KEY,
    MIB,
    OTHER,
    content,
    noise,
    start,
    token,
    upload,
    write,
)
from tests.servers.fault_server import Answer, Fault, FaultServer, answering, lost, refuse
from tests.storage.at_once import AT_ONCE

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LARGE = 6 * MIB + 7
SMALL = 1000
PUT_PART, PUT_WHOLE = r"partNumber=", r"\.zip(\?x-id=PutObject)?$"
CREATE, COMPLETE = r"\?uploads", r"\?uploadId="
PORTAL = Answer(200, b"<html>Welcome! Please log in.</html>", {"Content-Type": "text/html"})


SLOW_DOWN = answering(refuse(503, "SlowDown"))


class TestLostReplies:
    """The server did it, and its answer never arrived."""

    @pytest.mark.parametrize(
        ("size", "method", "target"), [(LARGE, "POST", COMPLETE), (SMALL, "PUT", PUT_WHOLE)]
    )
    def test_completion(
        self, store: S3Store, fault_server: FaultServer, size: int, method: str, target: str
    ) -> None:
        """An upload whose completion was not heard of ends as the success that it was."""
        fault_server.plan(Fault(method, target, after=lost))
        stored = upload(store, noise(size))
        assert stored.size == size
        assert content(store, KEY) == noise(size)
        assert fault_server.count(method, target) == 1

    @pytest.mark.parametrize("size", [LARGE, SMALL])
    def test_completion_while_offline(
        self, store: S3Store, fault_server: FaultServer, size: int
    ) -> None:
        """When nothing can be asked afterwards either, a later completion finds it done."""
        method, target = ("POST", COMPLETE) if size == LARGE else ("PUT", PUT_WHOLE)
        fault_server.plan(Fault(method, target, after=lost))
        fault_server.plan(Fault(method, target, before=SLOW_DOWN, times=3))
        fault_server.plan(Fault("HEAD", KEY, before=SLOW_DOWN, skip=1, times=4))
        started = start(store, size)
        write(started, noise(size))
        with pytest.raises(StoreThrottledError):
            started.complete()
        assert started.complete().size == size
        started.abort()
        assert content(store, KEY) == noise(size)

    def test_put(self, store: S3Store, fault_server: FaultServer) -> None:
        """A claim whose answer was lost is ours."""
        fault_server.plan(Fault("PUT", KEY, after=lost))
        stored = store.put(KEY, b"claim", if_absent=True, metadata={"nonce": "1"})
        assert stored.etag == getattr(store.head(KEY), "etag", None)

    def test_put_that_others_won(self, store: S3Store, fault_server: FaultServer) -> None:
        """A claim that was lost on its way while another was stored is not ours."""

        def theirs() -> None:
            other.put(KEY, b"claim", metadata={"nonce": "2"})

        def overtaken() -> Answer:
            theirs()
            return refuse(500, "InternalError")

        other = store
        fault_server.plan(Fault("PUT", KEY, before=overtaken))
        with pytest.raises(PreconditionFailedError):
            store.put(KEY, b"claim", if_absent=True, metadata={"nonce": "1"})
        assert dict(getattr(store.head(KEY), "metadata", {})) == {"nonce": "2"}

    def test_twin(self, store: S3Store, fault_server: FaultServer) -> None:
        """Where every answer was heard, an equal object is somebody else's all the same."""
        store.put(KEY, b"claim", metadata={"nonce": "1"})
        fault_server.plan(Fault("HEAD", KEY, before=answering(Answer(404))))
        with pytest.raises(PreconditionFailedError):
            store.put(KEY, b"claim", if_absent=True, metadata={"nonce": "1"})

    def test_replacement(self, store: S3Store, fault_server: FaultServer) -> None:
        """A replacement whose answer was lost is not taken for somebody else's change."""
        first = store.put(KEY, b"first")
        fault_server.plan(Fault("PUT", KEY, after=lost))
        second = store.put(KEY, b"second", if_match=first.etag)
        assert second.etag != first.etag
        assert content(store, KEY) == b"second"

    def test_copy(self, store: S3Store, fault_server: FaultServer) -> None:
        """A copy whose answer was lost is there."""
        store.put(KEY, b"data", metadata={"write-token": "1"})
        fault_server.plan(Fault("PUT", OTHER, after=lost))
        assert store.copy(KEY, OTHER).size == 4

    def test_delete(self, store: S3Store, fault_server: FaultServer) -> None:
        """A deletion whose answer was lost has happened."""
        stored = store.put(KEY, b"data")
        fault_server.plan(Fault("DELETE", KEY, after=lost))
        store.delete(KEY, if_match=stored.etag)
        assert store.head(KEY) is None


class TestConflicts:
    def test_taken_in_the_last_moment(self, store: S3Store, fault_server: FaultServer) -> None:
        """An object that appears between look and completion is not replaced."""

        def overtaken() -> None:
            store.put(KEY, b"theirs", metadata=token())

        fault_server.plan(Fault("POST", COMPLETE, before=overtaken))
        with pytest.raises(PreconditionFailedError):
            upload(store, noise(LARGE))
        assert content(store, KEY) == b"theirs"

    @pytest.mark.parametrize("copy_bytes", [100 * MIB, 5 * MIB], ids=["whole", "in parts"])
    def test_original_replaced_in_the_last_moment(
        self,
        profile: Profile,
        fault_server: FaultServer,
        s3_client: "S3Client",
        bucket: str,
        open_uploads: Callable[[], int],
        copy_bytes: int,
    ) -> None:
        """What has as many bytes and came after the look at the original is not copied for it."""
        store = S3Store(profile, replace(AT_ONCE, copy_bytes=copy_bytes))
        upload(store, noise(LARGE))

        def replaced() -> Answer | None:
            newer = s3_client.put_object(Bucket=bucket, Key=KEY, Body=bytes(LARGE))
            wanted = fault_server.seen[-1].headers.get("x-amz-copy-source-if-match")
            # moto does not look at this condition, S3 does.
            met = wanted is None or wanted.strip('"') == newer["ETag"].strip('"')
            return None if met else refuse(412, "PreconditionFailed")

        fault_server.plan(Fault("PUT", OTHER, before=replaced))
        with pytest.raises(PreconditionFailedError):
            store.copy(KEY, OTHER)
        assert (store.head(OTHER), open_uploads()) == (None, 0)
        store.close()

    def test_conflict_passes(self, store: S3Store, fault_server: FaultServer) -> None:
        """Two writers at the same moment are told to try again, and do."""
        fault_server.plan(
            Fault("PUT", KEY, before=answering(refuse(409, "ConditionalRequestConflict")))
        )
        assert store.put(KEY, b"data", if_absent=True).size == 4

    def test_upload_gone(self, store: S3Store, fault_server: FaultServer) -> None:
        """An upload that a clean-up rule removed fails as such, if no object of ours is there."""
        fault_server.plan(Fault("POST", COMPLETE, before=answering(refuse(404, "NoSuchUpload"))))
        with pytest.raises(UploadGoneError):
            upload(store, noise(LARGE))

    def test_wrong_size(self, store: S3Store, fault_server: FaultServer) -> None:
        """A store that holds less than was sent is not believed; the object is left alone."""

        def shorter(answer: Answer) -> Answer:
            return replace(answer, headers={**answer.headers, "Content-Length": "5"})

        fault_server.plan(Fault("HEAD", KEY, after=shorter, skip=1))
        with pytest.raises(StoreError, match=rf"5 of the {SMALL} bytes"):
            upload(store, noise(SMALL))
        assert store.head(KEY)


class TestRetries:
    @pytest.mark.parametrize(
        ("method", "target"), [("PUT", PUT_PART), ("POST", CREATE), ("POST", COMPLETE)]
    )
    @pytest.mark.parametrize(
        "answer",
        [
            refuse(503, "SlowDown"),
            refuse(500, "InternalError"),
            refuse(400, "RequestTimeout"),
            refuse(429, "TooManyRequests"),
            Answer(502, b"<html>bad gateway</html>", {"Content-Type": "text/html"}),
        ],
        ids=lambda answer: str(answer.status),
    )
    def test_upload(
        self, store: S3Store, fault_server: FaultServer, method: str, target: str, answer: Answer
    ) -> None:
        """What passes by itself is waited for, in every step of an upload."""
        fault_server.plan(Fault(method, target, before=answering(answer), times=2))
        assert upload(store, noise(LARGE)).size == LARGE
        assert content(store, KEY) == noise(LARGE)

    def test_broken_part(self, store: S3Store, fault_server: FaultServer) -> None:
        """A part whose answer was lost is sent again, and counted once."""
        sent = list[int]()
        fault_server.plan(Fault("PUT", r"partNumber=2", after=lost))
        started = start(store, LARGE, on_sent=sent.append)
        write(started, noise(LARGE))
        started.complete()
        assert fault_server.count("PUT", r"partNumber=2") == 2
        assert sum(sent) == LARGE

    def test_error_within_success(self, store: S3Store, fault_server: FaultServer) -> None:
        """S3 may answer 200 and say in the body that it failed; that is no success."""
        failed = refuse(200, "InternalError")
        fault_server.plan(Fault("POST", COMPLETE, before=answering(failed)))
        assert upload(store, noise(LARGE)).size == LARGE
        assert fault_server.count("POST", COMPLETE) == 2

    def test_completion_without_etag(self, store: S3Store, fault_server: FaultServer) -> None:
        """Ceph 16 says nothing of the etag when an upload is completed; reading back does."""

        def silent(answer: Answer) -> Answer:
            body = re.sub(rb"<ETag>[^<]*</ETag>", b"<ETag></ETag>", answer.body)
            return replace(answer, body=body)

        fault_server.plan(Fault("POST", COMPLETE, after=silent))
        stored = upload(store, noise(LARGE))
        assert stored.etag
        assert stored == store.head(KEY)

    def test_patience_ends(
        self, store: S3Store, fault_server: FaultServer, open_uploads: Callable[[], int]
    ) -> None:
        """A part that never gets through ends the upload; nothing of it stays."""
        fault_server.plan(Fault("PUT", PUT_PART, before=SLOW_DOWN, times=-1))
        started = start(store, 100 * MIB)
        with pytest.raises(StoreThrottledError, match="slow down"):
            write(started, bytes(100 * MIB))
        tries = [fault_server.count("PUT", rf"partNumber={number}\b") for number in range(1, 7)]
        assert max(tries) == AT_ONCE.backoff.attempts
        with pytest.raises(StoreThrottledError):
            started.complete()
        started.abort()
        assert open_uploads() == 0
        assert store.head(KEY) is None

    @pytest.mark.parametrize("cut", [0, 1, MIB + 1])
    def test_broken_read(self, store: S3Store, fault_server: FaultServer, cut: int) -> None:
        """A download that breaks goes on where it was."""
        store.put(KEY, noise(4 * MIB))

        def short(answer: Answer) -> Answer:
            return replace(answer, cut=cut)

        fault_server.plan(Fault("GET", KEY, after=short, times=2))
        assert content(store, KEY) == noise(4 * MIB)
        ranges = [seen.headers.get("range", "") for seen in fault_server.requests("GET", KEY)]
        assert ranges == ["", *(f"bytes={n * cut}-" if cut else "" for n in (1, 2))]

    def test_patience_is_renewed(self, store: S3Store, fault_server: FaultServer) -> None:
        """A download that breaks again and again, but gets on, comes to its end."""
        store.put(KEY, noise(6 * MIB))
        fault_server.plan(
            Fault("GET", KEY, after=lambda answer: replace(answer, cut=MIB + 1), times=-1)
        )
        assert content(store, KEY) == noise(6 * MIB)

    def test_replaced_while_read(self, store: S3Store, fault_server: FaultServer) -> None:
        """A download never continues in another version."""
        store.put(KEY, noise(4 * MIB))

        def short(answer: Answer) -> Answer:
            store.put(KEY, bytes(4 * MIB))
            return replace(answer, cut=2 * MIB)

        fault_server.plan(Fault("GET", KEY, after=short))
        with pytest.raises(PreconditionFailedError):
            content(store, KEY)

    def test_server_without_ranges(self, store: S3Store, fault_server: FaultServer) -> None:
        """A server that sends everything when asked for the rest is found out."""
        store.put(KEY, b"0123456789")

        def everything(answer: Answer) -> Answer:
            headers = {k: v for k, v in answer.headers.items() if k.lower() != "content-range"}
            return Answer(200, b"0123456789", headers)

        fault_server.plan(Fault("GET", KEY, after=everything))
        with pytest.raises(StoreError, match="middle"):
            content(store, KEY, start=5)

    def test_list(self, profile: Profile, fault_server: FaultServer) -> None:
        """A page that fails is asked for again; no key is lost or doubled."""
        store = S3Store(profile, replace(AT_ONCE, page_keys=2))
        keys = [f"jobs/{number}" for number in range(7)]
        for key in keys:
            store.put(key, b"x")
        fault_server.plan(Fault("GET", "list-type", after=lost, skip=1, times=2))
        assert [stored.key for stored in store.list("jobs/")] == keys
        store.close()

    def test_close_ends_waiting(self, profile: Profile, fault_server: FaultServer) -> None:
        """Quitting does not wait for a network that is down."""
        patient = Backoff(base_seconds=600, cap_seconds=600, fraction=lambda: 1.0)
        store = S3Store(profile, replace(AT_ONCE, backoff=patient))
        asked = Event()

        def down() -> Answer:
            asked.set()
            return refuse(503, "SlowDown")

        fault_server.plan(Fault("PUT", KEY, before=down))
        with ThreadPoolExecutor(1) as pool:
            putting = pool.submit(store.put, KEY, b"x")
            assert asked.wait(10)
            store.close()
            with pytest.raises(StoreThrottledError):
                putting.result(10)
        with pytest.raises(StoreError, match="closed"):
            store.head(KEY)


class TestExplanations:
    """What the user reads when settings or rights are wrong."""

    def test_wrong_secret(self, store: S3Store, fault_server: FaultServer) -> None:
        """The signature error of S3 echoes what was signed; only its meaning is passed on."""
        signed = "wJalrXUtnFEMI-the-signed-text"
        extra = "".join(
            f"<{name}>{signed}</{name}>"
            for name in (
                "AWSAccessKeyId",
                "StringToSign",
                "StringToSignBytes",
                "CanonicalRequest",
                "SignatureProvided",
            )
        )
        answer = refuse(403, "SignatureDoesNotMatch", extra=extra)
        fault_server.plan(Fault("GET", "list-type", before=answering(answer)))
        with pytest.raises(StoreCredentialsError, match="secret access key") as caught:
            store.check()
        assert signed not in f"{caught.value!r} {caught.value}"
        assert caught.value.__context__ is None

    @pytest.mark.parametrize(
        ("status", "code", "kind"),
        [
            (400, "ExpiredToken", StoreCredentialsError),
            (403, "InvalidAccessKeyId", StoreCredentialsError),
            (403, "RequestTimeTooSkewed", StoreClockError),
        ],
    )
    def test_of_a_head(
        self,
        store: S3Store,
        fault_server: FaultServer,
        status: int,
        code: str,
        kind: type[StoreError],
    ) -> None:
        """An answer to HEAD has no body; the reason is asked for in another way."""
        fault_server.plan(Fault("HEAD", KEY, before=answering(Answer(status)), times=-1))
        fault_server.plan(Fault("GET", "list-type", before=answering(refuse(status, code))))
        with pytest.raises(kind):
            store.head(KEY)

    def test_of_an_upload(self, store: S3Store, fault_server: FaultServer) -> None:
        """Credentials that expire during an upload are named as the reason."""
        expired = answering(refuse(400, "ExpiredToken"))
        fault_server.plan(Fault("HEAD", KEY, before=answering(Answer(400)), times=-1))
        fault_server.plan(Fault("GET", "list-type", before=expired))
        with pytest.raises(StoreCredentialsError, match="expired"):
            upload(store, noise(LARGE))

    def test_denied(self, store: S3Store, fault_server: FaultServer) -> None:
        """The permission that is missing is named, and no second attempt is made."""
        fault_server.plan(
            Fault("PUT", PUT_PART, before=answering(refuse(403, "AccessDenied")), times=-1)
        )
        with pytest.raises(StoreAccessDeniedError, match="s3:PutObject"):
            upload(store, noise(6 * MIB))

    def test_head_denied(self, store: S3Store, fault_server: FaultServer) -> None:
        """Without the right to look, an object that is listed is not taken for absent."""
        store.put(KEY, b"x")
        fault_server.plan(Fault("HEAD", KEY, before=answering(Answer(403))))
        with pytest.raises(StoreAccessDeniedError, match="s3:GetObject"):
            store.head(KEY)

    def test_clock(self, store: S3Store, fault_server: FaultServer) -> None:
        """Both clocks are shown when they are too far apart."""
        theirs = datetime.now(UTC) - timedelta(hours=2)
        answer = refuse(
            403, "RequestTimeTooSkewed", extra=f"<ServerTime>{theirs:%FT%TZ}</ServerTime>"
        )
        fault_server.plan(Fault("GET", "list-type", before=answering(answer)))
        with pytest.raises(StoreClockError, match=f"{theirs:%F %T} UTC: 1[12][09] minutes"):
            store.check()

    def test_region(self, store: S3Store, fault_server: FaultServer) -> None:
        """A bucket of another region is found there, or its region is told."""
        moved = refuse(301, "PermanentRedirect", headers={"x-amz-bucket-region": "ap-south-1"})
        fault_server.plan(Fault("GET", "list-type", before=answering(moved), times=-1))
        with pytest.raises(BucketNotFoundError, match='region = "ap-south-1"'):
            store.check()

    def test_missing_bucket(self, profile: Profile) -> None:
        """A bucket that does not exist is never an empty one."""
        store = S3Store(replace(profile, bucket="no-such-bucket"), AT_ONCE)
        uses: list[Callable[[], object]] = [
            store.check,
            partial(store.head, KEY),
            lambda: list(store.list("")),
            partial(store.put, KEY, b"x"),
            partial(store.put, KEY, b"x", if_absent=True),
            partial(upload, store, noise(SMALL)),
            partial(upload, store, noise(LARGE)),
            partial(content, store, KEY),
        ]
        for use in uses:
            with pytest.raises(BucketNotFoundError, match="no-such-bucket"):
                use()
        store.close()

    @pytest.mark.parametrize(
        ("url", "kind", "says", "code"),
        [
            ("http://127.0.0.1:9", StoreConnectionError, "No connection to S3 at 127.0.0.1:9", 3),
            ("http://s3.invalid:9000", StoreEndpointError, "name of S3 at .* is unknown", 2),
        ],
    )
    def test_no_server(
        self, profile: Profile, url: str, kind: type[StoreError], says: str, code: int
    ) -> None:
        """Nobody there is told from nobody of that name: only the first heals by itself."""
        store = S3Store(replace(profile, endpoint_url=url), AT_ONCE)
        with pytest.raises(kind, match=says) as caught:
            store.check()
        assert (caught.value.exit_code, caught.value.offline) == (code, code == 3)
        store.close()

    def test_tls_to_a_plain_server(self, profile: Profile, fault_server: FaultServer) -> None:
        """https:// where it should be http:// is explained."""
        url = fault_server.url.replace("http://", "https://")
        store = S3Store(replace(profile, endpoint_url=url), AT_ONCE)
        with pytest.raises(StoreEndpointError, match="does not speak TLS"):
            store.check()
        store.close()

    def test_login_page(self, store: S3Store, fault_server: FaultServer) -> None:
        """A network's login page answers everything; nothing of it passes for success."""
        for method in ("GET", "HEAD", "PUT", "POST", "DELETE"):
            fault_server.plan(Fault(method, "", before=answering(PORTAL), times=-1))
        uses: list[Callable[[], object]] = [
            store.check,
            partial(store.head, KEY),
            lambda: list(store.list("")),
            partial(content, store, KEY),
            partial(store.put, KEY, b"x"),
            partial(store.delete, KEY),
            partial(upload, store, noise(SMALL)),
        ]
        for use in uses:
            with pytest.raises(StoreConnectionError, match="login page"):
                use()

    def test_answer_without_etag(self, store: S3Store, fault_server: FaultServer) -> None:
        """An empty success, as some proxies give, is no success either."""
        fault_server.plan(Fault("PUT", KEY, before=answering(Answer(200)), times=-1))
        with pytest.raises(StoreConnectionError, match="not an S3 server"):
            store.put(KEY, b"x")


class TestUploads:
    def test_nothing_left(self, store: S3Store, open_uploads: Callable[[], int]) -> None:
        """Neither a finished nor an aborted upload leaves parts that cost money."""
        upload(store, noise(LARGE))
        aborted = start(store, LARGE, OTHER)
        write(aborted, noise(LARGE))
        assert open_uploads() == 1
        aborted.abort()
        assert open_uploads() == 0

    def test_abort_while_down(self, store: S3Store, fault_server: FaultServer) -> None:
        """Aborting never raises, even when the server cannot be told."""
        fault_server.plan(Fault("DELETE", KEY, before=SLOW_DOWN, times=-1))
        aborted = start(store, LARGE)
        write(aborted, noise(LARGE))
        aborted.abort()
        assert fault_server.count("DELETE", KEY)

    def test_small_is_one_request(self, store: S3Store, fault_server: FaultServer) -> None:
        """Up to one part needs no multipart upload."""
        upload(store, noise(5 * MIB))
        assert fault_server.count("POST", "") == 0
        assert fault_server.count("PUT", KEY) == 1

    def test_starting_asks_nothing(self, store: S3Store, fault_server: FaultServer) -> None:
        """An upload that is given up before it has a part was never noticed."""
        start(store, LARGE).abort()
        assert fault_server.seen == []

    def test_checksum_of_the_whole(self, store: S3Store, fault_server: FaultServer) -> None:
        """The completion says what CRC32 the object must have, so that the server can check."""
        upload(store, noise(LARGE))
        (completion,) = fault_server.requests("POST", COMPLETE)
        said = b64decode(completion.headers["x-amz-checksum-crc32"])
        assert int.from_bytes(said, "big") == zlib.crc32(noise(LARGE))
        assert completion.headers["x-amz-checksum-type"] == "FULL_OBJECT"
        assert completion.headers["x-amz-mp-object-size"] == str(LARGE)

    @pytest.mark.parametrize(("size", "target"), [(LARGE, PUT_PART), (SMALL, PUT_WHOLE)])
    def test_checksum_on_the_way(
        self, store: S3Store, fault_server: FaultServer, size: int, target: str
    ) -> None:
        """Everything that is sent has its checksum in a header, and none behind the body."""
        upload(store, noise(size))
        for seen in fault_server.requests("PUT", target):
            assert len(b64decode(seen.headers["x-amz-checksum-crc32"])) == 4
            assert "x-amz-trailer" not in seen.headers

    def test_without_checksums(self, store: S3Store, fault_server: FaultServer) -> None:
        """A server that does not know checksums of whole objects gets none."""
        fault_server.plan(Fault("POST", CREATE, before=answering(refuse(501, "NotImplemented"))))
        assert upload(store, noise(LARGE)).size == LARGE

    def test_stalled_network(self, store: S3Store, fault_server: FaultServer) -> None:
        """While nothing gets through, a writer is stopped after some parts, not after gigabytes."""
        gate, arrived, written = Event(), Semaphore(0), list[int]()

        def stall() -> None:
            arrived.release()
            gate.wait(30)

        fault_server.plan(Fault("PUT", PUT_PART, before=stall, times=-1))
        started = start(store, 60 * MIB)

        def write_all() -> None:
            for _ in range(60):
                started.write(bytes(MIB))
                written.append(MIB)

        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(write_all)
            for _ in range(AT_ONCE.threads):
                assert arrived.acquire(timeout=30)
            with pytest.raises(TimeoutError):
                writing.result(0.5)
            stalled = sum(written)
            gate.set()
            writing.result(60)
        assert stalled <= (AT_ONCE.threads + 2) * AT_ONCE.part_bytes
        started.abort()

    def test_more_than_announced(self, profile: Profile) -> None:
        """A stream that outgrows S3's number of parts is an error, not a broken object."""
        with mock.patch("storage.s3.upload._MOST_PARTS", 2):
            store = S3Store(profile, AT_ONCE)
            with pytest.raises(StoreError, match="larger than"):
                upload(store, noise(16 * MIB))
            store.close()

    @pytest.mark.parametrize(
        ("bound", "mib"), [(0, 8), (70 << 30, 8), (71 << 30, 9), (1 << 40, 117), (5 << 40, 583)]
    )
    def test_part_size(self, bound: int, mib: int) -> None:
        """Parts are whole MiB, large enough for S3's limit of 10,000."""
        assert part_size(bound, 8 * MIB) == mib * MIB
        assert bound / part_size(bound, 8 * MIB) <= 9000

    def test_copy_in_parts(self, profile: Profile, open_uploads: Callable[[], int]) -> None:
        """More than S3 copies at once is copied part by part, with its metadata."""
        store = S3Store(profile, replace(AT_ONCE, copy_bytes=5 * MIB))
        metadata = token()
        upload(store, noise(LARGE), metadata=metadata)
        told = list[int]()
        copied = store.copy(KEY, OTHER, on_copied=told.append)
        assert len(told) > 1
        assert sum(told) == LARGE
        assert dict(copied.metadata) == metadata
        assert content(store, OTHER) == noise(LARGE)
        with pytest.raises(PreconditionFailedError):
            store.copy(KEY, OTHER)
        assert open_uploads() == 0
        store.close()

    def test_copy_that_is_given_up(self, profile: Profile, open_uploads: Callable[[], int]) -> None:
        """Cancelled between two parts it leaves nothing."""
        store = S3Store(profile, replace(AT_ONCE, copy_bytes=5 * MIB))
        upload(store, noise(LARGE))
        progress = Progress()
        progress.cancel()
        with pytest.raises(TransferCancelledError):
            store.copy(KEY, OTHER, on_copied=progress.add_read)
        assert (store.head(OTHER), open_uploads()) == (None, 0)
        store.close()

    def test_replacement_in_parts(self, profile: Profile, open_uploads: Callable[[], int]) -> None:
        """Conditions and metadata of its own hold for a copy in parts as well."""
        store = S3Store(profile, replace(AT_ONCE, copy_bytes=5 * MIB))
        original, ours = upload(store, noise(LARGE)), token()
        there = store.put(OTHER, b"older")
        for etags in ((original.etag, "0-0"), ("0-0", there.etag)):
            with pytest.raises(PreconditionFailedError):
                store.copy(KEY, OTHER, source_etag=etags[0], if_match=etags[1])
        copied = store.copy(
            KEY, OTHER, source_etag=original.etag, if_match=there.etag, metadata=ours
        )
        assert dict(copied.metadata) == ours
        assert content(store, OTHER) == noise(LARGE)
        assert open_uploads() == 0
        store.close()


class TestBucketsOfOthers:
    def test_odd_keys(self, store: S3Store, s3_client: "S3Client", bucket: str) -> None:
        """Keys that we would never make are listed and read as they are."""
        keys = ["../up", "/rooted", "a\tb", "a//b", "jobs/[red]x", "per%2Fcent", "plus+and space"]
        for key in keys:
            s3_client.put_object(Bucket=bucket, Key=key, Body=key.encode())
        assert [stored.key for stored in store.list("")] == keys
        for key in keys:
            assert content(store, key) == key.encode()
            head = store.head(key)
            assert head
            assert head.key == key

    def test_one_client(self, profile: Profile) -> None:
        """Threads that come first at the same time share one client."""
        from storage.s3.client import build_client

        store = S3Store(profile, AT_ONCE)
        barrier = Barrier(6)

        def first_use(_: None) -> None:
            barrier.wait(10)
            store.check()

        with (
            mock.patch("storage.s3.bucket_client.build_client", wraps=build_client) as building,
            ThreadPoolExecutor(6) as pool,
        ):
            list(pool.map(first_use, repeat(None, 6)))
        assert building.call_count == 1
        store.close()
