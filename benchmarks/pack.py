"""Packing a typical run to nowhere against `zip`."""

from pathlib import Path

from benchmarks.corpus import typical_run
from benchmarks.measure import compare, python

CORPORA = Path(__file__).parent / ".corpora"
PACK = """
import sys
from core.ports.packaging import PackSource
from storage.tree.tree_scanner import FileTreeScanner
from storage.packing.zip_writer import ZipResultsPackager
scan = FileTreeScanner().scan(sys.argv[1])
source = PackSource(scan.path, "RUN1", scan.entries)
with open("/dev/null", "wb") as nowhere:
    stream = ZipResultsPackager().pack([source], lambda count: None)
    for block in stream:
        nowhere.write(block)
    stream.close()
"""


def main() -> None:
    """Prints the ratios."""
    run = typical_run(CORPORA / "pack", megabytes=200)
    peers = {
        f"zip -{level}": ["sh", "-c", f'zip -q -r -{level} - "$0" > /dev/null', str(run)]
        for level in (6, 1)
    }
    compare("pack 200 MB in 40 files", python(PACK, str(run)), peers)


if __name__ == "__main__":
    main()
