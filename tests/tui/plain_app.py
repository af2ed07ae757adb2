"""Run as a program in a pseudo-terminal: the app on a stage."""

import sys

from tests.tui.builders import Stage
from tui.app import RunFerryApp


def main() -> None:
    """`python -m tests.tui.plain_app`: until it is quit."""
    app = RunFerryApp(Stage().services())
    sys.exit(app.run() or app.return_code)


if __name__ == "__main__":
    main()
