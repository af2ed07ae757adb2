"""`runferry config`: the settings and where each value comes from."""

import click

from tui.commands.options import json_option, store_options
from tui.output import emit, say


@click.group()
def config() -> None:
    """Show the settings and where each value comes from."""


@config.command()
@json_option
@store_options
def show(as_json: bool, profile: str, bucket: str) -> None:
    """Every setting, its value and its origin; secrets are never shown."""
    from tui.bootstrap import Options, Session

    with Session(Options(profile, bucket)) as session:
        for name, value, origin in session.settings_table():
            if as_json:
                emit({"setting": name, "value": value, "origin": origin})
            else:
                say(f"{name:<32} {value!s:<36} {origin}")


@config.command()
@json_option
def path(as_json: bool) -> None:
    """Where the settings, the state, the cache and the logs are."""
    from tui.bootstrap import Options, Session

    with Session(Options()) as session:
        for name, where in session.paths():
            if as_json:
                emit({"name": name, "path": where})
            else:
                say(f"{name:<10} {where}")
