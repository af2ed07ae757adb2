"""What one of 400 equal runs costs, against one of 40. Budget: 1.2 times as much CPU.

Outputs of a fixed size are all alike: as many files and bytes, and other content. The fixed cost of
a process that uploads one run is taken off.
"""

import random
import shutil
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.live import environ_of, runferry
from benchmarks.measure import cost_of

FEW, MANY = 40, 400
_ROUNDS = 3
_FILES, _BYTES = 5, 2000


def main() -> None:
    """Prints CPU milliseconds a run and their ratio: first upload, repeated, of a second tree."""
    rounds = [(_costs(FEW), _costs(MANY)) for _ in range(_ROUNDS)]
    print(f"\none of {MANY} equal runs against one of {FEW}  (CPU, local store, {_ROUNDS} rounds)")
    for name in rounds[0][0]:
        few = median(costs[name] for costs, _ in rounds)
        many = median(costs[name] for _, costs in rounds)
        print(
            f"  {name:<12} {few * 1000:7.1f} ms -> {many * 1000:7.1f} ms a run  x{many / few:.2f}"
        )


def _costs(count: int) -> dict[str, float]:
    """CPU seconds a run."""
    with tempfile.TemporaryDirectory(prefix="runferry-bench-") as name:
        home = Path(name)
        here = _equal_runs(home / "here/OUT", count + 1, seed=1)
        there = _equal_runs(home / "there/OUT", count + 1, seed=2)
        return {
            "first": _cost(home, here, count),
            "repeated": _cost(home, here, count),
            "second tree": _cost(home, there, count),
        }


def _cost(home: Path, root: Path, count: int) -> float:
    env = environ_of(str(home / "state"))
    aside = home / f"RUN{count + 1}"
    alone = cost_of(runferry("upload", root / aside.name), env=env)
    shutil.move(root / aside.name, aside)
    together = cost_of(runferry("upload", root), env=env)
    shutil.move(aside, root / aside.name)
    return (together.cpu - alone.cpu) / (count - 1)


def _equal_runs(root: Path, count: int, *, seed: int) -> Path:
    content = random.Random(seed)
    for run in range(1, count + 1):
        directory = root / f"RUN{run}"
        directory.mkdir(parents=True)
        for number in range(_FILES):
            (directory / f"out{number}.csv").write_bytes(content.randbytes(_BYTES))
    return root


if __name__ == "__main__":
    main()
