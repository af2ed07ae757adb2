"""A person with an MFA device."""

from core.ports.mfa_prompt import CodeQuestion, MfaPrompt
from core.waiting.unanswered import not_now


class FakeMfaPrompt(MfaPrompt):
    """Has these codes, in this order; none is "not now". `asked` are the questions."""

    def __init__(self, *codes: str) -> None:
        self.codes = list(codes)
        self.asked: list[CodeQuestion] = []
        self.closed = False

    def code_for(self, question: CodeQuestion) -> str:
        self.asked.append(question)
        if self.closed or not self.codes:
            raise not_now(question)
        return self.codes.pop(0)

    def close(self) -> None:
        self.closed = True
