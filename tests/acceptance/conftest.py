"""RunFerry as a user meets it: command lines in, exit codes and lines out."""

import json
import shutil
import tarfile
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.equation import Stores, check_caches, store_of
from tests.servers.fault_server import ForsakenServer
from tests.servers.fixtures import KEY_ID, SECRET_KEY
from tests.servers.moto_server import MotoServer
from tui.cli import run
from tui.composition.options import Pauses

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DATA = Path(__file__).parent.parent / "data"


@dataclass(frozen=True)
class Answer:
    """What came back from one command line."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """The objects that `--json` printed."""
        return [json.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Answer]
Put = Callable[[str, bytes], object]
"""Stores bytes under a key, in the way of another tool."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_aws_settings: None) -> Path:
    """An empty RUNFERRY_HOME."""
    path = tmp_path / "home"
    monkeypatch.setenv("RUNFERRY_HOME", str(path))
    return path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that failed shows the end of RunFerry's log: what happened rarely is not seen again."""
    report = yield
    home = getattr(item, "funcargs", {}).get("home")
    if report.failed and isinstance(home, Path):
        for log in home.glob("logs/*.log"):
            lines = log.read_text(errors="replace").splitlines()[-_LOG_LINES:]
            report.sections.append((f"the end of {log.name}", "\n".join(lines)))
    return report


_LOG_LINES = 40
_PATIENCE = 60.0
"""Seconds that a store has for an answer: a busy machine takes longer than a user would wait."""


@pytest.fixture
def runferry(
    home: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Command]:
    """Runs a command line in this process; a traceback anywhere fails the test.

    So does a cache that is, in the end, not what the store says.
    """
    stores: Stores = set()
    hurries = "no_pauses" in request.fixturenames
    pauses: Pauses = request.getfixturevalue("no_pauses") if hurries else Pauses(answer=_PATIENCE)

    def command(*arguments: str | Path) -> Answer:
        words = [str(argument) for argument in arguments]
        stores.add(store_of(words))
        capfd.readouterr()
        code = run(words, pauses)
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Answer(code, out, err)

    yield command
    uses_moto = "moto_server" in request.fixturenames
    server: MotoServer | None = request.getfixturevalue("moto_server") if uses_moto else None
    check_caches(stores, tmp_path, server.url if server else None)


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real FRED trees, unpacked; not to be written to."""
    path = tmp_path_factory.mktemp("samples")
    for archive in ("fred-job.tar.gz", "fred-failed.tar.gz"):
        with tarfile.open(DATA / archive) as tar:
            tar.extractall(path, filter="data")
    return path


@pytest.fixture
def fred_out(samples: Path, tmp_path: Path) -> Path:
    """A copy of the sample job's results root, with RUN1 to RUN3."""
    job = tmp_path / "flu"
    shutil.copytree(samples / "fred-sample-job/RESULTS/JOB/1", job)
    return job / "OUT"


@pytest.fixture
def s3_bucket(
    bucket: str, moto_server: MotoServer, no_aws_settings: None, monkeypatch: pytest.MonkeyPatch
) -> str:
    """An empty bucket on an S3 server over HTTP, reachable with the AWS environment."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", moto_server.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    return bucket


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest) -> list[str]:
    """The options that choose the store."""
    if request.param == "local":
        return []
    return ["--bucket", f"s3://{request.getfixturevalue('s3_bucket')}"]


@pytest.fixture
def put(store: list[str], home: Path, request: pytest.FixtureRequest) -> Put:
    """Writes into that store behind RunFerry's back."""
    if store:
        client: S3Client = request.getfixturevalue("s3_client")
        bucket = store[1].removeprefix("s3://")
        return lambda key, data: client.put_object(Bucket=bucket, Key=key, Body=data)

    def write(key: str, data: bytes) -> None:
        path = home / "store" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(data)

    return write


@pytest.fixture
def no_pauses() -> Pauses:
    """What failed is asked for again at once: for tests that ask what comes of it, not when."""
    return Pauses(0.0, _PATIENCE)


@pytest.fixture
def server(moto_server: MotoServer) -> Iterator[ForsakenServer]:
    """Passes everything on to a real one, but for what a test plans."""
    with ForsakenServer(moto_server.url) as server:
        yield server
