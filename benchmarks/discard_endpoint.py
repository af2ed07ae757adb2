"""Runs discard_s3.c: an S3 server that costs little beside the program that is measured.

Needs a C compiler, the headers of OpenSSL (libssl-dev) and the `openssl` command.
"""

import json
import os
import ssl
import subprocess
import tempfile
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path
from typing import IO, cast

_SOURCE = Path(__file__).with_name("discard_s3.c")
_PROGRAM = Path(__file__).with_name(".build") / "discard_s3"
_SELF_SIGNED = ("openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost")
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
_NAMES = ("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
_USE = ("-addext", "keyUsage=critical,digitalSignature,keyCertSign")


@dataclass(frozen=True)
class Received:
    """What came since the start. `bytes` are those within TLS, headers too; `stored` are bodies."""

    requests: int
    bytes: int
    objects: int
    stored: int


@dataclass(frozen=True)
class Endpoint:
    """Any bucket exists. `ca_file` is also the certificate; any credentials do."""

    address: str
    ca_file: str

    @property
    def url(self) -> str:
        """That of an S3 server."""
        return f"https://{self.address}"

    @property
    def environ(self) -> dict[str, str]:
        """What makes RunFerry, the AWS command line and most SDKs use it; instead of os.environ."""
        known = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "RUNFERRY_"))}
        return known | {
            "AWS_ENDPOINT_URL_S3": self.url,
            "AWS_CA_BUNDLE": self.ca_file,
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def received(self) -> Received:
        """Until now."""
        trust = ssl.create_default_context(cafile=self.ca_file)
        with closing(HTTPSConnection(self.address, context=trust)) as connection:
            connection.request("GET", "/_received")
            return Received(**json.load(connection.getresponse()))


@contextmanager
def discarding(bytes_per_second: int = 0) -> Generator[Endpoint]:
    """An empty endpoint on a free port of the loopback; 0: as fast as it goes.

    All connections share the bytes per second. It ends with the block, or with this process.
    """
    with tempfile.TemporaryDirectory() as directory:
        certificate, key = f"{directory}/ca.pem", f"{directory}/key.pem"
        files = ("-out", certificate, "-keyout", key)
        _run([*_SELF_SIGNED, *_KEY, *_NAMES, *_USE, *files])
        command = [_built(), certificate, key, str(bytes_per_second)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as server:  # at the end its input is closed, which ends it
            port = cast("IO[str]", server.stdout).readline().strip()
            if not port:
                raise SystemExit("The discarding endpoint did not start.")
            yield Endpoint(f"127.0.0.1:{port}", certificate)


def _built() -> str:
    """The program, compiled again when its source is newer."""
    _PROGRAM.parent.mkdir(exist_ok=True)
    if not _PROGRAM.exists() or _PROGRAM.stat().st_mtime < _SOURCE.stat().st_mtime:
        libraries = ["-lssl", "-lcrypto", "-lpthread"]
        _run(["cc", "-O2", "-std=gnu11", "-Wall", str(_SOURCE), "-o", str(_PROGRAM), *libraries])
    return str(_PROGRAM)


def _run(command: Sequence[str]) -> None:
    """Quiet, unless it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
