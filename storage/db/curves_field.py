"""The column that holds what a run said over time."""

import json
import zlib
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from core.ports.curves_cache import RunCurves
from core.series import Series
from storage.db.fields import CheckedField, text_from


class CurvesField(CheckedField):
    """Words as one line of JSON, and behind it the numbers as they are in memory; compressed.

    Numbers that several curves share, as days, are there once.
    """

    field_type = "BLOB"

    def write(self, value: RunCurves) -> object:
        numbers: dict[bytes, int] = {}
        curves = [_row(curve, numbers) for curve in value.curves.values()]
        words = {
            "variables": [*value.variables],
            "parameters": value.parameters,
            "curves": curves,
            "lengths": [*map(len, numbers)],
        }
        return zlib.compress(json.dumps(words).encode() + b"\n" + b"".join(numbers), 1)

    def read(self, value: object) -> object:
        if not isinstance(value, bytes):
            raise ValueError("no curves")  # noqa: TRY004 - damage is a ValueError
        try:
            words, _, numbers = zlib.decompress(value).partition(b"\n")
            return _curves(json.loads(words), numbers)
        except (zlib.error, LookupError):
            raise ValueError("no curves") from None


def _row(curve: Series, numbers: dict[bytes, int]) -> Sequence[object]:
    """The arrays by their place among the `numbers`."""
    places = [numbers.setdefault(a.tobytes(), len(numbers)) for a in (curve.x, curve.values)]
    return [curve.name, curve.x_name, *places, curve.complete]


def _curves(words: Any, numbers: bytes) -> RunCurves:
    arrays: list[array[float]] = []
    start = 0
    for length in words["lengths"]:
        arrays.append(array("d", numbers[start : start + length]))
        start += length
    curves = {row[0]: _series(arrays, *row) for row in words["curves"]}
    variables = [text_from(name) for name in words["variables"]]
    return RunCurves(variables, curves, _parameters(words["parameters"]))


def _series(
    arrays: "Sequence[array[float]]",
    name: object,
    x_name: object,
    x: int,
    values: int,
    complete: object,
) -> Series:
    if len(arrays[x]) != len(arrays[values]) or not isinstance(complete, bool):
        raise ValueError("no curve")
    return Series(text_from(name), text_from(x_name), arrays[x], arrays[values], complete)


def _parameters(found: Any) -> Mapping[str, str] | None:
    return None if found is None else {name: text_from(value) for name, value in found.items()}
