"""Runs pytest where what only Linux has was taken away: `python -m tests.portable [ARGUMENTS]`.

`bare/sitecustomize.py` does that, in this process's child and in all of those that tests begin.
Without arguments the acceptance stories are run.
"""

import os
import subprocess
import sys
from pathlib import Path

BARE = Path(__file__).parent / "bare"
_ALL = ("-n", "auto", "--dist", "worksteal", "tests/contracts", "tests/acceptance")


def bare_environment() -> dict[str, str]:
    """That of this process, for Python processes on a system without what only Linux has."""
    already = os.environ.get("PYTHONPATH")
    return os.environ | {"PYTHONPATH": f"{BARE}{os.pathsep}{already}" if already else str(BARE)}


def main() -> int:
    """The exit code of pytest."""
    command = [sys.executable, "-m", "pytest", *(sys.argv[1:] or _ALL)]
    return subprocess.run(command, env=bare_environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
