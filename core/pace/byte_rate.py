"""Bytes, and bytes per second, as people write them."""

import re

_RATE = re.compile(r"(\d+(?:\.\d+)?) *(?:([kKMG])(i?))?(?:[bB](?:/s)?)?", re.ASCII)
_POWER = {"k": 1, "K": 1, "M": 2, "G": 3}
_LEAST, _MOST = 1000, 10**12


def parse_rate(text: str) -> int:
    """Of "20 MB/s", "1.5MiB/s", "500k", "1000000"; 0 of "off" and "0".

    The text of the ValueError completes "<setting> …".
    """
    if text.strip().lower() == "off":
        return 0
    found = _RATE.fullmatch(text.strip())
    if not found:
        raise ValueError('must be bytes per second, as in "20 MB/s", or "off"')
    return check_rate(_bytes(found))


def parse_size(text: str) -> int:
    """Bytes, of "16 MiB", "20 MB", "8388608"; 0 of what is no size."""
    found = None if text.strip().endswith("/s") else _RATE.fullmatch(text.strip())
    return _bytes(found) if found else 0


def check_rate(rate: int) -> int:
    """None (0), or at least a kilobyte: a smaller one is a unit that was forgotten."""
    if rate and not _LEAST <= rate <= _MOST:
        raise ValueError("must be off (0), or from 1 kB/s to 1000 GB/s")
    return rate


def _bytes(found: re.Match[str]) -> int:
    number, prefix, binary = found.groups()
    unit = (1024 if binary else 1000) ** _POWER[prefix] if prefix else 1
    return round(float(number) * unit)
