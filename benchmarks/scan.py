"""Scanning 200,000 files against `du -s`. Budget: at most 2.2 times its CPU, warm."""

from pathlib import Path

from benchmarks.corpus import many_runs
from benchmarks.measure import compare, python

CORPORA = Path(__file__).parent / ".corpora"
SCAN = """
import gc; gc.set_threshold(50_000, 20, 20)  # as the program sets it
import sys
from storage.tree.tree_scanner import FileTreeScanner
scanner = FileTreeScanner()
for run in scanner.find_runs(sys.argv[1]).runs:
    scanner.scan(run)
"""


def main() -> None:
    """Prints the ratios; the first round also warms the cache."""
    root = many_runs(CORPORA / "scan", runs=1000, files=200)
    compare(
        "scan 200,000 files",
        python(SCAN, str(root)),
        {"du -s": ["du", "-s", str(root)], "python": python("import storage.tree.tree_scanner")},
    )


if __name__ == "__main__":
    main()
