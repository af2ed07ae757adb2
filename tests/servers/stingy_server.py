"""A server that accepts connections, takes requests, and says the same little to each, then nothing."""

import threading
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import cast

from tests.servers.in_thread import InThread

_DEADLINE = 60.0


class StingyServer(InThread, ThreadingTCPServer):
    """Runs while the block lasts. `asked` is how many requests came so far."""

    daemon_threads = False

    def __init__(self, says: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.says = says
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.asked = 0
        self.over = threading.Event()
        self._lock = threading.Lock()

    def count(self) -> None:
        """One request more."""
        with self._lock:
            self.asked += 1

    def __exit__(self, *_: object) -> None:
        self.over.set()
        super().__exit__()


class _Handler(StreamRequestHandler):
    def handle(self) -> None:
        server, announced = cast("StingyServer", self.server), 0
        while (line := self.rfile.readline()).strip():
            name, _, value = line.lower().partition(b":")
            announced = int(value) if name == b"content-length" else announced
        self.rfile.read(announced)
        server.count()
        self.wfile.write(server.says)
        server.over.wait(_DEADLINE)
