"""What `runferry` runs, and `python -m tui` in a checkout."""

import gc
import signal
import sys

from tui.cli import run
from tui.diagnostics import install_hooks


def main() -> None:
    """Runs the command line and exits with its code."""
    # Importing makes many objects and no garbage: the default threshold costs the first frame 10 %.
    gc.set_threshold(50_000, 20, 20)
    install_hooks()
    # As ctrl+c, but for what lives long; and for scripts that want it ignored, with `trap '' TERM`.
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_IGN:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    code = run(sys.argv[1:])
    gc.freeze()  # nobody needs what the end of the interpreter would search for garbage
    sys.exit(code)


if __name__ == "__main__":
    main()
