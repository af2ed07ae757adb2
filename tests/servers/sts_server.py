"""An STS that wants the codes of an MFA device, as AWS has it."""

import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qs

from tests.servers.in_thread import InThread

DEVICE = "arn:aws:iam::123456789012:mfa/researcher"
ROLE = "arn:aws:iam::123456789012:role/writer"
OTHER_ROLE = "arn:aws:iam::210987654321:role/archive"
_WRONG = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"


class StsServer(InThread, ThreadingHTTPServer):
    """Runs while the block lasts. `codes` are those of the device, each good for one use.

    Credentials are counted from 1; they last as long as is asked for, or `seconds` if that is set. Roles
    in `denied` trust nobody. `asked` are the parameters of all requests, codes too.
    """

    daemon_threads = True

    def __init__(self, *codes: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.codes = list(codes)
        self.seconds: int | None = None
        self.denied = set[str]()
        self.asked: list[dict[str, str]] = []
        self.signed_by: list[str] = []
        self._lock = threading.Lock()

    def answer(self, asked: dict[str, str], key_id: str) -> tuple[int, str]:
        """Status and XML."""
        with self._lock:
            self.asked.append(asked)
            self.signed_by.append(key_id)
            number = len(self.asked)
            role = asked["RoleArn"]
            if role in self.denied:
                who = "arn:aws:iam::123456789012:user/researcher"
                return _refusal(
                    f"User: {who} is not authorized to perform: sts:AssumeRole on resource: {role}"
                )
            if role == ROLE:
                if asked.get("SerialNumber") != DEVICE or asked.get("TokenCode") not in self.codes:
                    return _refusal(_WRONG)
                self.codes.remove(asked["TokenCode"])
        lasts = self.seconds or int(asked.get("DurationSeconds", "3600"))
        end = datetime.now(UTC) + timedelta(seconds=lasts)
        return 200, _answer(number, role, f"{end:%Y-%m-%dT%H:%M:%SZ}")


def key_id(number: int) -> str:
    """That of the credentials which the request with this number brought."""
    return f"ASIAOFAROLE{number:09d}"


def secret_key(number: int) -> str:
    """That of the credentials which the request with this number brought."""
    return f"SecretOfARole{number:019d}"


def _refusal(message: str) -> tuple[int, str]:
    return 403, (
        f'<ErrorResponse xmlns="{_NAMESPACE}"><Error><Type>Sender</Type><Code>AccessDenied</Code>'
        f"<Message>{message}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>"
    )


def _answer(number: int, role: str, end: str) -> str:
    return (
        f'<AssumeRoleResponse xmlns="{_NAMESPACE}"><AssumeRoleResult><Credentials>'
        f"<AccessKeyId>{key_id(number)}</AccessKeyId>"
        f"<SecretAccessKey>{secret_key(number)}</SecretAccessKey>"
        f"<SessionToken>TokenOfARole{number:020d}</SessionToken>"
        f"<Expiration>{end}</Expiration></Credentials>"
        f"<AssumedRoleUser><Arn>{role.replace(':role', ':assumed-role')}/s</Arn>"
        "<AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser></AssumeRoleResult>"
        "<ResponseMetadata><RequestId>r-2</RequestId></ResponseMetadata></AssumeRoleResponse>"
    )


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        form = parse_qs(self.rfile.read(length).decode())
        signature = self.headers.get("Authorization", "")
        signed_by = signature.partition("Credential=")[2].partition("/")[0]
        asked = {name: values[0] for name, values in form.items()}
        status, body = cast("StsServer", self.server).answer(asked, signed_by)
        self.send_response_only(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Tests look at `asked`."""
