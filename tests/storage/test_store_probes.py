"""Probes of stores whose guarantees are known."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.errors import BucketNotFoundError
from core.ports.probe import Answer, Check, StoreProbe
from core.settings import Profile
from storage.local.probe import LocalStoreProbe
from storage.local.store import LocalStore
from storage.s3.probe.store_probe import S3StoreProbe
from storage.s3.server_facts import ServerFacts
from tests.servers.fault_server import Answer as Sent
from tests.servers.fault_server import Fault, FaultServer, refuse
from tests.servers.moto_server import MotoServer
from tests.servers.strict.modes import MODES
from tests.servers.strict.server import StrictServer
from tests.servers.tls_server import TlsServer

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CONDITIONS = {
    Check.CREATE,
    Check.REPLACE,
    Check.DELETE_VERSION,
    Check.COMPLETE_CREATE,
    Check.PRIVATE,
}
SCRATCH = "_runferry/probe/0123/"
# As moto is known: it compares no checksums, no signatures, and few conditions.
_NOT_BY_MOTO = {
    Check.WRONG_CHECKSUM,
    Check.WHOLE_CHECKSUM,
    Check.COPY_CREATE,
    Check.COMPLETE_REPLACE,
    Check.SETTLING,
    Check.FORGED_LINK,
    Check.VERSIONING,
}


def answers(probe: StoreProbe) -> dict[Check, Answer]:
    return {found.check: found.answer for found in probe.observations(SCRATCH)}


@pytest.fixture
def faulty(s3_profile: Profile, fault_server: FaultServer) -> Iterator[S3StoreProbe]:
    """Passes on to moto, except for planned faults."""
    with closing(S3StoreProbe(replace(s3_profile, endpoint_url=fault_server.url))) as probe:
        yield probe


def test_local_store(tmp_path: Path) -> None:
    """A directory guarantees all that can be asked of it, and is empty again."""
    store = LocalStore(str(tmp_path))
    probe = LocalStoreProbe(store)
    assert set(answers(probe).values()) == {Answer.YES}
    assert list(store.list("")) == []
    probe.close()


def test_s3(s3_profile: Profile, s3_client: "S3Client") -> None:
    """What moto does and does not is found out, and nothing stays."""
    with closing(S3StoreProbe(s3_profile)) as probe:
        found = answers(probe)
    assert set(found) == set(Check)
    refused = {check for check, answer in found.items() if answer is Answer.NO}
    assert (
        refused - {Check.CREATE_RACE} == _NOT_BY_MOTO
    )  # of two at a time it lets now and then both in
    assert Answer.UNKNOWN not in found.values()
    assert "Contents" not in s3_client.list_objects_v2(Bucket=s3_profile.bucket)
    assert "Uploads" not in s3_client.list_multipart_uploads(Bucket=s3_profile.bucket)


def test_given_up(s3_profile: Profile, s3_client: "S3Client") -> None:
    """A probe that is left in the middle cleans up as well."""
    with closing(S3StoreProbe(s3_profile)) as probe, closing(probe.observations(SCRATCH)) as looks:
        list(islice(looks, 8))
        assert "Contents" in s3_client.list_objects_v2(Bucket=s3_profile.bucket)
    assert "Contents" not in s3_client.list_objects_v2(Bucket=s3_profile.bucket)


def test_reading_only(faulty: S3StoreProbe, fault_server: FaultServer) -> None:
    """Who may not write learns that, and what else could not be tried."""
    fault_server.plan(Fault("PUT", "", before=lambda: refuse(403, "AccessDenied"), times=999))
    fault_server.plan(Fault("POST", "", before=lambda: refuse(403, "AccessDenied"), times=999))
    found = answers(faulty)
    assert (found[Check.LIST], found[Check.PUT]) == (Answer.YES, Answer.NO)
    assert found[Check.CREATE] is Answer.UNKNOWN
    assert found[Check.CREATE_RACE] is Answer.UNKNOWN


def test_several_winners(faulty: S3StoreProbe, fault_server: FaultServer) -> None:
    """A server that lets two creators through is found out."""
    done = Sent(200, headers={"ETag": '"0"'})
    fault_server.plan(Fault("PUT", "race-0", before=lambda: done, times=2))
    observed = {found.check: found for found in faulty.observations(SCRATCH)}
    assert observed[Check.CREATE_RACE].answer is Answer.NO


def test_refused_and_done(
    faulty: S3StoreProbe, fault_server: FaultServer, s3_client: "S3Client", s3_profile: Profile
) -> None:
    """A refusal that did not keep the write from happening is none."""

    def overwrite() -> None:
        s3_client.put_object(Bucket=s3_profile.bucket, Key=f"{SCRATCH}create", Body=b"2")

    fault_server.plan(Fault("PUT", r"/create\b", before=overwrite, skip=1))
    assert answers(faulty)[Check.CREATE] is Answer.NO


HINDERING = {
    "nometa": {Check.METADATA, Check.COPY},
    "otheretag": {Check.ETAGS, Check.PARTS, Check.PARTS_LISTED},
    "gzip": {Check.GET},
    "waf": {Check.PART_SIZE},
    "part500": {Check.PARTS, Check.PART_SIZE, Check.PARTS_LISTED},
    "nomultipart": {Check.PARTS, Check.PART_SIZE, Check.PARTS_LISTED},
    "nolist": {Check.LIST},
    "noget": {Check.GET, Check.COPY},
    "nodelete": {Check.DELETE},
    "slash": {Check.LIST},
    "b2": {Check.CHECKSUM},
    "garage": {Check.REGION},
    "weaketag": set[Check](),
    "gzipetag": set[Check](),
}


@pytest.mark.parametrize("mode", HINDERING)
def test_servers_that_differ(s3_profile: Profile, strict_server: StrictServer, mode: str) -> None:
    """Each way is a "no" to the question that is about it."""
    strict_server.rules.append(MODES[mode]())
    with closing(S3StoreProbe(replace(s3_profile, endpoint_url=strict_server.url))) as probe:
        found = {seen.check: seen for seen in probe.observations(SCRATCH)}
    refused = {check for check, seen in found.items() if seen.answer is Answer.NO}
    assert HINDERING[mode] <= refused
    usual = {*_NOT_BY_MOTO, *_CONDITIONS, Check.CHECKSUM, Check.LINK, Check.CREATE_RACE}
    assert refused - HINDERING[mode] <= usual


def test_marks_of_a_proxy_are_told(s3_profile: Profile, strict_server: StrictServer) -> None:
    """They do no harm, and whoever looks for a proxy sees it."""
    strict_server.rules.append(MODES["weaketag"]())
    with closing(S3StoreProbe(replace(s3_profile, endpoint_url=strict_server.url))) as probe:
        found = {seen.check: seen for seen in probe.observations(SCRATCH)}
    assert found[Check.ETAGS].answer is Answer.YES
    assert "proxy" in found[Check.ETAGS].detail


def test_what_the_server_wants_is_remembered(
    s3_profile: Profile, strict_server: StrictServer, tmp_path: Path
) -> None:
    """A probe asks anew, so that a server that learnt better is believed."""
    path = str(tmp_path / "facts.json")
    profile = replace(s3_profile, endpoint_url=strict_server.url)
    for mode, taken in (("b2", False), ("nodelete", True)):
        strict_server.rules[:] = [MODES[mode]()]
        with closing(S3StoreProbe(profile, ServerFacts(path))) as probe:
            answers(probe)
        assert ServerFacts(path).checksums is taken


def test_server_that_fails_once(
    s3_profile: Profile, fault_server: FaultServer, tmp_path: Path
) -> None:
    """That says nothing of checksums, and nothing is remembered of it."""
    path = str(tmp_path / "facts.json")
    fault_server.plan(Fault("PUT", "/checksum$", before=lambda: refuse(503, "SlowDown")))
    fault_server.plan(Fault("PUT", "/wrong$", before=lambda: refuse(503, "SlowDown")))
    profile = replace(s3_profile, endpoint_url=fault_server.url)
    with closing(S3StoreProbe(profile, ServerFacts(path))) as probe:
        found = answers(probe)
    assert found[Check.CHECKSUM] is Answer.UNKNOWN
    assert found[Check.WRONG_CHECKSUM] is Answer.UNKNOWN
    assert ServerFacts(path).checksums


def test_authorities_of_the_aws_settings(
    s3_profile: Profile, moto_server: MotoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who follows a link trusts whom all other requests trust."""
    with TlsServer(moto_server.url, tmp_path) as server:
        config = tmp_path / "config"
        config.write_text(f"[default]\nca_bundle = {server.certificate}\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
        with closing(S3StoreProbe(replace(s3_profile, endpoint_url=server.url))) as probe:
            found = answers(probe)
    assert found[Check.PUT] is Answer.YES
    assert Answer.UNKNOWN not in {found[Check.LINK], found[Check.FORGED_LINK], found[Check.PRIVATE]}


def test_no_bucket(s3_profile: Profile) -> None:
    """There is no table about a bucket that does not exist."""
    with (
        closing(S3StoreProbe(replace(s3_profile, bucket="runferry-nowhere"))) as probe,
        pytest.raises(BucketNotFoundError),
    ):
        answers(probe)
