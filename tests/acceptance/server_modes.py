"""Every way in which servers and buckets are known to differ, and what six commands make of it.

`python -m tests.acceptance.server_modes [NAME...]` tries them and prints the table.
"""

import io
import os
import random
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch

from tests.servers.fixtures import KEY_ID, SECRET_KEY
from tests.servers.moto_server import MotoServer
from tests.servers.strict.modes import MODES
from tests.servers.strict.server import StrictServer
from tui.cli import run
from tui.composition.options import Pauses

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_DATA = Path(__file__).parent.parent / "data/fred-job.tar.gz"
_RUNS = "fred-sample-job/RESULTS/JOB/1/OUT"
_SEED = "seed"
_LARGE_BYTES = 9_000_000
"""More than one part, and more than most proxies let through."""


class Seen(NamedTuple):
    """What came of one command: its exit code, and all that it said."""

    code: int
    said: str

    @property
    def gist(self) -> str:
        """Its first complaint, or its last word."""
        lines = [line.strip() for line in self.said.splitlines() if line.strip()]
        complaints = [line for line in lines if line.startswith("runferry: ")]
        return (complaints or lines[-1:] or [""])[0].removeprefix("runferry: ")


class Outcome(NamedTuple):
    """An exit code, and what is said somewhere."""

    code: int
    words: tuple[str, ...] = ()

    def is_that_of(self, seen: Seen) -> bool:
        """Whether it ended so."""
        return seen.code == self.code and all(words in seen.said for words in self.words)


FINE: Mapping[str, Outcome] = {
    "list": Outcome(0, ("run_1_results.zip",)),
    "download": Outcome(0, ("as it is stored",)),
    "link": Outcome(0, ("opens",)),
    "upload": Outcome(0, ("run 2 of job 1: uploaded",)),
    "delete": Outcome(0, ("Run 1 of job 1 was deleted",)),
    "probe": Outcome(0, ("Uploads and downloads work.",)),
}
"""Each operation under a server that does what S3 does."""


@dataclass(frozen=True)
class Row:
    """A mode of the strict server, lines of the profile, and where they do not end as under `FINE`.

    What is uploaded is `large` where parts are what it is about.
    """

    mode: str
    settings: str = ""
    large: bool = False
    ends: Mapping[str, Outcome] = field(default_factory=dict[str, Outcome])

    def expected(self, operation: str) -> Outcome:
        """Of that operation."""
        return self.ends.get(operation, FINE[operation])


def everywhere(code: int, *words: str) -> Mapping[str, Outcome]:
    """For what no operation gets past."""
    return dict.fromkeys(FINE, Outcome(code, words))


def denied(*words: str, probe: str) -> Mapping[str, Outcome]:
    """Uploads are refused, and the probe says so before."""
    return {"upload": Outcome(1, words), "probe": Outcome(1, (probe, *words))}


_NOT_LISTED = Outcome(1, ("ListObjectsV2", "s3:ListBucket"))
_NOT_READ = Outcome(1, ("GetObject", "s3:GetObject"))
_READ_COMPRESSED = Outcome(2, ("compressed (gzip)", "nginx: gzip off"))
_NO_VIRTUAL_HOST = 'Set addressing_style = "virtual" in the profile.'

_ALL = (
    Row("nolist", ends=everywhere(1, "ListObjectsV2", "s3:ListBucket")),
    Row(
        "prefixlist",
        ends=dict.fromkeys(("list", "download", "delete", "probe"), _NOT_LISTED),
    ),
    Row("teamprefix", ends=everywhere(1, "does not allow")),
    Row("nodelete", ends={"delete": Outcome(1, ("DeleteObject", "s3:DeleteObject"))}),
    Row("noget", ends=everywhere(1, "GetObject", "s3:GetObject")),
    Row("noabort", ends={"delete": Outcome(1, ("s3:ListBucketMultipartUploads",))}),
    Row("noparts", large=True),
    Row("sse", ends=denied('encryption = "', probe="write objects")),
    Row("sse", 'encryption = "aws:kms"'),
    Row("acl", ends=denied('acl = "bucket-owner-full-control"', probe="write objects")),
    Row("acl", 'acl = "bucket-owner-full-control"'),
    Row("class", ends=denied("storage_class", probe="write objects")),
    Row("class", 'storage_class = "INTELLIGENT_TIERING"'),
    Row("payer", ends=everywhere(1, "request_payer = true")),
    Row("payer", "request_payer = true"),
    Row("kms", ends=denied("kms:GenerateDataKey", "key/0000", probe="write objects")),
    Row("garage", ends={"list": Outcome(0, ('region = "garage"', "run_1_results.zip"))}),
    Row(
        "garage-mute",
        ends=everywhere(2, "another region, not in us-east-1", 'Set region = "…"', "Garage"),
    ),
    Row("garage-mute", 'region = "garage"'),
    Row("moved", ends={"list": Outcome(0, ('region = "eu-west-1"', "run_1_results.zip"))}),
    Row("b2", large=True, ends={"list": Outcome(0, ("checksums = false", "run_1_results.zip"))}),
    Row("b2cond"),
    Row("oss", ends=everywhere(2, _NO_VIRTUAL_HOST)),
    Row(
        "slash",
        ends={
            "upload": Outcome(1, ("Prefix must end in the delimiter",)),
            "delete": Outcome(1, ("Prefix must end in the delimiter",)),
            "probe": Outcome(
                1, ("Prefix must end in the delimiter", "Use another bucket or server")
            ),
        },
    ),
    Row(
        "nomultipart",
        large=True,
        ends=denied("does not allow CreateMultipartUpload", probe="upload in parts"),
    ),
    Row(
        "part500",
        large=True,
        ends={
            "upload": Outcome(3, ("failed during UploadPart", "HTTP 500")),
            "probe": Outcome(1, ("upload in parts", "failed during UploadPart")),
        },
    ),
    Row(
        "waf",
        large=True,
        ends=denied("HTTP 413", "part_size", "client_max_body_size", probe="part of full size"),
    ),
    Row("weaketag", large=True),
    Row("gzipetag", large=True),
    Row(
        "otheretag",
        large=True,
        ends={
            "upload": Outcome(1, ("proxy on the way that changes ETags", "store probe")),
            "delete": Outcome(1, ("not the version that was expected",)),
            "probe": Outcome(1, ("leave the ETag headers of its answers as they are",)),
        },
    ),
    Row(
        "nometa",
        ends={
            "upload": Outcome(1, ("the server loses metadata", "store probe")),
            "probe": Outcome(1, ("let x-amz-meta-* headers through, both ways",)),
        },
    ),
    Row(
        "gzip",
        ends={
            **dict.fromkeys(FINE, _READ_COMPRESSED),
            "probe": Outcome(1, ("it came as gzip", "switch compression off")),
        },
    ),
)
ROWS: Mapping[str, Row] = {f"{row.mode} {row.settings}".strip(): row for row in _ALL}
QUICK = (
    "nolist",
    "sse",
    'sse encryption = "aws:kms"',
    "payer request_payer = true",
    "garage",
    "b2",
    "oss",
    "waf",
    "weaketag",
    "nometa",
    "gzip",
)
"""Of each kind one: what takes a quarter of a minute, tests can wait for."""


class Lab:
    """A server with one job, of which each row gets a copy in a bucket of its own."""

    def __init__(self, moto: MotoServer, directory: Path, client: "S3Client") -> None:
        self._moto = moto
        self._directory = directory
        self._client = client
        self._runs = _unpacked(directory)
        moto.create_bucket(_SEED)
        with self._home("seed", moto.url, ""):
            seeded = _run("upload", self._runs / "small/RUN1", "--bucket", f"s3://{_SEED}")
        if seeded.code:
            raise RuntimeError(seeded.said)

    def outcomes(self, name: str) -> Iterator[tuple[str, Seen]]:
        """Of each operation, in a fresh home: nothing is known of the server but what it says."""
        row, bucket = ROWS[name], f"lab-{list(ROWS).index(name)}"
        results = self._copy(bucket)
        with (
            StrictServer(self._moto.url, MODES[row.mode]()) as server,
            self._home(bucket, server.url, row.settings) as home,
        ):
            for operation in FINE:
                seen = _run(*self._words(operation, row, home))
                yield operation, _looked_at(operation, seen, home, results)

    def _words(self, operation: str, row: Row, home: Path) -> Sequence[str | Path]:
        job, run_ = ("--job-id", "1"), ("--run-id", "1")
        runs = self._runs / ("large" if row.large else "small")
        return {
            "list": ("jobs", "uploads", "list", *job),
            "download": ("jobs", "uploads", "download", *job, *run_, "--output-dir", home / "got"),
            "link": ("link", *job, *run_),
            "upload": ("upload", runs / "RUN2", *job),
            "delete": ("jobs", "runs", "delete", *job, *run_, "--yes"),
            "probe": ("store", "probe"),
        }[operation]

    def _copy(self, bucket: str) -> bytes:
        """Fills the bucket; the results of the run in it."""
        self._moto.create_bucket(bucket)
        results = b""
        for found in self._client.list_objects_v2(Bucket=_SEED).get("Contents", []):
            key = found.get("Key", "")
            self._client.copy_object(Bucket=bucket, Key=key, CopySource=f"{_SEED}/{key}")
            if key.endswith("run_1_results.zip"):
                results = self._client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return results

    @contextmanager
    def _home(self, bucket: str, endpoint: str, settings: str) -> Generator[Path]:
        """Settings with that profile, and nothing of the machine's own but where programs are."""
        home = self._directory / f"home-{bucket}"
        home.mkdir()
        region = "" if "region" in settings else 'region = "us-east-1"'
        (home / "settings.toml").write_text(
            f'profile = "lab"\n[profiles.lab]\nbucket = "{bucket}"\n'
            f'endpoint_url = "{endpoint}"\n{region}\n{settings}\n'
        )
        values = {
            "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_CONFIG_FILE": "/nonexistent/config",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL_S3": endpoint,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent/credentials",
            "HOME": str(home),
            "NO_PROXY": "127.0.0.1",
            "PATH": os.environ.get("PATH", ""),
            "RUNFERRY_HOME": str(home),
        }
        with patch.dict(os.environ, values, clear=True):
            yield home


def _unpacked(directory: Path) -> Path:
    """Where `small` and `large` are, results roots that differ in the size of RUN2."""
    for size in ("small", "large"):
        with tarfile.open(_DATA) as tar:
            tar.extractall(directory / f"{size}-job", filter="data")
        (directory / size).symlink_to(directory / f"{size}-job" / _RUNS)
    large = random.Random(1).randbytes(_LARGE_BYTES)  # noqa: S311 - what no packer makes smaller
    (directory / "large/RUN2/large.bin").write_bytes(large)
    return directory


def _run(*words: str | Path) -> Seen:
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = run([str(word) for word in words], Pauses(0.0, 60.0))
    return Seen(code, said.getvalue())


def _looked_at(operation: str, seen: Seen, home: Path, results: bytes) -> Seen:
    """With what became of it: the file that arrived, and whether a link opens."""
    if seen.code or operation not in ("download", "link"):
        return seen
    if operation == "download":
        (got,) = (home / "got").glob("*.zip")
        same = got.read_bytes() == results
    else:
        same = _opened(seen.said.split()[-1]) == results
    told = {"download": "as it is stored", "link": "opens"}[operation]
    return Seen(seen.code, f"{seen.said}{told if same else 'something else came'}\n")


def _opened(url: str) -> bytes:
    """As somebody without credentials does."""
    try:
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - http to a server of ours
            return answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return b""


@contextmanager
def open_lab(moto: MotoServer, directory: Path) -> Generator[Lab]:
    """One for all rows."""
    import boto3

    client: S3Client = boto3.client(  # pyright: ignore[reportUnknownMemberType]
        "s3",
        endpoint_url=moto.url,
        region_name="us-east-1",
        aws_access_key_id=KEY_ID,
        aws_secret_access_key=SECRET_KEY,
    )
    try:
        yield Lab(moto, directory, client)
    finally:
        client.close()


def unexpected(lab: Lab, name: str) -> list[str]:
    """What came of operations that should have ended otherwise, in all its words."""
    return [
        f"{operation}: expected {ROWS[name].expected(operation)}, came {seen.code}: {seen.said}"
        for operation, seen in lab.outcomes(name)
        if not ROWS[name].expected(operation).is_that_of(seen)
    ]


def main(names: Sequence[str]) -> None:
    """Prints what came of each operation in each row, and where that is not what is expected."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        moto = stack.enter_context(MotoServer(directory))
        lab = stack.enter_context(open_lab(moto, directory))
        for name in names or ROWS:
            for operation, seen in lab.outcomes(name):
                expected = ROWS[name].expected(operation)
                line = f"{name:<40} {operation:<9} {seen.code}  {seen.gist}"
                right = expected.is_that_of(seen)
                print(line[:200] if right else f"{line}\n    EXPECTED {expected}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
