"""moto's S3 server as a process of its own."""

import http.client
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

_STARTED = re.compile(r"Running on (http://127\.0\.0\.1:[0-9]+)")
_START_SECONDS = 60
# Ends with the process that started it, however that ends: its end of the pipe is then closed.
# Half of its CPU time went into a log of requests, and into finding out for each of them that it
# is one to S3.
# moto looks whether a condition holds, and then writes: S3 has nobody write in between. What is
# locked has been received, so that nobody waits for a client that sends slowly.
_PROGRAM = """
import functools, gc, os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler
from moto.s3.responses import S3Response
from moto.server import main
MotoRequestHandler.log_request = lambda *_: None
DomainDispatcherApplication.get_backend_for_host = functools.cache(
    DomainDispatcherApplication.get_backend_for_host
)
answer, writing = S3Response._key_response, threading.Lock()
def answer_one_writer(self, request, full_url):
    if request.method in ("GET", "HEAD"):
        return answer(self, request, full_url)
    with writing:
        return answer(self, request, full_url)
S3Response._key_response = answer_one_writer
gc.freeze()
main(["--host", "127.0.0.1", "--port", "0"])
"""


class MotoServer:
    """Runs while the block lasts. Checks no signature: any credentials will do."""

    def __init__(self, directory: Path) -> None:
        self._log = directory / "moto.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        self.url = self._wait_for_url(self._process)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process and self._process.stdin:
            self._process.terminate()
            self._process.wait()
            self._process.stdin.close()

    def create_bucket(self, name: str) -> None:
        """Without boto3, whose clients take a tenth of a second to make."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc)
        connection.request("PUT", f"/{name}")
        status = connection.getresponse().status
        connection.close()
        if status != http.client.OK:
            raise RuntimeError(f"moto answered {status}")

    def _wait_for_url(self, process: subprocess.Popen[bytes]) -> str:
        deadline = time.monotonic() + _START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            if started := _STARTED.search(self._log.read_text()):
                return started[1]
            time.sleep(0.02)
        raise RuntimeError(f"moto did not start: {self._log.read_text()}")
