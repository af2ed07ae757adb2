"""The strict server as a process of its own: `python -m tests.servers.strict nolist,nodelete`.

Prints the address, then each request as it comes, until its standard input closes.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.servers.fault_server import Fault, Seen
from tests.servers.moto_server import MotoServer
from tests.servers.strict.modes import MODES
from tests.servers.strict.policy import Policy
from tests.servers.strict.server import Rule, StrictServer


class _Telling(StrictServer):
    def take(self, seen: Seen) -> Fault | None:
        before = len(self.refused)
        fault = super().take(seen)
        refused = " ".join(str(answer.status) for _, answer in self.refused[before:])
        print(seen.method, seen.target, refused, flush=True)  # noqa: T201
        return fault


def main() -> None:
    """Without an address to pass on to, it starts moto and makes the bucket `lab` there."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers.strict")
    parser.add_argument("modes", nargs="?", default="", help=", ".join(MODES))
    parser.add_argument("--policy", type=Path, help="a file with a policy document")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--upstream", default="")
    options = parser.parse_args()
    with ExitStack() as stack:
        upstream = options.upstream or _moto(stack)
        rules = _rules(options.modes, options.policy)
        server = stack.enter_context(_Telling(upstream, *rules, port=options.port))
        print(server.url, flush=True)  # noqa: T201
        sys.stdin.read()


def _moto(stack: ExitStack) -> str:
    directory = stack.enter_context(tempfile.TemporaryDirectory())
    moto = stack.enter_context(MotoServer(Path(directory)))
    moto.create_bucket("lab")
    return moto.url


def _rules(modes: str, policy: Path | None) -> Sequence[Rule]:
    named = [MODES[name]() for name in modes.split(",") if name]
    return [*named, Policy(json.loads(policy.read_text()))] if policy else named


if __name__ == "__main__":
    main()
