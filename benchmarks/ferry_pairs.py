"""Runs whole processes against an endpoint, ours and the peer's in turn."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.discard_endpoint import discarding
from benchmarks.ferry_cases import Case, Peer
from benchmarks.live import temporary_directory
from benchmarks.measure import Cost, cost_of
from benchmarks.peers import environ_for


@dataclass(frozen=True)
class Sample:
    """One process: what it cost, and the bytes in the bucket afterwards."""

    cost: Cost
    stored: int


@dataclass(frozen=True)
class Pair:
    """Two processes, one right after the other."""

    ours: Sample
    theirs: Sample


def sample(command: Sequence[str], bytes_per_second: int = 0) -> Sample:
    """Runs it with an empty bucket, and a RUNFERRY_HOME that knows nothing of earlier rounds."""
    with discarding(bytes_per_second) as endpoint, temporary_directory() as home:
        cost = cost_of(command, env=environ_for(endpoint) | {"RUNFERRY_HOME": home})
        return Sample(cost, endpoint.received().stored)


def pairs_of(case: Case, peer: Peer) -> list[Pair]:
    """In turn, so that whatever else the machine does meets both; told on stderr."""
    found: list[Pair] = []
    for _ in range(peer.pairs):
        pair = Pair(
            sample(case.ours(case.tree), case.bytes_per_second),
            sample(peer.command(case.tree), case.bytes_per_second),
        )
        found.append(pair)
        walls = f"{pair.ours.cost.wall:.2f} s, {pair.theirs.cost.wall:.2f} s"
        sys.stderr.write(f"{case.name}: runferry, {peer.name}: {walls}\n")
    return found
