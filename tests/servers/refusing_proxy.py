"""An HTTP proxy that lets nobody through."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from tests.servers.in_thread import InThread


class RefusingProxy(InThread, ThreadingHTTPServer):
    """Runs while the block lasts; answers every request, `CONNECT` as well, with this status."""

    daemon_threads = False

    def __init__(self, status: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = status
        self.asked: list[str] = []

    def url(self, login: str) -> str:
        """As environment variables name it; `login` as in "ada:password"."""
        return f"http://{login}@127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def serve(self) -> None:
        proxy = cast("RefusingProxy", self.server)
        proxy.asked.append(f"{self.command} {self.path}")
        page = b"<html>This proxy does not know you.</html>"
        self.send_response(proxy.status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page)

    # http.server finds them by these names
    do_CONNECT = do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = serve  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Tests look at `asked`."""
