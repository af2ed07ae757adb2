"""Links to what is stored, and to where somebody else may store it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from core.download.link_artifacts import LinkArtifacts
from core.errors import (
    ArtifactNotFoundError,
    ConflictError,
    JobNotFoundError,
    SettingsError,
    StoreConnectionError,
)
from core.model import ArtifactKind
from core.ports.presigned_url import LinkMethod, PresignedUrl
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.links import Link, LinkMaker
from core.upload.get_upload_location import GetUploadLocation
from core.upload.upload_request import ArtifactUpload
from tests.builders import an_artifact
from tests.core.bench import RUN4, Bench
from tests.fakes.clock import FixedClock
from tests.fakes.object_store import FakeObjectStore

PREFIX = "jobs/1/2026/11/20/140731/"


class Desk(Bench):
    """A workstation with one stored run in two versions, and what others stored beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.ferry()
        self.contents[RUN4]["LOG"] = b"again"
        self.ferry()
        for name in ("run_10_config.json", "job_config.json", "notes.txt", "run_4_logs.zip"):
            self.store.put(PREFIX + name, b"theirs")
        make = self.make_link = LinkMaker(self.store, self.clock)
        self.get_upload_location = GetUploadLocation(self.get_job, self.store, make)
        self.link = LinkArtifacts(
            get_job=self.get_job, store=self.store, catalog=self.catalog, link=make
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def names(links: Sequence[Link]) -> list[str]:
    return [link.key.removeprefix(PREFIX) for link in links]


def test_all_of_a_job(desk: Desk) -> None:
    """Whoever stored it; the latest results only; the job first, then run after run."""
    links = desk.link(1)
    assert names(links) == [
        "job_config.json", "run_4_results.zip", "run_4_logs.zip", "run_10_config.json",
    ]  # fmt: skip
    assert all(link.key in link.url.reveal() for link in links)
    assert {link.method for link in links} == {LinkMethod.GET}


@pytest.mark.parametrize(
    ("run_id", "kind", "found"),
    [
        (4, None, ["run_4_results.zip", "run_4_logs.zip"]),
        (4, ArtifactKind.RUN_LOGS, ["run_4_logs.zip"]),
        (None, ArtifactKind.RUN_CONFIG, ["run_10_config.json"]),
        (None, ArtifactKind.JOB_CONFIG, ["job_config.json"]),
    ],
)
def test_some(desk: Desk, run_id: int | None, kind: ArtifactKind | None, found: list[str]) -> None:
    """Of one run, of one kind, or both."""
    assert names(desk.link(1, run_id, kind)) == found


@pytest.mark.parametrize(
    ("run_id", "kind", "words"),
    [
        (5, None, "Nothing is stored of run 5 of job 1"),
        (None, ArtifactKind.JOB_INPUT, "No job_input is stored of job 1"),
        (4, ArtifactKind.RUN_CONFIG, "No run_config is stored of run 4 of job 1"),
    ],
)
def test_nothing(desk: Desk, run_id: int | None, kind: ArtifactKind | None, words: str) -> None:
    """No link leads nowhere."""
    with pytest.raises(ArtifactNotFoundError, match=words):
        desk.link(1, run_id, kind)


def test_no_such_job(desk: Desk) -> None:
    """As everywhere."""
    with pytest.raises(JobNotFoundError):
        desk.link(9)


def test_expiry(desk: Desk) -> None:
    """An hour when nobody says; told with the link, and signed into it."""
    (link,) = desk.link(1, kind=ArtifactKind.JOB_CONFIG)
    assert link.expires_at == desk.clock.now() + timedelta(hours=1)
    assert "X-Amz-Expires=3600&" in link.url.reveal()
    (link,) = desk.link(1, kind=ArtifactKind.JOB_CONFIG, expires_seconds=604_800)
    assert "X-Amz-Expires=604800&" in link.url.reveal()


class ShortLived(FakeObjectStore):
    """Signs with credentials that end in half an hour."""

    def __init__(self, clock: FixedClock) -> None:
        super().__init__()
        self._end = clock.now() + timedelta(minutes=30)

    def presign(self, key: str, method: LinkMethod, *, expires_seconds: int) -> PresignedUrl:
        return PresignedUrl("https://lab/x", temporary=True, credentials_end=self._end)


def test_credentials_end_earlier() -> None:
    """No link says that it works longer than what it is signed with."""
    clock = FixedClock()
    make = LinkMaker(ShortLived(clock), clock)
    for seconds, minutes in ((3600, 30), (600, 10)):
        link = make.to(an_artifact("jobs/1/x"), seconds)
        assert link.expires_at == clock.now() + timedelta(minutes=minutes)


@pytest.mark.parametrize("seconds", [-1, 0, 604_801])
def test_impossible_expiry(desk: Desk, seconds: int) -> None:
    """Refused here: S3 would refuse the link only when somebody follows it."""
    with pytest.raises(SettingsError, match="7 days"):
        desk.link(1, expires_seconds=seconds)


def test_offline(desk: Desk) -> None:
    """What the catalog knows can be linked without an answer of the store."""
    desk.refresh()
    desk.store.fail_next("list", StoreConnectionError("Offline."))
    with pytest.raises(StoreConnectionError):
        desk.link(1)
    assert "run_4_results.zip" in names(desk.link.known(1))
    assert names(desk.link.known(1, 4, ArtifactKind.RUN_RESULTS)) == ["run_4_results.zip"]


def test_where_to_store(desk: Desk) -> None:
    """Every kind has its place below the job's prefix, at any time."""
    desk.clock.advance(1e6)
    prefix = JobS3Prefix.from_job(desk.get_job(1))
    for kind in ArtifactKind:
        upload = ArtifactUpload(kind, 7 if kind.of_run else None)
        if kind is ArtifactKind.JOB_CONFIG:
            continue
        location = desk.get_upload_location(1, upload)
        assert location.key == prefix.artifact(upload.kind, upload.run_id)
        assert location.key.startswith(PREFIX)
        assert (location.method, location.job_id) == (LinkMethod.PUT, 1)
        assert location.key in location.url.reveal()


def test_nothing_is_overwritten(desk: Desk) -> None:
    """Where something is stored, by whomever, there is no link to store."""
    for upload in (
        ArtifactUpload(ArtifactKind.JOB_CONFIG),
        ArtifactUpload(ArtifactKind.RUN_RESULTS, 4),
    ):
        with pytest.raises(ConflictError, match="is stored already"):
            desk.get_upload_location(1, upload)


def test_to_an_older_version(desk: Desk) -> None:
    """Exactly what is meant, for as long as is asked for; other life spans are refused."""
    desk.refresh()
    old, new = (a for a in desk.catalog.artifacts(1, 4) if a.is_version)
    assert (old.version, new.version) == (1, 2)
    links = [desk.make_link.to(artifact, 60) for artifact in (old, new)]
    assert [link.key for link in links] == [old.key, new.key]
    assert "versions/run_4_results.v0001.zip" in links[0].url.reveal()
    assert links[0].expires_at == desk.clock.now() + timedelta(seconds=60)
    with pytest.raises(SettingsError, match="7 days"):
        desk.make_link.to(old, 0)
