"""What else brings a tree into a bucket: command lines and their environment.

`make bench-peers` installs them; `zip` has to be there.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.discard_endpoint import Endpoint

_INSTALLED = Path(__file__).with_name(".peers")
_PROGRAMS = _INSTALLED / "bin"
_BUCKET = "s3://bench"


def installed() -> bool:
    """Whether there is anything to compare with."""
    return (_INSTALLED / ".installed").exists() and shutil.which("zip") is not None


def environ_for(endpoint: Endpoint) -> dict[str, str]:
    """All of them find the endpoint in it, and so does RunFerry."""
    return endpoint.environ | {
        "S3_ENDPOINT_URL": endpoint.url,
        "RCLONE_CONFIG": "/dev/null",
        "RCLONE_CONFIG_BENCH_TYPE": "s3",
        "RCLONE_CONFIG_BENCH_PROVIDER": "Other",
        "RCLONE_CONFIG_BENCH_ENDPOINT": endpoint.url,
        "RCLONE_CONFIG_BENCH_ENV_AUTH": "true",
        "RCLONE_CA_CERT": endpoint.ca_file,
        "RCLONE_S3_NO_CHECK_BUCKET": "true",
    }


def zip_6_into_aws(tree: Path) -> list[str]:
    """What people do: nothing is written to the disk."""
    return _zip_into_aws(tree, 6)


def zip_1_into_aws(tree: Path) -> list[str]:
    """The same, in a hurry."""
    return _zip_into_aws(tree, 1)


def aws_sync(tree: Path) -> list[str]:
    """File by file."""
    return [_program("aws"), "s3", "sync", "--only-show-errors", str(tree), f"{_BUCKET}/tree"]


def s5cmd_cp(tree: Path) -> list[str]:
    """File by file, many at once."""
    return [_s5cmd(), "--log", "error", "cp", f"{tree}/", f"{_BUCKET}/tree/"]


def rclone_copy(tree: Path) -> list[str]:
    """File by file, four at once."""
    return [_program("rclone"), "copy", str(tree), "bench:bench/tree"]


def rclone_archive(tree: Path) -> list[str]:
    """One ZIP, whose members are stored without compression."""
    return [_program("rclone"), "archive", "create", str(tree), "bench:bench/tree.zip"]


def igzip_1(tree: Path) -> list[str]:
    """The largest file of the tree through ISA-L and nothing else, into /dev/null."""
    largest = max(tree.rglob("*"), key=lambda path: path.stat().st_size)
    igzip = shutil.which("igzip")
    command = [igzip] if igzip else [sys.executable, "-m", "isal.igzip"]
    return [*command, "-1", "-c", str(largest)]


def versions() -> Mapping[str, str]:
    """What was compared with."""
    commands = {
        "zip": ["zip", "-v"],
        "awscli": [_program("aws"), "--version"],
        "s5cmd": [_s5cmd(), "version"],
        "rclone": [_program("rclone"), "version"],
    }
    return {name: _version(command) for name, command in commands.items()}


def _zip_into_aws(tree: Path, level: int) -> list[str]:
    script = f'cd "$0" && zip -q -r -{level} - . | "$1" s3 cp - {_BUCKET}/tree.zip'
    return ["bash", "-e", "-o", "pipefail", "-c", script, str(tree), _program("aws")]


def _program(name: str) -> str:
    return str(_PROGRAMS / name)


def _s5cmd() -> str:
    """The program itself: what is in `bin` starts a Python before it."""
    return str(next(_INSTALLED.glob("lib/python*/site-packages/s5cmd/bin/s5cmd")))


def _version(command: list[str]) -> str:
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return next(
        word for line in lines for word in line.replace("/", " ").split() if _numbered(word)
    )


def _numbered(word: str) -> bool:
    return "." in word and word.removeprefix("v")[0].isdigit()
