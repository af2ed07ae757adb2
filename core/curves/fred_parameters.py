"""What FRED was told, as its own files repeat it."""

import re
from collections.abc import Iterable, Mapping

from core.curves.run_text import RunText
from core.ports.run_files import RunFiles

LOG = "LOG"
_PARAMETERS = "parameters.txt"
_READ = re.compile(r"READ_params: (\S+) = \|(.*)\|")
_SEED = re.compile(r"(seed) = (\d+)")
_PLAIN = re.compile(r"\s*([\w.]+)\s*=\s*(.*?)\s*")
_SEVERAL = "include_"
"""Of these each line adds one; of all others the last one counts."""
_BEGUN = "Household."
_BYTES = 1 << 20


def parameters_in(run: RunFiles) -> Mapping[str, str] | None:
    """By name, as they are written; None when neither LOG nor parameters.txt has any.

    The seed is that of the run, which differs from the one of the model.
    """
    files = run.files()
    for path, pattern in ((_PARAMETERS, _PLAIN), (LOG, _READ)):
        if path in files:
            lines = [*RunText(run, path, _BYTES).lines()]
            found = _told(lines, pattern) | (_seed(lines) if path == LOG else {})
            if found:
                return found
    return None


def _told(lines: Iterable[str], pattern: re.Pattern[str]) -> dict[str, str]:
    told: dict[str, str] = {}
    for match in filter(None, map(pattern.fullmatch, lines)):
        name, value = match.groups()
        if name in told and name.startswith(_SEVERAL):
            value = f"{told[name]} {value}"
        told[name] = value
    return told


def _seed(lines: Iterable[str]) -> dict[str, str]:
    found = (match for match in map(_SEED.fullmatch, lines) if match)
    return {match[1]: match[2] for match in found}
