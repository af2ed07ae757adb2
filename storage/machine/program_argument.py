"""Which word of a command line is the program that was meant: it, or what it interprets."""

import os
import re
from collections.abc import Callable, Iterator, Sequence

_INTERPRETER = re.compile(
    rb"-?((?:ba|da|k|mk|z|c|tc|a)?sh|python|pypy|perl|ruby|julia|R|Rscript|java|node|octave"
    rb"|octave-cli|lua|tclsh|mono)[-.\d]*"
)
"""Whose first argument that is no option is the program."""
_TEXT_FOLLOWS = re.compile(rb"-\w*c|-e|--eval")
_TEXT_OF_SHELLS = re.compile(rb"-\w*c")
"""Options before a program that is written on the command line itself: it has no name."""


def program_position(
    arguments: Sequence[bytes], wanted: re.Pattern[bytes], took_its_name: Callable[[bytes], bool]
) -> int | None:
    """Which argument is the program, if it is wanted.

    `took_its_name` says whether the process is called as a script, as interpreters do that are not
    known here; an editor, which has a program as its argument, does not.
    """
    name = base_name(arguments[0]) if arguments else b""
    interpreter = _INTERPRETER.fullmatch(name)
    if wanted.match(name) or (interpreter and wanted.match(interpreter[1])):
        return 0
    texts = _TEXT_OF_SHELLS if name.endswith(b"sh") else _TEXT_FOLLOWS
    for position in _scripts(arguments, texts) if interpreter else range(1, len(arguments[:2])):
        script = base_name(arguments[position])
        if wanted.match(script) and (interpreter or took_its_name(script)):
            return position
    return None


def base_name(argument: bytes) -> bytes:
    """`sim.R` of `/opt/sim.R` and of `--file=/opt/sim.R`."""
    value = argument.partition(b"=")[2] if argument.startswith(b"--") else argument
    return os.path.basename(value or argument)


def _scripts(arguments: Sequence[bytes], texts: re.Pattern[bytes]) -> Iterator[int]:
    """Where an interpreter's script may stand: which of its options take a value is not known."""
    for position, argument in enumerate(arguments[1:], start=1):
        if texts.fullmatch(arguments[position - 1]):
            return
        yield position
        if not (argument.startswith(b"-") or arguments[position - 1].startswith(b"-")):
            return
