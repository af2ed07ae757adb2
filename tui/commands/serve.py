"""`runferry serve`: the app in a browser on this machine."""

import os
import shlex
import socket
import sys
from collections.abc import Sequence
from contextlib import closing

import click

from core.errors import EXIT_OK
from tui.commands.options import PATH, store_options
from tui.output import note, say

_PORT = 8000


@click.command()
@click.argument("roots", nargs=-1, type=PATH, metavar="[ROOT]...")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=_PORT,
    show_default=True,
    help="Where the browser finds it; 0 for any that is free.",
)
@click.option("--writable", is_flag=True, help="Let the page change things, too.")
@click.option("--read-only", is_flag=True, help="As it is without --writable: for looking.")
@store_options
def serve(
    roots: tuple[str, ...],
    port: int,
    writable: bool,
    read_only: bool,
    profile: str,
    bucket: str,
) -> int:
    """Show the app in a browser on this machine, for looking.

    The address that is printed has a token in it: whoever knows it has the app, as the user who started this. It
    counts until ctrl+c, and nobody on another machine can reach it. Needs the extra `web`.
    """
    if writable and read_only:
        raise click.UsageError("Only one of --writable and --read-only can be given.")
    try:
        from tui.web.server import WebServer
    except ModuleNotFoundError as error:
        raise click.UsageError(
            f"The browser needs the extra `web`, which is not installed (no {error.name}):"
            ' `pip install "runferry[web]"`, or have pipx add it: `pipx inject runferry textual-serve`.'
        ) from None
    with closing(_listen(port)) as listening:
        app = _app(roots, writable=writable, profile=profile, bucket=bucket)
        server = WebServer(shlex.join(app), listening, "RunFerry")
        say(server.address)
        note(f"{'Changes are possible' if writable else 'For looking only'}. ctrl+c ends it.")
        server.run()
    return EXIT_OK


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen()  # who is told the address may come at once
    except OSError as error:
        listening.close()
        raise click.UsageError(f"Port {port} cannot be used: {error.strerror}.") from None
    return listening


def _app(roots: Sequence[str], *, writable: bool, profile: str, bucket: str) -> Sequence[str]:
    """The command line of each page: this program, as it was started."""
    store = [("--profile", profile), ("--bucket", bucket)]
    options = [f"{name}={value}" for name, value in store if value]
    if not writable:
        options.append("--read-only")
    return [*_this_program(), "open", *options, "--", *map(os.path.abspath, roots)]


def _this_program() -> Sequence[str]:
    main = sys.modules["__main__"]
    spec = getattr(main, "__spec__", None)
    if spec and spec.name:
        return [sys.executable, "-m", spec.name.removesuffix(".__main__")]
    return [sys.executable, os.path.abspath(sys.argv[0])]
