"""What was seen of the parts of a run, as one look at it."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from core.ports.tree import Scan
from core.printable import brief


def as_one(run_directory: str, scans: Sequence[Scan]) -> Scan:
    """What was seen of the run: of one part as it is, of several together."""
    if len(scans) == 1:
        return replace(scans[0], path=run_directory, parts=(*scans,))
    return Scan(
        run_directory,
        sum(scan.files for scan in scans),
        sum(scan.bytes for scan in scans),
        whole_fingerprint([s.path for s in scans], [s.fingerprint for s in scans]),
        tuple(f"{brief(scan.name)}/{problem}" for scan in scans for problem in scan.problems),
        [f"{scan.name}/{name}" for scan in scans for name in scan.names],
        [*chain.from_iterable(scan.numbers for scan in scans)],
        _digest([scan.change_times for scan in scans]),
        max(scan.own_mtime_ns for scan in scans),
        {f"{s.name}/{name}": target for s in scans for name, target in s.targets.items()},
        [*chain.from_iterable(scan.changes for scan in scans)],
        (*scans,),
    )


def whole_fingerprint(directories: Sequence[str], fingerprints: Sequence[str]) -> str:
    """That of the one directory, or one of all: compared as any other."""
    if len(fingerprints) == 1:
        return fingerprints[0]
    halves = [fingerprint.partition("-") for fingerprint in fingerprints]
    names = (path.rpartition("/")[2] for path in directories)
    extent = _digest([f"{name}/{half[0]}" for name, half in zip(names, halves, strict=True)])
    return f"{extent}-{_digest([half[2] for half in halves])}"


def _digest(texts: Sequence[str]) -> str:
    data = "\0".join(texts).encode("utf-8", "surrogateescape")
    return hashlib.blake2b(data, digest_size=16).hexdigest()
