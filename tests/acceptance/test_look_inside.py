"""A researcher looks into stored results and reads the beginnings of what is in them, also offline."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import StoreConnectionError
from core.model import Artifact, ArtifactKind
from core.preview.kinds import Kind
from core.preview.opened import opened
from core.preview.table import Table
from core.preview.text import FIRST, TextReading
from tests.acceptance.conftest import Command
from tests.acceptance.test_members import RESULTS, fetched
from tests.servers.fault_server import FaultServer
from tests.servers.moto_server import MotoServer
from tui.composition.options import Options, Pauses
from tui.composition.session import Session

DAYS = 600_000
DIRECTORY = 66 << 10


class LeftServer(FaultServer):
    """Notices when a client leaves before it has heard all."""

    def __init__(self, upstream_url: str) -> None:
        super().__init__(upstream_url)
        self.left = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The answer could not be written to its end."""
        self.left.set()


@pytest.fixture
def server(moto_server: MotoServer) -> Iterator[LeftServer]:
    with LeftServer(moto_server.url) as server:
        yield server


@pytest.fixture
def bucket_option(
    s3_bucket: str, server: LeftServer, monkeypatch: pytest.MonkeyPatch, home: Path
) -> str:
    """A bucket behind the counting server."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    return f"s3://{s3_bucket}"


@pytest.fixture
def large_run(tmp_path: Path) -> Path:
    """A run with a large table, and a file that cannot be packed smaller."""
    run = tmp_path / "flu/OUT/RUN1"
    (run / "DAILY").mkdir(parents=True)
    noise = os.urandom(DAYS)
    rows = (f"{day},{day * 7},{day * noise[day]}\n" for day in range(DAYS))
    (run / "out.csv").write_text("Day,INF.I,INF.R\n" + "".join(rows))
    (run / "noise.bin").write_bytes(os.urandom(24 << 20))
    (run / "DAILY/Date.txt").write_text("0 2020-01-01\n1 2020-01-02\n")
    return run


def results(session: Session) -> Artifact:
    stored = session.jobs.list_artifacts(1)
    (found,) = [one for one in stored if one.kind is ArtifactKind.RUN_RESULTS]
    return found


def test_first_screen_of_a_large_table(
    runferry: Command, large_run: Path, bucket_option: str, server: LeftServer
) -> None:
    """
    Given stored results with a table of many days
    When they are looked into, and the table is opened
    Then tree and first rows are there after two requests, for the directory and a quarter of a MiB;
    and all of it, by few more, when somebody reads on.
    """
    runferry("upload", large_run, "--bucket", bucket_option)
    with Session(Options(bucket=bucket_option)) as session:
        artifact = results(session)
        server.seen.clear()

        inside = session.previews.look_inside(artifact)
        found = opened(inside.read("RUN1/out.csv"))
        text = TextReading(found.content)
        text.more(FIRST)
        table = Table(text)

        assert (found.kind, list(table.names)) == (Kind.TABLE, ["Day", "INF.I", "INF.R"])
        assert table.rows(50, 1)[0][:2] == ["50", "350"]
        assert [seen.method for seen in server.seen] == ["GET", "GET"]
        assert inside.requests == 2
        assert fetched(server) <= DIRECTORY + 4 * 112 + (1 << 18)

        text.more()
        assert (text.complete, table.row_count) == (True, DAYS)
        assert table.series(1).peak() == (DAYS - 1, (DAYS - 1) * 7)
        assert server.count("GET", RESULTS) == inside.requests <= 6


def test_left_early(
    runferry: Command, large_run: Path, bucket_option: str, server: LeftServer
) -> None:
    """
    Given a member that is being read
    When the reader leaves
    Then the request ends at once, and the same store answers others.
    """
    runferry("upload", large_run, "--bucket", bucket_option)
    with Session(Options(bucket=bucket_option)) as session:
        inside = session.previews.look_inside(results(session))
        found = opened(inside.read("RUN1/noise.bin"))
        assert found.kind is Kind.BINARY
        text = TextReading(found.content)
        text.more(6 << 20)
        assert not server.left.is_set()
        text.close()
        assert server.left.wait(30)
        date = inside.read("RUN1/DAILY/Date.txt").blocks()
        assert b"".join(date) == b"0 2020-01-01\n1 2020-01-02\n"


def test_offline(
    runferry: Command,
    fred_out: Path,
    s3_bucket: str,
    moto_server: MotoServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given stored results that were looked into once
    When the store does not answer, in another session
    Then their members are there still, with the time of that look; to read one needs the store.
    """
    bucket = f"s3://{s3_bucket}"
    with FaultServer(moto_server.url) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        runferry("upload", fred_out / "RUN1", "--bucket", bucket)
        with Session(Options(bucket=bucket)) as session:
            online = session.previews.look_inside(results(session))
            assert online.remembered_at is None
    with Session(Options(bucket=bucket), pauses=Pauses(0.0)) as session:
        inside = session.previews.look_inside(results(session))
        assert inside.remembered_at
        assert inside.tree.root == online.tree.root
        assert list(inside.tree.members()) == list(online.tree.members())
        with pytest.raises(StoreConnectionError):
            list(inside.read("RUN1/LOG").blocks())


def test_submitted_files(runferry: Command, fred_out: Path, tmp_path: Path) -> None:
    """
    Given a stored configuration, and a file of a run on this machine
    When they are opened
    Then both are shown by the same means.
    """
    config = tmp_path / "config.json"
    config.write_text('{"days": 180}')
    runferry("jobs", "register", "--name", "flu")
    runferry("jobs", "config", "submit", config, "--job-id", "1")
    with Session(Options()) as session:
        (artifact,) = session.jobs.list_artifacts(1)
        stored = opened(session.previews.stored(artifact))
        assert (stored.kind, stored.first) == (Kind.JSON, config.read_bytes())
        local = opened(session.previews.local(str(fred_out / "RUN1/out.csv")))
        assert local.kind is Kind.TABLE
        stored.close()
        local.close()
