"""What a simulation was told, where its run holds a configuration as JSON."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import cast

from core.curves.run_text import RunText
from core.ports.run_files import RunFiles
from core.printable import harmless

_CALLED_SO = re.compile(r"(?:.*/)?[^/]*(?:config|param|setting|input)[^/]*\.json", re.IGNORECASE)
_BYTES = 1 << 20
_LONGEST = 1000
"""Characters of a value."""


def parameters_in(run: RunFiles) -> Mapping[str, str] | None:
    """By name, those within others as in "model.beta"; None when there is no such file."""
    files = run.files()
    called_so = (p for p, size in files.items() if size <= _BYTES and _CALLED_SO.fullmatch(p))
    for path in sorted(called_so, key=lambda path: (path.count("/"), path)):
        if found := json_parameters(_text(run, path)):
            return found
    return None


def _text(run: RunFiles, path: str) -> str:
    """All of it: its last line need not end."""
    reading = RunText(run, path).reading
    return "\n".join(reading.raw_lines(0, reading.line_count))


def json_parameters(text: str) -> Mapping[str, str]:
    """Of a JSON object; none of any other text."""
    try:
        found = dict(_flat("", json.loads(text)))
    except (ValueError, RecursionError):
        return {}
    return {name: value for name, value in found.items() if name}


def _flat(above: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        inner = cast("dict[str, object]", value)
        for name, item in inner.items():
            yield from _flat(f"{above}.{name}" if above else name, item)
    else:
        written = value if isinstance(value, str) else json.dumps(value)
        yield harmless(above), harmless(written[:_LONGEST])
