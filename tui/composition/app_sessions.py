"""The sessions of one app: one at a time, the next of which may be on another store."""

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Self

from core.errors import RunFerryError
from tui.background import failure_of
from tui.composition.options import Options
from tui.composition.session import Session
from tui.dialog_prompt import DialogMfaPrompt
from tui.reopening import Opened, Reopening

MakeSession = Callable[[Options, DialogMfaPrompt], Session]


def _make(options: Options, prompt: DialogMfaPrompt) -> Session:
    return Session(options, prompt=prompt)


class AppSessions(Reopening):
    """Each is closed before the next one opens: of one state and store there is one agent and one watch."""

    def __init__(self, options: Options, make: MakeSession = _make) -> None:
        """`make` is called on any thread."""
        self._options = options
        self._make = make
        self._turn = threading.Lock()
        self._open = ExitStack()
        self._session: Session | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._turn:
            self._open.__exit__(kind, error, trace)

    def begin(self, prompt: DialogMfaPrompt) -> Session:
        """The first one."""
        return self._begun(self._options, prompt)

    def check(self, profile: str) -> None:
        """Makes what stands for the store, and lets it go."""
        with self._make(self._options.of_profile(profile), DialogMfaPrompt()) as session:
            session.store.close()

    def reopen(self, profile: str, roots: Sequence[str]) -> Opened:
        """One at a time, whoever asks."""
        with self._turn:
            before = self._options
            self._end()
            try:
                return self._opened(before.of_profile(profile), roots)
            except RunFerryError as error:
                self._end()
                return replace(self._opened(before, roots), failure=failure_of(error))

    def _opened(self, options: Options, roots: Sequence[str]) -> Opened:
        prompt = DialogMfaPrompt()
        services = self._begun(options, prompt).app_services(roots)
        self._options = options
        return Opened(services, prompt)

    def _begun(self, options: Options, prompt: DialogMfaPrompt) -> Session:
        self._session = self._open.enter_context(self._make(options, prompt))
        return self._session

    def _end(self) -> None:
        self._open.close()
        if self._session:
            self._session.let_go()
            self._session = None
