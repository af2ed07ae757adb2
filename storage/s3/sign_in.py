"""What getting credentials needs beside the settings."""

import threading
from dataclasses import dataclass, field

from core.errors import StoreCredentialsError
from core.ports.mfa_prompt import CodeQuestion, MfaPrompt
from core.printable import printable
from core.waiting.store_waits import StoreWaits
from storage.machine.system import SystemClock
from storage.s3.role_cache import RoleCache


class NoMfaPrompt(MfaPrompt):
    """Where no person can be asked."""

    def code_for(self, question: CodeQuestion) -> str:
        raise StoreCredentialsError(
            f"{about(question)} needs a code of the MFA device "
            f"{printable(question.device)}, and nobody can be asked for it here.",
            todo="Run the command in a terminal and without --json, or in the app; or let the AWS CLI "
            "ask first (any command of it, with the same AWS profile), which keeps the "
            "credentials for RunFerry, too.",
        )

    def close(self) -> None:
        """Nobody waits."""


def about(question: CodeQuestion) -> str:
    """What needs the code; fits at the beginning of a sentence."""
    role = f"The role {printable(question.role)}" if question.role else "A role"
    profile = printable(question.aws_profile)
    return f'{role} of the AWS profile "{profile}"' if profile else role


def _waits() -> StoreWaits:
    return StoreWaits(SystemClock())


@dataclass(frozen=True)
class SignIn:
    """One for all clients of a profile. `turn`: they get credentials one after the other.

    So a code is asked for once, and the others find in `roles` what came of it. A program that makes
    credentials has `process_seconds`; what is waited for is told to `waits`.
    """

    prompt: MfaPrompt = field(default_factory=NoMfaPrompt)
    waits: StoreWaits = field(default_factory=_waits)
    process_seconds: float = 60.0
    roles: RoleCache = field(default_factory=RoleCache)
    turn: threading.Lock = field(default_factory=threading.Lock)
