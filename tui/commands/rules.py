"""`runferry rules`: which finish rules there are, what each says, and what it sees in a directory."""

from collections.abc import Sequence
from difflib import get_close_matches

import click

from core.printable import printable
from core.settings import RuleSettings, Settings
from tui.commands.options import PATH, json_option
from tui.commands.scan import explain_run, scanned_record
from tui.commands.sessions import open_session
from tui.commands.table import Column, show_rows
from tui.output import emit, say
from tui.wording.rule_tables import as_record, as_table, in_words

_RULES = (Column("RULE"), Column("FROM"), Column("DONE WHEN"))


@click.group()
def rules() -> None:
    """Finish rules: when a run is done, failed, or goes on."""


@rules.command("list")
@json_option
def list_rules(as_json: bool) -> None:
    """Every rule by its name, as `--rule NAME` takes it."""
    with open_session() as session:
        settings = session.settings
        found = settings.watch.rules
        if as_json:
            for rule in found:
                emit(_record(rule, settings))
            return
        rows = [(rule.name, _origin(rule, settings), in_words(rule)) for rule in found]
        show_rows(rows, _RULES, list, lambda row: f"{row[0]:<12} {row[1]:<24} {row[2]}")


@rules.command()
@click.argument("rule")
@json_option
def show(rule: str, as_json: bool) -> None:
    """RULE as a table for the settings file, to be changed there."""
    with open_session() as session:
        settings = session.settings
        found = _named(rule, settings)
        if as_json:
            emit(_record(found, settings))
            return
        say(f"# {_origin(found, settings)}: {in_words(found)}")
        for line in as_table(found):
            say(line)


@rules.command("try")
@click.argument("rule")
@click.argument("directory", type=PATH)
@json_option
def try_rule(rule: str, directory: str, as_json: bool) -> None:
    """What RULE sees in DIRECTORY, which is taken for a run whatever its name, and what is missing.

    One look: nothing has settled. Every condition is shown, with a tick where it holds.
    """
    with open_session() as session:
        tree = session.trees.tried(_named(rule, session.settings).name)
        run = tree.look_at(directory)
        if as_json:
            emit(scanned_record(run, checks=True))
        else:
            explain_run(run)


def _named(name: str, settings: Settings) -> RuleSettings:
    known = {rule.name: rule for rule in settings.watch.rules}
    if name in known:
        return known[name]
    close = get_close_matches(name, known, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    raise click.UsageError(
        f"There is no rule {printable(name)!r}.{hint} There are {_listed([*known])}."
    )


def _record(rule: RuleSettings, settings: Settings) -> dict[str, object]:
    return {"rule": rule.name, "origin": _origin(rule, settings)} | as_record(rule)


def _origin(rule: RuleSettings, settings: Settings) -> str:
    """Where the settings file says something of it, else that it is built in."""
    start = f"rules.{rule.name}."
    said = {o for key, o in settings.origins.items() if key.startswith(start)} - {"default"}
    return min(said, default="built in")


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
