"""Run as a program in a pseudo-terminal: an app whose handler fails with secrets in its hands."""

import logging
import sys

from textual.binding import Binding

from tests.tui.builders import Stage
from tui.app import RunFerryApp
from tui.services import AppServices

CANARY = "canary-b7f3e9"


class CrashingApp(RunFerryApp):
    """Fails on F9, in one of two ways."""

    BINDINGS = [Binding("f9", "fail", "fail")]  # noqa: RUF012 - as declared by Textual

    def __init__(self, services: AppServices, *, renders_itself: bool = False) -> None:
        super().__init__(services)
        self._renders_itself = renders_itself

    def action_fail(self) -> None:
        """A local variable, the message and the error itself hold the canary."""
        aws_secret_access_key = f"{CANARY}-local"
        raise (
            TalkativeError(aws_secret_access_key)
            if self._renders_itself
            else ValueError(f"cannot use {CANARY}-message")
        )


class TalkativeError(Exception):
    """Textual prints the rich rendering of errors that have one."""

    def __rich__(self) -> str:
        return str(self)


def main() -> None:
    """`python -m tests.tui.crashing_app LOG`: crashes by itself as soon as it is ready."""
    logging.basicConfig(filename=sys.argv[1])
    stage = Stage()
    app = CrashingApp(stage.services(), renders_itself=len(sys.argv) > 2)
    app.call_later(app.action_fail)
    app.run()
    sys.exit(app.return_code)


if __name__ == "__main__":
    main()
