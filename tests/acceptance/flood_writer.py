"""A simulator in a hurry: opens, appends and closes, so many times a second, then ends its runs.

Run as a program: ROOT RUNS FILES-PER-RUN APPENDS-PER-SECOND SECONDS. Prints a line when it begins
and when it has ended.
"""

import os
import sys
import time
from itertools import cycle
from pathlib import Path

LINE = b"2020-01-01 17457 42\n"
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND


def _append(path: str) -> None:
    descriptor = os.open(path, _APPEND, 0o644)
    os.write(descriptor, LINE)
    os.close(descriptor)


def flood(root: Path, runs: int, files: int, rate: int, seconds: float) -> None:
    """Round and round over all files; every run gets its DONE when the time is over."""
    directories = [root / f"RUN{number}" for number in range(1, runs + 1)]
    for directory in directories:
        directory.mkdir(parents=True, exist_ok=True)
    paths = cycle([f"{d}/counts{n}.txt" for n in range(files) for d in directories])
    print("begins", flush=True)  # noqa: T201
    start, done, total = time.monotonic(), 0, int(rate * seconds)
    while done < total:
        due = min(total, int((time.monotonic() - start) * rate))
        for _ in range(due - done):
            _append(next(paths))
        done = max(done, due)
        time.sleep(0.001)
    for directory in directories:
        (directory / "DONE").touch()
    print("ended", flush=True)  # noqa: T201


if __name__ == "__main__":
    _, at, *numbers, how_long = sys.argv
    runs_, files_, rate_ = map(int, numbers)
    flood(Path(at), runs=runs_, files=files_, rate=rate_, seconds=float(how_long))
