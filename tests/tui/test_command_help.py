"""What the help promises is there: every command, option and default."""

from collections.abc import Iterator

import click

from tui.cli import cli


def commands(group: click.Group, path: str = "runferry") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command, name
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


def test_every_command_says_what_it_does() -> None:
    """And every option what it is for."""
    for path, command in commands(cli):
        assert command.help, path
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, (path, option.name)


def test_no_default_of_what_must_be_given() -> None:
    """An option that is required has no default to speak of."""
    for path, command in commands(cli):
        for option in command.params:
            if isinstance(option, click.Option) and option.required:
                assert "default" not in (option.help or ""), (path, option.name)
