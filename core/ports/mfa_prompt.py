"""Asking a person for the code of an MFA device."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class CodeQuestion:
    """What the code is for: the role of an AWS profile. `device` is its serial number or ARN.

    `refused` is whether the code before was not accepted.
    """

    device: str
    role: str = ""
    aws_profile: str = ""
    refused: bool = False


class MfaPrompt(Protocol):
    """Callable from any thread; asks one question at a time, however many threads ask.

    A code is given to who asked for it, and kept nowhere.
    """

    def code_for(self, question: CodeQuestion) -> str:
        """Six digits; blocks until a person has answered.

        Raises StoreCredentialsError when nobody can be asked or the answer is "not now", and
        TransferCancelledError when the transfer of this thread was given up meanwhile.
        """
        ...

    def close(self) -> None:
        """Nobody is asked any more: whoever waits for an answer gets the error. Safe to repeat."""
        ...


def is_code(text: str) -> bool:
    """Whether it can be one: all devices show six digits."""
    return len(text) == _DIGITS and text.isascii() and text.isdecimal()


_DIGITS = 6
