"""What `docs/s3-compatibility.md` says of these servers is what they do."""

from contextlib import closing

from core.ports.probe import Answer, Check
from core.settings import Profile
from storage.s3.probe.store_probe import S3StoreProbe
from tests.heavy.servers.conftest import Server
from tests.servers.localstack import LocalStackServer
from tests.servers.swift import SwiftServer

_MISSING = {
    SwiftServer: {
        Check.WHOLE_CHECKSUM,
        Check.REPLACE,
        Check.COPY_CREATE,
        Check.COMPLETE_REPLACE,
        Check.VERSIONING,
    },
    LocalStackServer: {
        Check.COPY_CREATE,
        Check.DELETE_VERSION,
        Check.SETTLING,
        Check.PRIVATE,
        Check.VERSIONING,
    },
}


def test_guarantees(server: Server, profile: Profile) -> None:
    """A table that changes with a server's next version is found by this test.

    Whether Swift lets several of eight in is a matter of luck, each time.
    """
    with closing(S3StoreProbe(profile)) as probe:
        found = {seen.check: seen.answer for seen in probe.observations("_runferry/probe/0/")}
    assert Answer.UNKNOWN not in found.values()
    missing = {check for check, answer in found.items() if answer is Answer.NO}
    assert missing - {Check.CREATE_RACE} == _MISSING[type(server)]
    assert isinstance(server, SwiftServer) or Check.CREATE_RACE not in missing
