"""Who hands out credentials inside of clouds: containers, instances and single sign-on."""

import json
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from tests.servers.in_thread import InThread

_ROLE = "/latest/meta-data/iam/security-credentials/"


class CredentialServer(InThread, ThreadingHTTPServer):
    """Runs while the block lasts. Every request for credentials gets new ones, counted from 1.

    They last `minutes`; those that last less than ten are renewed before every use.
    """

    daemon_threads = True

    def __init__(self, minutes: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.handed_out = 0
        self.asked: list[str] = []
        self._minutes = minutes

    def make(self) -> dict[str, object]:
        """The next credentials, in the words of containers and instances."""
        self.handed_out += 1
        return {
            "Code": "Success",
            "AccessKeyId": key_id(self.handed_out),
            "SecretAccessKey": secret_key(self.handed_out),
            "Token": f"HandedOutToken{self.handed_out:018d}",
            "Expiration": self._end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def make_for_sso(self) -> dict[str, object]:
        """The next credentials, in the words of single sign-on."""
        made = self.make()
        return {
            "roleCredentials": {
                "accessKeyId": made["AccessKeyId"],
                "secretAccessKey": made["SecretAccessKey"],
                "sessionToken": made["Token"],
                "expiration": int(self._end.timestamp() * 1000),
            }
        }

    @property
    def _end(self) -> datetime:
        return datetime.now(UTC) + timedelta(minutes=self._minutes)


def key_id(number: int) -> str:
    """That of the credentials with this number."""
    return f"ASIAHANDEDOUT{number:07d}"


def secret_key(number: int) -> str:
    """That of the credentials with this number."""
    return f"HandedOutSecret{number:017d}"


class _Handler(BaseHTTPRequestHandler):
    def serve(self) -> None:
        server = cast("CredentialServer", self.server)
        path = self.path.partition("?")[0]
        server.asked.append(path)
        if path == "/latest/api/token":
            self._send(b"metadata-session-token")
        elif path == _ROLE:
            self._send(b"workstation")
        elif path == "/federation/credentials":
            self._send(json.dumps(server.make_for_sso()).encode())
        else:
            self._send(json.dumps(server.make()).encode())

    # http.server finds them by these names
    do_GET = do_PUT = serve  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Tests look at `asked`."""

    def _send(self, body: bytes) -> None:
        self.send_response_only(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
