"""`runferry` and `python -m tui`."""

import sys

from tui.cli import run
from tui.diagnostics import install_hooks


def main() -> None:
    """Runs the command line and exits with its code."""
    install_hooks()
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
