"""Run as a program in a pseudo-terminal: an app that draws more than any terminal holds unread."""

import logging
import sys

from tests.tui.builders import Stage
from tui.app import RunFerryApp
from tui.diagnostics import install_hooks

MARK = "flood-begins"
_WRITES = 200
"""Of 64 KiB: more than fit into the terminal and into what waits to be written."""


class FloodingApp(RunFerryApp):
    """Its loop writes until nothing is taken any more; so there is nothing to be patient with."""

    PATIENCE = 0.5

    def flood(self) -> None:
        """Says so first."""
        assert self._driver
        self._driver.write(MARK)
        for _ in range(_WRITES):
            self._driver.write("x" * 65536)


def main() -> None:
    """`python -m tests.tui.flooding_app LOG`: begins by itself as soon as it is ready."""
    logging.basicConfig(filename=sys.argv[1])
    install_hooks()
    app = FloodingApp(Stage().services())
    app.call_later(app.flood)
    sys.exit(app.run() or app.return_code)


if __name__ == "__main__":
    main()
