"""When content was last proven, and how; a proof of other content never counts."""

import pytest

from core.errors import StateError, StoreConnectionError
from core.ports.journal.proofs import ProofKind
from core.stored.findings import Problem
from core.stored.proofs_of_job import ProofsOfJob
from tests.core.bench import RUN4
from tests.core.care.care_bench import RESULTS, CareBench

RUN5, OTHER = "/data/flu/OUT/RUN5", "/data/measles/OUT/RUN4"


def how(bench: CareBench) -> dict[str, ProofKind]:
    """By the last part of the key; the same whether all are asked for or those of some artifacts."""
    of_job = ProofsOfJob(bench.journal, bench.catalog)
    proofs = of_job(1)
    assert of_job.of_these(bench.catalog.artifacts(1)) == proofs
    return {key.rpartition("/")[2]: proof.how for key, proof in proofs.items()}


def test_uploaded_and_copied() -> None:
    """Both are read back; a version that is put aside is another object, of which nothing is known."""
    bench = CareBench({RUN4: {"LOG": b"log"}, OTHER: {"LOG": b"log"}})
    bench.ferry()
    bench.ferry(OTHER, job_id=1, run_id=5)
    kinds = {"run_4_results.zip": ProofKind.UPLOADED, "run_5_results.zip": ProofKind.COPIED}
    assert how(bench) == kinds
    (proof, _) = ProofsOfJob(bench.journal, bench.catalog)(1).values()
    assert proof.proven_at == bench.clock.now()
    bench.contents[RUN4]["LOG"] = b"second"
    bench.ferry()
    assert how(bench) == kinds


def test_other_content_at_the_key() -> None:
    """Another machine stored the next version there: what was proven here was the one before."""
    bench = CareBench()
    bench.ferry()
    other = CareBench({RUN4: {"LOG": b"other"}}, store=bench.store)
    other.ferry(job_id=1)
    assert how(other) == {"run_4_results.zip": ProofKind.UPLOADED}
    bench.refresh()
    assert how(bench) == {}


def test_read() -> None:
    """A check that reads content proves it; what is damaged is not proven any more."""
    bench = CareBench({RUN4: {"LOG": b"log"}, RUN5: {"LOG": b"five"}})
    bench.ferry()
    bench.ferry(RUN5)
    stored = bench.store.head(RESULTS)
    assert stored is not None
    content = bench.content(RESULTS)
    bench.store.put(RESULTS, bytes(len(content)), metadata=stored.metadata)
    found = bench.findings(read_percent=100)
    assert [finding.problem for finding in found] == [Problem.DAMAGED]
    assert how(bench) == {"run_5_results.zip": ProofKind.READ}


def test_interrupted_check() -> None:
    """What was read before the store was lost is proven."""
    bench = CareBench({RUN4: {"LOG": b"log"}, RUN5: {"LOG": b"five"}})
    bench.ferry()
    bench.ferry(RUN5)
    bench.store.fail_next("read", StoreConnectionError("Gone."), skip=1)
    with pytest.raises(StoreConnectionError):
        bench.findings(read_percent=100)
    assert how(bench) == {
        "run_4_results.zip": ProofKind.READ,
        "run_5_results.zip": ProofKind.UPLOADED,
    }


def test_not_written_down() -> None:
    """A state that cannot be written keeps no upload from being stored."""
    bench = CareBench()
    bench.journal.fail_next("put_proofs", StateError("The disk is full."))
    assert bench.ferry().manifest.version == 1
    assert how(bench) == {}
