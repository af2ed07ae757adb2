"""Questions for codes that nobody answers."""

from core.errors import StoreCredentialsError
from core.ports.mfa_prompt import CodeQuestion, MfaPrompt
from core.printable import brief


class NoMfaPrompt(MfaPrompt):
    """Where no person can be asked."""

    def code_for(self, question: CodeQuestion) -> str:
        """Nobody has one."""
        raise nobody_to_ask(question)

    def close(self) -> None:
        """Nobody waits."""


def nobody_to_ask(question: CodeQuestion) -> StoreCredentialsError:
    """A script, or a process without a terminal."""
    named = brief(question.aws_profile) or "NAME"
    return StoreCredentialsError(
        f"{_needs(question)}, and nobody can be asked for it here.",
        todo="Run it in a terminal and without --json. Or let the AWS CLI ask before: `aws sts "
        f"get-caller-identity --profile {named}` keeps the credentials where RunFerry finds them.",
    )


def not_now(question: CodeQuestion) -> StoreCredentialsError:
    """Somebody was asked, and had none."""
    return StoreCredentialsError(
        f"{_needs(question)}, and none was given.",
        kept="What is queued stays queued.",
        todo="Retry: the code is asked for again.",
    )


def _needs(question: CodeQuestion) -> str:
    device = brief(question.device)
    role = f"The role {brief(question.role)}" if question.role else "A role"
    return f"{role} needs a code of the MFA device {device}"
