"""Codes of MFA devices, asked for in a dialog of the app."""

import threading
from collections.abc import Callable

from core.ports.mfa_prompt import CodeQuestion, MfaPrompt
from core.waiting.giving_up import check_given_up
from core.waiting.unanswered import not_now

_GLANCE_SECONDS = 0.1


class DialogMfaPrompt(MfaPrompt):
    """Where threads that need a code meet the app, which shows one question at a time.

    After "not now" nobody is asked until `ask_again`: what reads the store by itself would go on asking.
    A question that is asked before there is an app waits for it.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._changed = threading.Condition()
        self._show: Callable[[CodeQuestion | None], None] = lambda _: None
        self._question: CodeQuestion | None = None
        self._answer: str | None = None
        self._declined = False
        self._closed = False

    def code_for(self, question: CodeQuestion) -> str:
        """Posts the question to the app, and waits."""
        with self._turn:
            check_given_up()
            try:
                code = "" if self._declined else self._asked(question)
            finally:
                self._set(None)
        if not code:
            raise not_now(question)
        return code

    def show_with(self, show: Callable[[CodeQuestion | None], None]) -> None:
        """From now on there is an app. `show` is called on any thread, and only posts.

        It is given None when the question is none any more.
        """
        with self._changed:
            self._show = show
            question = self._question
        show(question)

    def answer(self, question: CodeQuestion, code: str) -> None:
        """Empty for "not now". Of a question that is none any more it answers no other one."""
        with self._changed:
            if self._question is question:
                self._answer = code
                self._declined = not code
                self._changed.notify_all()

    def ask_again(self) -> None:
        """The user wants something of the store."""
        self._declined = False

    def close(self) -> None:
        """Whoever waits is told at once."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _asked(self, question: CodeQuestion) -> str:
        """Empty for "not now"."""
        self._set(question)
        with self._changed:
            while self._answer is None and not self._closed:
                self._changed.wait(_GLANCE_SECONDS)
                check_given_up()
            return self._answer or ""

    def _set(self, question: CodeQuestion | None) -> None:
        with self._changed:
            changes = self._question != question
            self._question, self._answer = question, None
            show = self._show
        if changes:
            show(question)
