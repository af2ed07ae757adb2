"""`runferry config`: the settings and where each value comes from."""

from collections.abc import Iterator

import click

from tui.commands.options import json_option, store_options
from tui.commands.sessions import open_session
from tui.commands.settings_table import settings_table
from tui.commands.table import Column, show_rows
from tui.composition.session import Session
from tui.output import emit, say

_SETTINGS = (Column("SETTING"), Column("VALUE"), Column("FROM"))


@click.group()
def config() -> None:
    """Show the settings and where each value comes from."""


@config.command()
@json_option
@store_options
def show(as_json: bool, profile: str, bucket: str) -> None:
    """Every setting, its value and its origin; secrets are never shown."""
    with open_session(profile, bucket) as session:
        rows = settings_table(session.settings)
        if as_json:
            for name, value, origin in rows:
                emit({"setting": name, "value": value, "origin": origin})
        else:
            show_rows(rows, _SETTINGS, lambda row: [*map(str, row)], _setting)


def _setting(row: tuple[str, object, str]) -> str:
    name, value, origin = row
    return f"{name:<32} {value!s:<36} {origin}"


@config.command()
@json_option
def path(as_json: bool) -> None:
    """Where the settings, the state, the cache, the logs and the local store are."""
    with open_session() as session:
        for name, where in _paths(session):
            if as_json:
                emit({"name": name, "path": where})
            else:
                say(f"{name:<10} {where}")


def _paths(session: Session) -> Iterator[tuple[str, str]]:
    """(what, where) of all local files."""
    places = session.places
    yield "settings", places.settings
    yield "state", places.state_db
    yield "cache", places.cache_db(session.settings.profile)
    yield "logs", places.logs
    yield "store", places.store
