"""From a tree to objects in a bucket: RunFerry and its peers, pair by pair, as Markdown.

python -m benchmarks.ferry [CASE...] > benchmarks/RESULTS.md
"""

import subprocess
import sys
from collections.abc import Sequence

from benchmarks.ferry_cases import Case, all_cases, upload
from benchmarks.ferry_corpora import Trees, warm
from benchmarks.ferry_pairs import pairs_of, sample
from benchmarks.ferry_table import show_case, show_machine, show_memory
from benchmarks.peers import installed


def compare(case: Case) -> None:
    """Prints the table of a case, without the peers that are not there."""
    peers = [peer for peer in case.peers if installed() or not peer.to_install]
    if peers:
        warm(case.tree)
        show_case(case, {peer: pairs_of(case, peer) for peer in peers})


def measure_memory() -> None:
    """Prints what 12 GB need."""
    tree = Trees().four_big
    warm(tree)
    show_memory(sample(upload(tree)))


def main(wanted: Sequence[str] = ()) -> None:
    """All cases, or those that are named; `memory` is one, too."""
    # In a process of its own: its peak of memory would count for those that are started here.
    subprocess.run([sys.executable, "-m", "benchmarks.ferry_corpora"], check=True)
    show_machine()
    for case in all_cases():
        if not wanted or case.name in wanted:
            compare(case)
    if not wanted or "memory" in wanted:
        measure_memory()


if __name__ == "__main__":
    main(sys.argv[1:])
