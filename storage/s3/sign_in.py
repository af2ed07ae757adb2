"""What getting credentials needs beside the settings."""

import threading
from dataclasses import dataclass, field

from core.ports.mfa_prompt import MfaPrompt
from core.waiting.store_waits import StoreWaits
from core.waiting.unanswered import NoMfaPrompt
from storage.machine.system import SystemClock
from storage.s3.role_cache import RoleCache


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
