"""The results as Markdown."""

import os
import platform
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks.ferry_cases import Case, Peer
from benchmarks.ferry_pairs import Pair, Sample
from benchmarks.measure import Cost
from benchmarks.peers import installed, versions

_MEMORY_BUDGET = 170
_HEAD = "| | wall s | CPU s | RSS MiB | stored MB | wall × | CPU × | wanted |"
_RULE = "|---|---:|---:|---:|---:|---:|---:|---|"


def show_machine() -> None:
    """What the numbers belong to."""
    print("# RunFerry and its peers\n")
    print(f"- {time.strftime('%Y-%m-%d %H:%M')}, load before: {os.getloadavg()[0]:.1f}")
    print(f"- {_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}")
    print(f"- Python {platform.python_version()}, {ssl.OPENSSL_VERSION}")
    print(f"- {_compared_with()}\n")
    print("Whole processes, from the command to its exit, with a warm cache, to a discarding S3")
    print("endpoint over TLS on the loopback. × is peer / RunFerry of the same pair: the median,")
    print("and the least and the most of all pairs. Times are medians, memory is the most.")


def show_case(case: Case, found: Mapping[Peer, Sequence[Pair]]) -> None:
    """A line for each peer, and one for RunFerry in all pairs."""
    ours = [pair.ours for pairs in found.values() for pair in pairs]
    print(f"\n## {case.title}\n\n{_HEAD}\n{_RULE}")
    print(_line("**runferry**", ours, "", "", f"median of {len(ours)}"))
    for peer, pairs in found.items():
        theirs = [pair.theirs for pair in pairs]
        walls, cpus = _ratios(pairs, lambda cost: cost.wall), _ratios(pairs, lambda cost: cost.cpu)
        wanted = [*_verdict("wall", peer.wall, walls), *_verdict("CPU", peer.cpu, cpus)]
        print(_line(peer.name, theirs, _spread(walls), _spread(cpus), ", ".join(wanted)))


def show_memory(found: Sample) -> None:
    """One upload. What it wrote shows whether there was a temporary file."""
    cost = found.cost
    verdict = "met" if cost.rss <= _MEMORY_BUDGET else "missed"
    print("\n## Memory: a run of 4 files of 3 GB\n")
    print(f"- at most {cost.rss:.0f} MiB (wanted: {_MEMORY_BUDGET}, {verdict})")
    print(f"- {cost.written:.0f} MiB written to the disk, {found.stored / 1e6:.0f} MB stored")
    print(f"- {cost.wall:.1f} s, CPU {cost.cpu:.1f} s")


def _line(name: str, samples: Sequence[Sample], wall: str, cpu: str, wanted: str) -> str:
    costs = [sample.cost for sample in samples]
    fields = (
        name.replace("|", "\\|"),
        f"{median(cost.wall for cost in costs):.2f}",
        f"{median(cost.cpu for cost in costs):.2f}",
        f"{max(cost.rss for cost in costs):.0f}",
        f"{median(sample.stored for sample in samples) / 1e6:.0f}",
        wall,
        cpu,
        wanted,
    )
    return f"| {' | '.join(fields)} |"


def _ratios(pairs: Sequence[Pair], of: Callable[[Cost], float]) -> Sequence[float]:
    return [of(pair.theirs.cost) / of(pair.ours.cost) for pair in pairs]


def _spread(ratios: Sequence[float]) -> str:
    middle = f"**{median(ratios):.2f}**"
    return middle if len(ratios) == 1 else f"{middle} ({min(ratios):.2f}–{max(ratios):.2f})"


def _verdict(what: str, least: float, ratios: Sequence[float]) -> Sequence[str]:
    if not least:
        return []
    return [f"{what} ≥ {least:.3g}: {'met' if median(ratios) >= least else '**missed**'}"]


def _compared_with() -> str:
    if not installed():
        return "no peers: `make bench-peers` installs them"
    return ", ".join(f"{name} {version}" for name, version in versions().items())


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
