"""`runferry completion`: what makes a shell complete commands, options, ids and names."""

import os
from dataclasses import dataclass

import click
from click.shell_completion import get_completion_class

from core.errors import RunFerryError
from core.printable import printable
from tui.output import note, say


@dataclass(frozen=True)
class _Shell:
    """Where its user's scripts are: below the value of a variable, or a directory of the home."""

    variable: str
    below_home: str
    file: str
    todo: str = "New shells complete."


_SHELLS = {
    "bash": _Shell(
        "XDG_DATA_HOME",
        ".local/share",
        "bash-completion/completions/runferry",
        "New shells complete, where the package bash-completion is installed; elsewhere put "
        "`source {path}` into ~/.bashrc.",
    ),
    "zsh": _Shell(
        "ZDOTDIR",
        "",
        ".zfunc/_runferry",
        "Put `fpath=({directory} $fpath); autoload -Uz compinit; compinit` into ~/.zshrc, if it is "
        "not there: new shells complete then.",
    ),
    "fish": _Shell("XDG_CONFIG_HOME", ".config", "fish/completions/runferry.fish"),
}


@click.command()
@click.argument("shell", type=click.Choice([*_SHELLS]))
@click.option("--install", is_flag=True, help="Write it where the shell looks for it.")
@click.pass_context
def completion(context: click.Context, shell: str, install: bool) -> None:
    """Print what makes a shell complete commands, options, job ids and names, or install it.

    Ids and names are those of the cache: nothing is asked of the store. For this shell alone:
    `source <(runferry completion bash)`.
    """
    script = _script(context.find_root().command, shell)
    if not install:
        for line in script.splitlines():
            say(line)
        return
    path = _path(_SHELLS[shell])
    _write(path, script)
    note(f"Written: {printable(path)}")
    todo = _SHELLS[shell].todo.format(path=path, directory=os.path.dirname(path))
    note(printable(todo))


def _script(root: click.Command, shell: str) -> str:
    made = get_completion_class(shell)
    if made is None:
        raise LookupError(shell)  # click knows all that can be chosen
    return made(root, {}, "runferry", "_RUNFERRY_COMPLETE").source()


def _path(shell: _Shell) -> str:
    home = os.path.join(os.path.expanduser("~"), shell.below_home)
    return os.path.join(os.environ.get(shell.variable) or home, shell.file)


def _write(path: str, script: str) -> None:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(script)
    except OSError as error:
        raise RunFerryError(
            f"{printable(path)} cannot be written: {error.strerror}.",
            todo="Without --install the script is printed: `runferry completion SHELL > FILE`.",
        ) from None
