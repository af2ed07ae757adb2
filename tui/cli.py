"""The command line: which command runs, and what its errors become.

A command is imported when it runs: `--help` costs neither textual nor botocore.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

import click
from click.shell_completion import CompletionItem

from core.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, RunFerryError
from core.version import VERSION
from tui.commands.lazy_group import LazyGroup
from tui.output import complain, give_up_stdout, mind_streams, note, refuse_stdout

_COMMANDS = {
    "open": ("open:open_app", ""),
    "demo": ("demo:demo", "A live simulated tree and a throw-away store."),
    "scan": ("scan:scan", "Show the RUN directories of a tree and their states."),
    "watch": ("watch:watch", "Print one line per event of a tree."),
    "upload": ("upload:upload", "Store a RUN directory, or a directory of them."),
    "queue": ("queue:queue", "List, retry, cancel, pause and limit uploads and downloads."),
    "jobs": (
        "jobs:jobs",
        "Register, list, change, archive and delete jobs; store, list and download their data.",
    ),
    "runs": ("runs:runs", "Store configurations and logs of runs."),
    "link": ("link:link", "Links to what is stored, or to store it, that need no credentials."),
    "compare": (
        "compare:compare",
        "Compare runs, or show all runs of a job as one: medians, bands, outliers.",
    ),
    "members": ("members:members", "List the members of a stored ZIP, or print one."),
    "store": (
        "store:store",
        "Read the store anew, check it, adopt or delete what was left behind.",
    ),
    "clean": ("clean:clean", "Free the room of runs here that are provably in the store."),
    "activity": ("activity:activity", "What happened here: runs, uploads, deletions, errors."),
    "rules": ("rules:rules", "Show finish rules, and what one sees in a directory."),
    "config": (
        "config:config",
        "Show the settings and where each value comes from, and change them.",
    ),
    "completion": (
        "completion:completion",
        "Completion of commands and ids for bash, zsh or fish.",
    ),
    "serve": ("serve:serve", "Show the app in a browser of this machine (extra `web`)."),
    "doctor": ("doctor:doctor", "Look at everything that RunFerry needs, and say what is wrong."),
}
"""Module and name of each, and what `--help` says about it, which imports none."""
_DEFAULT = "open"
_STORE_OPTIONS = ("--profile", "--bucket")


class Commands(LazyGroup):
    """Without a command name, opens the app."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names shown by `--help`."""
        return [name for name in _COMMANDS if name != _DEFAULT]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name][1]) for name in self.list_commands(ctx)])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts the default command, or store options given before a command, in their place."""
        return super().parse_args(ctx, args if ctx.resilient_parsing else _with_command(args))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Its commands, of which none is imported; else its options, or a root to open."""
        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        if names:
            return [CompletionItem(name, help=_COMMANDS[name][1]) for name in names]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return options or [CompletionItem(incomplete, type="file")]


@click.group(
    cls=Commands,
    places={name: f"tui.commands.{place}" for name, (place, _) in _COMMANDS.items()},
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(VERSION, "-V", "--version", message="runferry %(version)s")
def cli() -> None:
    """Watch simulation runs, know when one is really finished, and ferry it to S3.

    `runferry [ROOT...]` opens the app on ROOT (default: what was watched last, else the current
    directory). The commands below do the same without a terminal. `--profile NAME` or `--bucket s3://NAME` choose the store.

    Exit codes: 0 done, 1 some work failed, 2 usage or settings, 3 connection (a retry may help),
    130 interrupted.
    """


def run(arguments: Sequence[str], given: object = None) -> int:
    """Runs one command line; returns the exit code. What is `given`, commands find by its type."""
    mind_streams()
    try:
        code = _run(arguments, given)
    except RunFerryError as error:
        complain(error)
        return error.exit_code
    except click.ClickException as error:
        _show(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        note("Interrupted.")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        give_up_stdout()
        return EXIT_FAILED
    return code if isinstance(code, int) else EXIT_OK


def _run(arguments: Sequence[str], given: object) -> object:
    """Raises OutputError for what click could not print, and UsageError where there is no directory."""
    try:
        return cli.main(list(arguments), prog_name="runferry", standalone_mode=False, obj=given)
    except BrokenPipeError:
        raise
    except OSError as error:
        if _is_of_printing(error):
            refuse_stdout(error)
        _check_current_directory()
        raise


def _is_of_printing(error: OSError) -> bool:
    """Whether click, which prints help and version, raised it; unbuffered text is gone then."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_globals.get("__name__") == click.utils.__name__


def _check_current_directory() -> None:
    try:
        os.getcwd()
    except OSError as error:
        raise click.UsageError(
            f"The current directory is out of reach ({error.strerror}): "
            "change to another one, or say whole paths."
        ) from None


def _show(error: click.ClickException) -> None:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        with suppress(OSError):  # nobody reads it
            error.show()
        return
    if isinstance(error, click.UsageError) and error.ctx:
        note(error.ctx.get_usage())
    note(f"runferry: {error.format_message()}")


def _with_command(args: list[str]) -> list[str]:
    store: list[str] = []
    rest = list(args)
    while rest and rest[0].partition("=")[0] in _STORE_OPTIONS:
        take = 1 if "=" in rest[0] else 2
        store, rest = store + rest[:take], rest[take:]
    if rest and rest[0] in {"-h", "--help", "-V", "--version"} and not store:
        return rest
    if rest and rest[0] in _COMMANDS:
        return [*rest, *store]  # they belong to the innermost command
    if rest and not rest[0].startswith("-") and not _may_be_a_root(rest[0]):
        _no_such(rest[0])
    return [_DEFAULT, *store, *rest]


def _may_be_a_root(name: str) -> bool:
    """What has a slash is a path, and may be there later; anything else was to be a command."""
    return "/" in name or os.path.exists(os.path.expanduser(name))


def _no_such(name: str) -> NoReturn:
    from difflib import get_close_matches  # for slips only

    close = get_close_matches(name, [n for n in _COMMANDS if n != _DEFAULT], n=1)
    hint = f" Did you mean `{close[0]}`?" if close else ""
    raise click.UsageError(f"There is no command and no directory {name!r}.{hint}")
