"""An S3 server that fails as told: passes requests on to a real one, except for planned faults."""

import hashlib
import http.client
import re
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

from tests.servers.in_thread import InThread

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "expect", "content-length"}


@dataclass(frozen=True)
class Answer:
    """What is sent back. `cut` bytes of the body at most, then the connection breaks."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    cut: int | None = None


def refuse(
    status: int,
    code: str,
    *,
    message: str = "planned",
    extra: str = "",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """S3's own form of an error; `message` and `extra` are XML inside of it."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message}</Message>{extra}"
        "<RequestId>4442587FB7D0A2F9</RequestId></Error>"
    )
    return Answer(status, body.encode(), {"Content-Type": "application/xml", **(headers or {})})


def answering(answer: Answer) -> Callable[[], Answer]:
    """For faults that leave the real server out."""
    return lambda: answer


@dataclass
class Fault:
    """Hits requests of `method` whose target matches the pattern: `times`, after `skip`.

    `before` answers in the server's place; None lets the request through. `after` sees the real
    answer and changes it; None breaks the connection, so that the reply is lost.
    """

    method: str
    target: str
    before: Callable[[], Answer | None] = lambda: None
    after: Callable[[Answer], Answer | None] = lambda answer: answer
    skip: int = 0
    times: int = 1

    def hits(self, method: str, target: str) -> bool:
        """Whether this request is hit; counts it."""
        if method != self.method or not re.search(self.target, target) or not self.times:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True


class Seen(NamedTuple):
    """A request that arrived; names of headers in lower case.

    Of its body there are how many bytes were announced, how many came, and their SHA-256.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    announced: int = 0
    received: int = 0
    sha256: str = ""


def lost(_: Answer) -> None:
    """For `after`: the server did what was asked, and nobody hears of it."""


class FaultServer(InThread, ThreadingHTTPServer):
    """Runs while the block lasts; on a given port, as one that was stopped and starts again."""

    daemon_threads = False

    def __init__(self, upstream_url: str, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.upstream = urlsplit(upstream_url).netloc
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.seen: list[Seen] = []
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()

    def plan(self, fault: Fault) -> None:
        """Adds a fault; the first that hits a request takes effect."""
        with self._lock:
            self._faults.append(fault)

    def forget_faults(self) -> None:
        """From now on it only passes requests on."""
        with self._lock:
            self._faults.clear()

    def requests(self, method: str, target: str) -> list[Seen]:
        """Those seen so far whose target matches the pattern."""
        with self._lock:
            return [s for s in self.seen if s.method == method and re.search(target, s.target)]

    def count(self, method: str, target: str) -> int:
        """How many of them."""
        return len(self.requests(method, target))

    def take(self, seen: Seen) -> Fault | None:
        """The fault for a request, which is noted."""
        with self._lock:
            self.seen.append(seen)
            hits = (fault for fault in self._faults if fault.hits(seen.method, seen.target))
            return next(hits, None)

    def forwarded(self, target: str, headers: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
        """What the real server is asked for that request."""
        return target, headers

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        with self._lock:
            for connection in self._connections:  # ends the threads of kept-alive connections
                connection.shutdown(socket.SHUT_RDWR)
        super().__exit__()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)


class ForsakenServer(FaultServer):
    """Its clients are killed in mid-sentence."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """They cannot be answered any more."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def serve(self) -> None:
        server = cast("FaultServer", self.server)
        announced = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(announced)
        headers = {name.lower(): value for name, value in self.headers.items()}
        digest = hashlib.sha256(body).hexdigest()
        seen = Seen(self.command, self.path, headers, announced, len(body), digest)
        fault = server.take(seen)
        answer = fault.before() if fault else None
        if not answer:
            answer = self._upstream(server, body)
            answer = fault.after(answer) if fault else answer
        if answer:
            self._send(answer)
        else:
            self.close_connection = True

    # http.server finds them by these names
    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = serve  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Tests look at `seen`."""

    def _upstream(self, server: FaultServer, body: bytes) -> Answer:
        connection = http.client.HTTPConnection(server.upstream)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in _HOP_BY_HOP}
        target, headers = server.forwarded(self.path, headers)
        connection.request(self.command, target, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        kept = {k: v for k, v in answer.getheaders() if k.lower() not in _HOP_BY_HOP}
        if self.command == "HEAD":
            kept["Content-Length"] = answer.getheader("Content-Length", "0")
        return Answer(answer.status, content, kept)

    def _send(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        body = b"" if self.command == "HEAD" else answer.body
        self.wfile.write(body[: answer.cut])
        self.close_connection = answer.cut is not None
