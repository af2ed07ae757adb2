"""Options and argument types that several commands share."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from core.errors import InvalidIdError, InvalidNameError
from core.model import check_name, parse_id
from tui.commands.suggestions import suggest_from_settings, suggest_ids, suggest_names
from tui.wording.time_spans import seconds_of

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

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Jobs, or runs of the job that was named."""
        return suggest_ids(ctx, param, incomplete)


ID = IdType()


class NameType(click.ParamType[str]):
    """What a job is called: refused before anything is queued under a name that no job can have."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, or a usage error."""
        try:
            return check_name(str(value))
        except InvalidNameError as error:
            self.fail(f"{error.what} {error.todo}", param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Names that jobs have."""
        return suggest_names(ctx, incomplete)


NAME = NameType()


class PathType(click.ParamType[str]):
    """A path as it was typed: whether it is there, and what it is, says who uses it."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """As it is."""
        return str(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """What the shell finds there."""
        return [CompletionItem(incomplete, type="file")]


PATH = PathType()


class SettingsNameType(click.ParamType[str]):
    """What the settings have under a name; whether they do says who looks it up."""

    def __init__(self, what: str) -> None:
        self.name = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """As it is."""
        return str(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Names of the settings."""
        return suggest_from_settings(ctx, self.name, incomplete)


PROFILE, KIND, RULE = map(SettingsNameType, ("profile", "kind", "rule"))


class DurationType(click.ParamType[int]):
    """A time span such as 45s, 30m, 24h or 7d, in seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The seconds, or a usage error."""
        seconds = seconds_of(str(value))
        if seconds is None:
            self.fail(f"{str(value)!r} is not a time such as 30m, 24h or 7d.", param, ctx)
        return seconds


DURATION = DurationType()


class SinceType(click.ParamType[datetime]):
    """A day, a moment, or how long ago: 2026-11-30, 2026-11-30T14:00, 36h. Here and now where unsaid."""

    name = "when"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The moment in UTC, or a usage error."""
        if isinstance(value, datetime):
            return value
        text = str(value)
        try:
            if seconds := seconds_of(text):
                return datetime.now(UTC) - timedelta(seconds=seconds)
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(
                f"{text!r} is neither a day such as 2026-11-30 nor a time such as 36h.", param, ctx
            )


SINCE = SinceType()


class PercentType(click.ParamType[float]):
    """A share such as 5% or 100%."""

    name = "percent"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number before the sign, or a usage error."""
        text = str(value).removesuffix("%")
        if not _PERCENT.fullmatch(text) or float(text) > 100:  # noqa: PLR2004 - of a hundred
            self.fail(f"{str(value)!r} is not a share such as 5% or 100%.", param, ctx)
        return float(text)


_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,9})?", re.ASCII)

PERCENT = PercentType()


def store_options(command: F) -> F:
    """`--profile` and `--bucket`: which store."""
    command = click.option(
        "--profile",
        default="",
        type=PROFILE,
        metavar="NAME",
        help="Profile of the settings.",
    )(command)
    return click.option(
        "--bucket", default="", metavar="s3://NAME[/PREFIX]", help="A bucket without a profile."
    )(command)


def job_id_option(command: F) -> F:
    """`--job-id`, which must be given."""
    return click.option("--job-id", type=ID, required=True, metavar="N", help="The job.")(command)


def json_option(command: F) -> F:
    """`--json`: one object per line on stdout."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")(
        command
    )


KIND_HELP = "Run kind: fred, any, lammps, gromacs, openfoam, sumo, or one of the settings."
RULE_HELP = "Finish rule, such as lammps: `runferry rules list` shows all."


def kind_option(command: F) -> F:
    """`--kind`: what runs are called, and all else about a simulator."""
    return click.option("--kind", default="", type=KIND, metavar="NAME", help=KIND_HELP)(command)


def rule_option(command: F) -> F:
    """`--rule`: by what a finished run is told."""
    return click.option("--rule", default="", type=RULE, metavar="NAME", help=RULE_HELP)(command)


def rule_options(command: F) -> F:
    """`--kind`, `--rule`, `--quiet` and `--stall`: which runs there are, and how a finished one is told."""
    command = kind_option(rule_option(command))
    command = click.option(
        "--stall",
        "stall_seconds",
        type=click.FloatRange(min=0),
        metavar="SECONDS",
        help="Seconds without a change before a run that is not done counts as stalled.",
    )(command)
    return click.option(
        "--quiet",
        "quiet_seconds",
        type=click.FloatRange(min=0),
        metavar="SECONDS",
        help="Seconds without a change before a run counts as done.",
    )(command)


def new_version_option(command: F) -> F:
    """`--new-version`, beside a `--run-id`."""
    return click.option(
        "--new-version",
        is_flag=True,
        help="The run's next version, though it was stored from a directory of another name.",
    )(command)
