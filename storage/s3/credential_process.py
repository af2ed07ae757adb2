"""The program that `credential_process` of an AWS profile names."""

import json
import os
import shlex
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from core.errors import StoreCredentialsError
from core.printable import brief, harmless
from core.redaction import redact, register
from storage.s3.sign_in import SignIn

if TYPE_CHECKING:
    from botocore.credentials import Credentials

_SECRETS = ("AccessKeyId", "SecretAccessKey", "SessionToken")
_SAID = 500
"""Characters of what the program said, from its end."""


@dataclass(frozen=True)
class ProcessCredentials:
    """Stands in for botocore's ProcessProvider, which waits for ever and throws away what is said.

    The program has no terminal: it cannot ask behind the app's back.
    """

    METHOD = "custom-process"
    CANONICAL_NAME = None

    aws_profile: str
    read_settings: Callable[[], dict[str, Any]]
    sign_in: SignIn

    def load(self) -> "Credentials | None":
        """None for a profile without such a program. Raises StoreCredentialsError."""
        from botocore.credentials import Credentials, RefreshableCredentials

        if not self._command:
            return None
        made = self._fetch()
        if made["expiry_time"] is None:
            return Credentials(made["access_key"], made["secret_key"], made["token"], self.METHOD)
        return RefreshableCredentials.create_from_metadata(made, self._fetch, self.METHOD)

    @property
    def _command(self) -> str:
        command = self._profile.get("credential_process", "")
        if not isinstance(command, str):
            raise self._failure("cannot be read: it does not stand on one line")
        return command.strip()

    @property
    def _profile(self) -> dict[str, Any]:
        return self.read_settings()["profiles"].get(self.aws_profile, {})

    def _fetch(self) -> dict[str, Any]:
        """What botocore makes credentials of."""
        printed = self._answer(self._run())
        account = printed.get("AccountId") or self._profile.get("aws_account_id")
        return {
            "access_key": printed["AccessKeyId"],
            "secret_key": printed["SecretAccessKey"],
            "token": printed.get("SessionToken"),
            "expiry_time": printed.get("Expiration"),
            "account_id": account,
        }

    def _run(self) -> bytes:
        try:
            arguments = shlex.split(self._command)
        except ValueError:
            arguments = []
        if not arguments:
            raise self._failure("cannot be read: a quotation mark has no counterpart")
        failure = None
        try:
            program = subprocess.Popen(  # noqa: S603 - the user's own, from the AWS settings
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            failure = self._failure(f"could not be started: {brief(arguments[0])}: {reason}")
        else:
            return self._output(program)
        raise failure

    def _output(self, program: "subprocess.Popen[bytes]") -> bytes:
        limit, printed = self.sign_in.process_seconds, None
        with program, self.sign_in.waits.attending(f"waiting for {self._name}"):
            try:
                printed, said = program.communicate(timeout=limit)
            except subprocess.TimeoutExpired as error:
                said = error.stderr or b""
                _end(program)
            except BaseException:
                _end(program)
                raise
        if printed is None:
            raise self._failure(f"did not end within {limit:g} seconds", said)
        if program.returncode:
            raise self._failure(f"failed ({_ending(program.returncode)})", said, printed)
        return printed

    def _answer(self, printed: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(printed)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise self._failure(
                f"printed {len(printed):,} bytes that are not the JSON of credentials"
            )
        answer = cast("dict[str, Any]", answer)
        for name in _SECRETS:
            if isinstance(answer.get(name), str):
                register(answer[name])
        if problem := _problem(answer):
            raise self._failure(f"printed {problem}")
        return answer

    @property
    def _name(self) -> str:
        return f'credential_process of the AWS profile "{brief(self.aws_profile)}"'

    def _failure(self, what: str, said: bytes = b"", printed: bytes = b"") -> StoreCredentialsError:
        """With what the program said last. What it printed, failing, may be credentials: only told."""
        _register_all(printed)
        text = harmless(redact(said.decode(errors="replace")).strip().replace("\n", " / "))
        quoted = f' It said: "{text[-_SAID:]}"' if text else ""
        return StoreCredentialsError(
            f"{self._name} {what}.{quoted}",
            todo="Run it by hand: it has to print its JSON "
            f"within {self.sign_in.process_seconds:g} seconds, and without a question.",
        )


def _problem(answer: dict[str, Any]) -> str:
    """Why botocore could not use it, or would without knowing why it fails; empty when all is well."""
    version = answer.get("Version")
    if version != 1:
        return f'"Version" {brief(repr(version))}, and not 1' if version else 'no "Version": 1'
    for name in _SECRETS[:2]:
        if not isinstance(answer.get(name), str) or not answer[name]:
            return f'no "{name}"'
    if not isinstance(answer.get("SessionToken"), str | None):
        return 'a "SessionToken" that is no text'
    return _problem_of_end(answer.get("Expiration"))


def _problem_of_end(end: object) -> str:
    if end is None:
        return ""
    moment = _moment(end)
    if moment is None:
        return f'an "Expiration" that is no time with a zone: {brief(repr(end))}'
    if moment <= datetime.now(UTC):
        return f"credentials that ended at {moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return ""


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _register_all(printed: bytes) -> None:
    """Every text of what may be the JSON of credentials, though the program failed."""
    try:
        answer = json.loads(printed)
    except (ValueError, RecursionError):
        return
    if isinstance(answer, dict):
        for name in _SECRETS:
            if isinstance(value := cast("dict[str, Any]", answer).get(name), str):
                register(value)


def _end(program: "subprocess.Popen[bytes]") -> None:
    """With all that it started, which may keep its output open."""
    with suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)


def _ending(code: int) -> str:
    return f"ended by signal {-code}" if code < 0 else f"exit code {code}"
