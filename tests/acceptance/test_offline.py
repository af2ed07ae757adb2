"""The network is gone for a while: what is cached is there, what is to be stored waits."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from socket import gethostname

import pytest
from textual.pilot import Pilot

from core.upload.upload_request import UploadRequest
from storage.s3.backoff import Backoff
from tests.acceptance.conftest import Command
from tests.acceptance.processes import runferry_process
from tests.acceptance.test_watch import a_run
from tests.servers.fault_server import Fault, ForsakenServer, refuse
from tests.servers.moto_server import MotoServer
from tests.tui.builders import download, until
from tests.tui.screen_text import table_of, text_of
from tui.app import RunFerryApp
from tui.composition.options import Options
from tui.composition.session import Session
from tui.widgets.tab_bar import TabBar


class Network:
    """The only way to the bucket; it can be cut, and comes back at the same address."""

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self.server = ForsakenServer(upstream).__enter__()
        self._port = self.server.server_port
        self.url = self.server.url
        self.up = True

    def cut(self) -> None:
        """Nothing listens any more."""
        if self.up:
            self.server.__exit__()
        self.up = False

    def mend(self) -> None:
        """As before."""
        self.server = ForsakenServer(self._upstream, self._port).__enter__()
        self.up = True

    def close(self) -> None:
        """For the end of a test."""
        self.cut()


@pytest.fixture
def network(
    moto_server: MotoServer, s3_bucket: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Network]:
    """Everything goes through it from now on. Who finds it cut asks again at once."""
    monkeypatch.setattr(Backoff, "limit", _no_delay)
    network = Network(moto_server.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", network.url)
    yield network
    network.close()


@pytest.fixture
def store(home: Path, s3_bucket: str, network: Network) -> tuple[str, str]:
    """Options of every command."""
    return "--bucket", f"s3://{s3_bucket}"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A results root with two finished runs of different content."""
    for number in (1, 2):
        a_run(tmp_path / f"flu/OUT/RUN{number}").joinpath("data").write_bytes(os.urandom(1000))
    return tmp_path / "flu/OUT"


def _no_delay(*_: object) -> float:
    return 0.0


def tabs_of(pilot: Pilot[int]) -> str:
    return pilot.app.screen.query_one(TabBar).render().plain


def queued(runferry: Command, *store: str) -> list[tuple[str, str]]:
    records = runferry("queue", "list", "--json", *store).records
    return [(Path(record["path"]).name, record["state"]) for record in records]


def test_reading(
    runferry: Command, network: Network, store: tuple[str, str], out: Path, tmp_path: Path
) -> None:
    """
    Given a job with runs that was read from the store
    When the store does not answer
    Then everything known is listed as before, and stderr says how old it is; a download fails.
    """
    assert runferry("upload", out, *store).code == 0
    lists = [
        ("jobs", "list", "--json", *store),
        ("jobs", "info", "--job-id", "1", "--json", *store),
        ("jobs", "uploads", "list", "--job-id", "1", "--json", *store),
    ]
    before = [runferry(*arguments) for arguments in lists]
    network.cut()
    for arguments, online in zip(lists, before, strict=True):
        answer = runferry(*arguments)
        assert (answer.code, answer.out) == (0, online.out)
        assert "No connection to S3" in answer.err
        assert "This is what was stored on 20" in answer.err
        assert " ago." in answer.err
    download = runferry(
        "jobs", "uploads", "download", "--job-id", "1", "--output-dir", tmp_path, *store
    )
    assert download.code == 3
    network.mend()
    assert not runferry(*lists[0]).err


def test_nothing_is_cached(runferry: Command, network: Network, store: tuple[str, str]) -> None:
    """
    Given a machine that never read the store
    When the store does not answer
    Then there is nothing to show, and it says so.
    """
    network.cut()
    answer = runferry("jobs", "list", *store)
    assert (answer.code, answer.out) == (3, "")
    assert "Nothing of this store is cached" in answer.err


def test_only_what_was_stored_from_here(
    runferry: Command, network: Network, store: tuple[str, str], out: Path
) -> None:
    """
    Given a machine that stored a run, and never read the store as a whole
    When the store does not answer
    Then that run is listed, and it is said that there may be more.
    """
    assert runferry("upload", out / "RUN1", "--name", "flu", *store).code == 0
    network.cut()
    answer = runferry("jobs", "uploads", "list", "--job-id", "1", "--json", *store)
    assert (answer.code, len(answer.records)) == (0, 1)
    assert "This is what this machine stored; the rest was never read." in answer.err


def test_an_upload_waits(
    runferry: Command, network: Network, store: tuple[str, str], out: Path
) -> None:
    """
    Given no answer from the store
    When runs are uploaded twice to a new job, and the queue is tried again in vain
    Then exit 3, and each waits once; with the network back, they are stored in that job.
    """
    network.cut()
    for _ in range(2):
        answer = runferry("upload", out, "--name", "spring flu", *store)
        assert answer.code == 3
        retry = f"runferry queue retry {' '.join(store)}"
        assert f"2 uploads kept in the queue: `{retry}` goes on" in answer.err
    assert queued(runferry, *store) == [("RUN1", "queued"), ("RUN2", "queued")]
    assert runferry("queue", "retry", *store).code == 3
    assert queued(runferry, *store) == [("RUN1", "failed"), ("RUN2", "failed")]
    network.mend()
    assert runferry("queue", "retry", *store).code == 0
    (job,) = runferry("jobs", "list", "--json", *store).records
    assert (job["name"], job["run_count"]) == ("spring flu", 2)


def test_a_download_waits(
    runferry: Command, network: Network, store: tuple[str, str], out: Path, tmp_path: Path
) -> None:
    """
    Given a job with two runs that is known here, and no answer from the store
    When it is downloaded twice, and the queue is tried again in vain
    Then exit 3, and each artifact waits once; with the network back, they are there.
    """
    assert runferry("upload", out, *store).code == 0
    assert runferry("queue", "clear", *store).code == 0
    network.cut()
    back = tmp_path / "back"
    download = ("jobs", "uploads", "download", "--job-id", "1", "--output-dir", back, *store)
    for _ in range(2):
        answer = runferry(*download)
        assert (answer.code, answer.out) == (3, "")
        retry = f"runferry queue retry {' '.join(store)}"
        assert f"2 downloads kept in the queue: `{retry}` goes on" in answer.err
    records = runferry("queue", "list", "--json", *store).records
    assert [(r["direction"], r["state"], r["path"]) for r in records] == [
        ("download", "queued", str(back / "run_1_results.zip")),
        ("download", "queued", str(back / "run_2_results.zip")),
    ]
    assert runferry("queue", "retry", *store).code == 3
    assert not list(back.glob("*"))
    network.mend()
    answer = runferry("queue", "retry", *store)
    assert answer.code == 0
    assert f"downloaded (job 1): {back / 'run_1_results.zip'}" in answer.out
    assert sorted(path.name for path in back.iterdir()) == [
        "run_1_results.zip",
        "run_2_results.zip",
    ]
    listed = runferry("queue", "list", *store).out
    assert f"run_1_results.zip → {back / 'run_1_results.zip'}" in listed


def test_what_waits_is_downloaded_by_hand(
    runferry: Command, network: Network, store: tuple[str, str], out: Path, tmp_path: Path
) -> None:
    """
    Given a download that waits for the store, to be taken apart
    When it is asked for once more, with the network back
    Then the run is there, and nothing waits any more.
    """
    assert runferry("upload", out / "RUN1", *store).code == 0
    network.cut()
    download = ("jobs", "uploads", "download", "--job-id", "1", "--output-dir", tmp_path / "back")
    assert runferry(*download, "--extract", *store).code == 3
    network.mend()
    assert runferry(*download, "--extract", *store).code == 0
    assert (tmp_path / "back/RUN1/data").read_bytes() == (out / "RUN1/data").read_bytes()
    assert queued(runferry, *store) == []


def test_replaced_while_it_waits(
    runferry: Command, network: Network, store: tuple[str, str], out: Path, tmp_path: Path
) -> None:
    """
    Given downloads of the latest and of the first version that wait for the store
    When another machine stores a second version, and the queue is tried again
    Then each has what was asked for.
    """
    assert runferry("upload", out / "RUN1", *store).code == 0
    first = (out / "RUN1/data").read_bytes()
    network.cut()
    for name, version in (("latest", ()), ("first", ("--version", "1"))):
        arguments = ("--job-id", "1", *version, "--extract", "--output-dir", tmp_path / name)
        assert runferry("jobs", "uploads", "download", *arguments, *store).code == 3
    network.mend()
    with_another_home(tmp_path, lambda: store_again(runferry, out / "RUN1", store))
    assert runferry("queue", "retry", *store).code == 0
    assert (tmp_path / "latest/RUN1/data").read_bytes() == b"again"
    assert (tmp_path / "first/RUN1/data").read_bytes() == first


def with_another_home(tmp_path: Path, act: Callable[[], None]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNFERRY_HOME", str(tmp_path / "another"))
        act()


def store_again(runferry: Command, run: Path, store: tuple[str, str]) -> None:
    (run / "data").write_bytes(b"again")
    (record,) = runferry("upload", run, "--job-id", "1", "--json", *store).records
    assert record["version"] == 2


def test_what_waits_is_stored_by_hand(
    runferry: Command, network: Network, store: tuple[str, str], out: Path
) -> None:
    """
    Given uploads that wait for the store
    When one of them is uploaded once more, with the network back
    Then only the other one still waits.
    """
    network.cut()
    assert runferry("upload", out, *store).code == 3
    network.mend()
    assert runferry("upload", out / "RUN1", *store).code == 0
    assert queued(runferry, *store) == [("RUN2", "queued")]


def test_results_that_are_packed_together_wait(
    runferry: Command,
    network: Network,
    store: tuple[str, str],
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given no answer from the store
    When a directory is uploaded by a path that holds only here
    Then it is found again from elsewhere.
    """
    assert runferry("jobs", "register", "--name", "flu", *store).code == 0
    network.cut()
    monkeypatch.chdir(out)
    arguments = ("--job-id", "1", "--run-id", "7", "--results-dir", ".", "--new-run")
    assert runferry("jobs", "results", "upload", *arguments, *store).code == 3
    monkeypatch.chdir("/")
    network.mend()
    assert runferry("queue", "retry", *store).code == 0
    (stored,) = runferry("jobs", "uploads", "list", "--job-id", "1", "--json", *store).records
    assert stored["run_id"] == 7


def test_lost_before_the_manifest(
    runferry: Command, network: Network, store: tuple[str, str], out: Path
) -> None:
    """
    Given a store that answers no more when the content of the first of two runs is stored
    When both are uploaded
    Then the first waits, too; the queue adopts its content, and sends nothing twice.
    """
    silence = Fault(
        "PUT", r"run_1_results\.v0001\.json", lambda: refuse(500, "InternalError"), times=9
    )
    network.server.plan(silence)
    answer = runferry("upload", out, *store)
    assert answer.code == 1
    assert "1 upload kept in the queue" in answer.err
    assert queued(runferry, *store) == [("RUN1", "queued")]
    network.server.forget_faults()
    assert runferry("queue", "retry", *store).code == 0
    assert network.server.count("PUT", r"run_1_results\.zip") == 1


def test_a_refusal_is_not_kept(runferry: Command, network: Network, home: Path, out: Path) -> None:
    """
    Given a bucket that does not exist
    When a run is uploaded
    Then waiting would not help, and nothing waits.
    """
    wrong = ("--bucket", "s3://there-is-no-such-bucket")
    assert runferry("upload", out / "RUN1", *wrong).code == 2
    assert queued(runferry, *wrong) == []


def test_watch_drains(
    runferry: Command, network: Network, store: tuple[str, str], out: Path, tmp_path: Path
) -> None:
    """
    Given an upload that waits, and a RunFerry that watches something else
    When that finds the store as silent as before, is handed another upload, and the network is back
    Then it says so once each, and stores what waited by itself.
    """
    network.cut()
    assert runferry("upload", out / "RUN1", *store).code == 3
    a_run(tmp_path / "other/OUT/RUN1", done=False)
    rule = ("--rule", "sentinel", "--quiet", "0.2", "--json")
    with runferry_process("watch", tmp_path / "other", *rule, *store) as watch:
        assert "No connection" in watch.wait_for("store_unreachable")["reason"]
        answer = runferry("upload", out / "RUN2", *store)
        assert answer.code == 3
        assert f"process {watch.pid} on {gethostname()} uploads what is left" in answer.err
        watch.wait_for("transfer_failed", path=str(out / "RUN2"))
        network.mend()
        watch.wait_for("store_reachable")
        for _ in range(2):
            watch.wait_for("transfer_succeeded")
    assert queued(runferry, *store) == [("RUN1", "done"), ("RUN2", "done")]


async def test_app_goes_on_by_itself(
    home: Path, network: Network, s3_bucket: str, out: Path
) -> None:
    """
    Given the app and no answer from the store
    When a run is uploaded, and then the network is back
    Then the app says that it is offline, and stores the run without a key.
    """
    network.cut()
    with Session(Options(bucket=f"s3://{s3_bucket}")) as session:
        app = RunFerryApp(session.app_services([str(out)]))
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press("3")
            session.transfers.submit(UploadRequest(str(out / "RUN1"), job_name="flu"))
            await until(pilot, lambda: "○ offline" in tabs_of(pilot))
            await until(pilot, lambda: "goes on by itself" in text_of(pilot, "#story"))
            network.mend()
            await until(pilot, lambda: "offline" not in tabs_of(pilot))
            await until(pilot, lambda: "uploaded" in text_of(pilot, "#story"))


async def test_app_downloads_when_it_can(
    runferry: Command, network: Network, s3_bucket: str, out: Path, tmp_path: Path
) -> None:
    """
    Given the app, a run that is known here, and no answer from the store
    When the run is downloaded, and then the network is back
    Then the download waits, goes on without a key, and says where the file is.
    """
    store = ("--bucket", f"s3://{s3_bucket}")
    assert runferry("upload", out / "RUN1", *store).code == 0
    assert runferry("queue", "clear", *store).code == 0
    network.cut()
    back = tmp_path / "back"
    with Session(Options(bucket=f"s3://{s3_bucket}")) as session:
        app = RunFerryApp(session.app_services([str(out)]))
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press("2")
            await until(pilot, lambda: table_of(pilot).row_count == 1)
            await download(pilot, str(back))
            await pilot.press("3")
            await until(pilot, lambda: "goes on by itself" in text_of(pilot, "#story"))
            network.mend()
            await until(pilot, lambda: "✓ done" in text_of(pilot, "#story"))
            assert f"→ {back}/run_1_results.zip" in text_of(pilot, "#story")
    assert (back / "run_1_results.zip").is_file()


def test_advice_names_the_profile(
    runferry: Command, network: Network, s3_bucket: str, home: Path, out: Path
) -> None:
    """
    Given a bucket with a profile that is not the default one, and no answer from the store
    When a run is uploaded there, and then the advice is followed with the network back
    Then it names the profile, and the run is stored.
    """
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text(f'[profiles.lab]\nbucket = "{s3_bucket}"\n')
    network.cut()
    answer = runferry("upload", out / "RUN1", "--profile", "lab")
    assert answer.code == 3
    assert "`runferry queue retry --profile lab` goes on" in answer.err
    network.mend()
    assert runferry("queue", "retry", "--profile", "lab").code == 0
    assert queued(runferry, "--profile", "lab") == [("RUN1", "done")]
