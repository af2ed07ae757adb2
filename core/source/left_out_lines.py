"""Lines that tell what of a run is not stored, as manifests and commands have them."""

from collections.abc import Sequence

EXCLUDED = "excluded by "


def is_excluded(line: str) -> bool:
    """Whether a reason, or a line of `in_lines`, is such a one."""
    return line.startswith(EXCLUDED) or f": {EXCLUDED}" in line


def briefly(lines: Sequence[str]) -> str:
    """The first of them, and how many more there are; empty without any."""
    if not lines:
        return ""
    more = f" and {len(lines) - 1} more" if lines[1:] else ""
    return f"left out: {lines[0]}{more}"
