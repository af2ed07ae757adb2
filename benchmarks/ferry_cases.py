"""Which tree is ferried, over which link, against whom, and what is wanted."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ferry_corpora import Trees
from benchmarks.live import runferry
from benchmarks.measure import python
from benchmarks.pack import PACK
from benchmarks.peers import (
    aws_sync,
    igzip_1,
    rclone_archive,
    rclone_copy,
    s5cmd_cp,
    zip_1_into_aws,
    zip_6_into_aws,
)

Command = Callable[[Path], list[str]]
_GIGABIT = 1_000_000_000 // 8


def upload(tree: Path) -> list[str]:
    """What a user types."""
    return runferry("upload", tree, "--name", "bench", "--bucket", "s3://bench")


def pack(tree: Path) -> list[str]:
    """The first run of the tree, into /dev/null."""
    return python(PACK, str(tree / "RUN1"))


@dataclass(frozen=True)
class Peer:
    """Ratios are peer / RunFerry; 0: nothing in particular is wanted."""

    name: str
    command: Command
    pairs: int = 3
    wall: float = 0
    cpu: float = 0
    to_install: bool = True
    """Whether it is one of those that `make bench-peers` installs."""


@dataclass(frozen=True)
class Case:
    """`name` selects it on the command line."""

    name: str
    title: str
    tree: Path
    peers: tuple[Peer, ...]
    ours: Command = upload
    bytes_per_second: int = 0


def all_cases() -> tuple[Case, ...]:
    """The trees have to be there already, or they are made here."""
    trees = Trees()
    return (
        Case(
            "typical",
            "Typical: 8 runs, 320 files, 640 MB",
            trees.typical,
            (
                Peer("zip -6 | aws s3 cp -", zip_6_into_aws, pairs=5, wall=12, cpu=8),
                Peer("zip -1 | aws s3 cp -", zip_1_into_aws),
                Peer("s5cmd cp", s5cmd_cp, pairs=5, wall=1),
                Peer("aws s3 sync", aws_sync),
                Peer("rclone copy", rclone_copy, wall=1),
                Peer("rclone archive create", rclone_archive),
            ),
        ),
        Case(
            "small",
            "Many small: 20 runs, 20,000 files, 215 MB",
            trees.many_small,
            (
                Peer("zip -6 | aws s3 cp -", zip_6_into_aws, wall=4),
                Peer("s5cmd cp", s5cmd_cp, wall=8),
                Peer("rclone copy", rclone_copy),
                Peer("rclone archive create", rclone_archive),
            ),
        ),
        Case(
            "big",
            "One big: a file of 3 GB and 30 small ones in 3 runs",
            trees.one_big,
            (
                Peer("zip -1 | aws s3 cp -", zip_1_into_aws, wall=4),
                Peer("s5cmd cp", s5cmd_cp),
                Peer("aws s3 sync", aws_sync, pairs=1),
                Peer("rclone archive create", rclone_archive),
            ),
        ),
        Case(
            "pack",
            "Packing alone: a file of 3 GB",
            trees.one_big,
            (Peer("igzip -1", igzip_1, cpu=1 / 1.15, to_install=False),),
            ours=pack,
        ),
        Case(
            "gigabit",
            "Typical, over a link of 1 Gbit/s",
            trees.typical,
            (
                Peer("s5cmd cp", s5cmd_cp, wall=3),
                Peer("rclone copy", rclone_copy, wall=3),
                Peer("zip -6 | aws s3 cp -", zip_6_into_aws, pairs=1),
            ),
            bytes_per_second=_GIGABIT,
        ),
        Case(
            "slow",
            "Typical, over a link of 100 Mbit/s",
            trees.typical,
            (Peer("s5cmd cp", s5cmd_cp, pairs=2, wall=5),),
            bytes_per_second=_GIGABIT // 10,
        ),
    )
