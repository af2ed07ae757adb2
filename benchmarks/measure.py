"""Times whole processes: wall, CPU (user + system) and peak memory."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

ROUNDS = 5


@dataclass(frozen=True)
class Cost:
    """Seconds and MiB of one process with its children.

    `rss` is that of the largest of them, and never less than this process has used itself.
    `written` is what went to file systems on a disk.
    """

    wall: float
    cpu: float
    rss: float
    written: float


def cost_of(command: Sequence[str], *, env: Mapping[str, str] | None = None) -> Cost:
    """Runs `command` to its end; its output is thrown away. Raises when it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(wall, cpu, usage.ru_maxrss / 1024, usage.ru_oublock / 2048)


def compare(title: str, ours: Sequence[str], peers: Mapping[str, Sequence[str]]) -> None:
    """Interleaved rounds; prints the median of the ratios per round, ours being 1."""
    costs: dict[str, list[Cost]] = {name: [] for name in ("runferry", *peers)}
    for _ in range(ROUNDS):
        costs["runferry"].append(cost_of(ours))
        for name, command in peers.items():
            costs[name].append(cost_of(command))
    print(f"\n{title}  ({ROUNDS} rounds, medians; ratio = peer / runferry)")
    for name, found in costs.items():
        pairs = list(zip(found, costs["runferry"], strict=True))
        print(
            f"  {name:<12} wall {median(c.wall for c in found):7.3f} s "
            f"x{median(c.wall / o.wall for c, o in pairs):<6.2f} "
            f"CPU {median(c.cpu for c in found):7.3f} s "
            f"x{median(c.cpu / o.cpu for c, o in pairs):<6.2f} "
            f"RSS {max(c.rss for c in found):6.0f} MiB"
        )


def python(code: str, *arguments: str) -> list[str]:
    """A command that runs `code` with this interpreter."""
    return [sys.executable, "-c", code, *arguments]
