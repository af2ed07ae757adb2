"""`runferry config`: the settings, where each value comes from, and changing them."""

import os
from collections.abc import Iterator, Sequence

import click

from core.errors import EXIT_FAILED, EXIT_OK, SettingsError
from tui.commands.options import json_option, store_options
from tui.commands.sessions import open_session
from tui.commands.settings_table import settings_table
from tui.commands.table import Column, show_rows
from tui.composition.session import Session
from tui.editor import edit
from tui.output import emit, note, say
from tui.wording.settings import as_in_file

_SETTINGS = (Column("SETTING"), Column("VALUE"), Column("FROM"))


@click.group()
def config() -> None:
    """Show and change the settings."""


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
            show_rows(rows, _SETTINGS, _cells, _setting)


def _cells(row: tuple[str, object, str]) -> Sequence[str]:
    name, value, origin = row
    return (name, as_in_file(value), origin)


def _setting(row: tuple[str, object, str]) -> str:
    name, value, origin = _cells(row)
    return f"{name:<32} {value:<36} {origin}"


@config.command()
def init() -> None:
    """Make a settings file that says nothing yet, with all that it could say as comments."""
    with open_session() as session:
        session.settings_file.create()
        say(f"Made {session.places.settings}.")


@config.command("set", context_settings={"ignore_unknown_options": True})
@click.argument("key")
@click.argument("value")
def set_one(key: str, value: str) -> None:
    """Set KEY, such as transfers.limit or profiles.lab.bucket, to VALUE in the settings file.

    VALUE is a word, a number, true, false, or anything else as TOML has it: '["a", "b"]'. What the file
    could not be used with is refused; comments and all other lines stay as they are.
    """
    with open_session() as session:
        keys = session.set_setting(key, value)
        say(f"Set {key} in {session.places.settings}.")
        _say_what_counts(session, ".".join(keys))


@config.command()
@click.argument("key")
def unset(key: str) -> int:
    """Take KEY, a setting or a table such as profiles.lab, out of the file: its default counts then."""
    with open_session() as session:
        if not session.set_setting.unset(key):
            note(f"{session.places.settings} says nothing of {key}.")
            return EXIT_FAILED
        say(f"Took {key} out of {session.places.settings}.")
    return EXIT_OK


@config.command("edit")
def edit_file() -> None:
    """Open the settings file in $VISUAL or $EDITOR, and say afterwards whether it can be used.

    A file that is not there yet is made as by `config init`.
    """
    with open_session() as session:
        if not os.path.lexists(session.places.settings):
            session.settings_file.create()
        edit(session.places.settings)
        say(
            f"{session.places.settings} can be used: the profile is {session.settings.profile.name}."
        )


def _say_what_counts(session: Session, name: str) -> None:
    """That here, for now, it is something else, or that something is missing to use it."""
    try:
        origin = session.settings.origins.get(name, "")
    except SettingsError as error:
        note(f"With this environment it cannot be used yet: {error}")
        return
    if origin.startswith("env "):
        note(f"{origin.removeprefix('env ')} is set here and counts before the file.")


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
