"""Options and argument types that several commands share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from core.errors import InvalidIdError
from core.model import parse_id

F = TypeVar("F", bound=Callable[..., Any])


class IdType(click.ParamType[int]):
    """A job or run id: a positive ASCII decimal number."""

    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number, or a usage error."""
        try:
            return parse_id(str(value), "the id")
        except InvalidIdError as error:
            self.fail(str(error), param, ctx)


ID = IdType()


def store_options(command: F) -> F:
    """`--profile` and `--bucket`: which store."""
    command = click.option(
        "--profile", default="", metavar="NAME", help="Profile of the settings."
    )(command)
    return click.option(
        "--bucket", default="", metavar="s3://NAME", help="A bucket without a profile."
    )(command)


def json_option(command: F) -> F:
    """`--json`: one object per line on stdout."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")(
        command
    )


RULE_HELP = "Finish rule: fred, sentinel, quiet, or one of the settings."


def rule_options(command: F) -> F:
    """`--rule`, `--quiet` and `--stall`: how a finished run is told."""
    command = click.option("--rule", default="", metavar="NAME", help=RULE_HELP)(command)
    command = click.option(
        "--stall",
        "stall_seconds",
        type=click.FloatRange(min=0),
        metavar="SECONDS",
        help="Seconds without a change before an unfinished run counts as stalled.",
    )(command)
    return click.option(
        "--quiet",
        "quiet_seconds",
        type=click.FloatRange(min=0),
        metavar="SECONDS",
        help="Seconds without a change before a run counts as finished.",
    )(command)
