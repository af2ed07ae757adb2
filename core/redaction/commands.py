"""Commands: secrets that are known only by their place on a command line, in a shell or a list."""

import re
from typing import NamedTuple

from core.redaction.spans import Source, Span

# How far behind its program an option may stand.
_LONGEST_COMMAND = 500

_PATTERN_WORDS = {
    " ": r"""["']?,?[ \t]{1,8}["']?""",
    "WORD": r"""[^\s"']{1,256}""",
    "SECRET": r"""((?<=")[^"\n]{1,256}|(?<=')[^'\n]{1,256}|[^\s"']{1,256})""",
}


class _Command(NamedTuple):
    """A word of the command line, and a pattern whose groups are the secrets after it.

    The pattern is compiled when the word is first seen.
    """

    word: str
    pattern: str


def _command(word: str, pattern: str) -> _Command:
    for name, meaning in _PATTERN_WORDS.items():
        pattern = pattern.replace(name, meaning)
    return _Command(word, pattern)


_COMMANDS = (
    # mc alias set lab https://minio.example USER SECRET
    _command("alias", r"\balias set WORD WORD SECRET SECRET"),
    _command("config", r"\bconfig host add WORD WORD SECRET SECRET"),
    _command("admin", r"\badmin user add WORD SECRET SECRET"),
    # aws configure set aws_secret_access_key SECRET
    _command("configure", r"\bconfigure set WORD(?:secret_access_key|session_token|key_id) SECRET"),
    # curl -u USER:PASSWORD
    _command("curl", r"(?:(?<=\s)|(?<=[\"']))(?:-u|--user|--proxy-user)(?:[=]| |(?<=u))SECRET"),
    # sshpass -p PASSWORD, docker login -p PASSWORD
    _command("sshpass", r"\bsshpass -p(?: |(?<=p))SECRET"),
    _command("login", r"\blogin(?: WORD){0,6}? -p SECRET"),
    # openssl -passin pass:PASSWORD
    _command("-pass", r"-pass(?:in|out)? pass:SECRET"),
    # netrc: machine HOST login USER password PASSWORD
    _command("login", r"\blogin WORD password SECRET"),
)


def find_command_secrets(source: Source) -> list[Span]:
    """Positional secrets of the programs that are used around S3."""
    folded = source.folded
    return [
        span
        for command in _COMMANDS
        if command.word in folded
        for match in re.finditer(command.pattern, folded)
        if command.word in folded[max(0, match.start() - _LONGEST_COMMAND) : match.end()]
        for span in match.regs[1:]
    ]
