"""`runferry` and `python -m runferry_app`: RunFerry's packages come before all of the same name.

Others have a `core`, a `storage` or a `tui`, too: what a cluster's modules put on `PYTHONPATH`,
the current directory, an editable installation in the same environment.
"""

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))
# In the wheel they lie beside this file, in a checkout beside its directory.
_ROOT = _HERE if os.path.isdir(os.path.join(_HERE, "core")) else os.path.dirname(_HERE)


def main() -> None:
    """Runs the command line and exits with its code."""
    sys.path.insert(0, _ROOT)
    for name in ("core", "storage", "tui"):
        found = getattr(__import__(name), "__file__", None) or "nowhere"
        if os.path.realpath(found) != os.path.realpath(os.path.join(_ROOT, name, "__init__.py")):
            sys.stderr.write(_TAKEN.format(name=name, found=found))
            sys.exit(2)
    from tui.__main__ import main as run

    run()


# Not even the first place on the path helps against what `sitecustomize` or a .pth file imported.
_TAKEN = """\
runferry: Python had loaded another package "{name}", from {found}, before RunFerry could start.
Nothing was changed. Start it without what is on PYTHONPATH (`env -u PYTHONPATH runferry`), or install
it into an environment of its own (`pipx install`, `uv tool install`).
"""

if __name__ == "__main__":
    main()
