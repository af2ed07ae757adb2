"""Seeded trees that look like simulation output."""

import random
from pathlib import Path


def many_runs(root: Path, runs: int, files: int) -> Path:
    """`runs` RUN directories of `files` tiny files each; made once."""
    if not root.exists():
        for run in range(1, runs + 1):
            directory = root / f"RUN{run}"
            directory.mkdir(parents=True)
            for number in range(files):
                (directory / f"INF.{number}.txt").write_bytes(b"0 1\n")
    return root


def typical_run(root: Path, megabytes: int) -> Path:
    """One RUN directory with 40 files of daily counts, about `megabytes` in all; made once."""
    run = root / "RUN1"
    if not run.exists():
        run.mkdir(parents=True)
        chooser = random.Random(1)
        for number in range(40):
            _counts(run / f"INF.{number}.txt", megabytes * 1024 * 1024 // 40, chooser)
    return run


def _counts(path: Path, size: int, chooser: random.Random) -> None:
    level, lines, written = 0, list[str](), 0
    day = 0
    while written < size:
        level = max(0, level + chooser.randrange(-40, 45))
        lines.append(f"{day} {level} {level // 3} {chooser.randrange(60)} {level / 1200:.4f}\n")
        written += len(lines[-1])
        day += 1
    path.write_text("".join(lines))
