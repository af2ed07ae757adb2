"""The use cases on fakes, wired as `tui.bootstrap` wires them."""

import pytest

from core.errors import RunFerryError
from core.model import Manifest, Run
from core.progress import Progress
from core.results_versions import ResultsVersions
from core.transfer_queue import UploadRequest
from core.upload_result import UploadResult
from core.use_cases.bind_job import BindJob
from core.use_cases.create_artifact import ArtifactProducer
from core.use_cases.ferry_run import FerryRun
from core.use_cases.find_results import FindResults
from core.use_cases.get_job import GetJob
from core.use_cases.get_run import GetRun
from core.use_cases.refresh_catalog import RefreshCatalog
from core.use_cases.register_job import RegisterJob
from core.use_cases.upload_results import UploadResults, Writer
from tests.fakes.catalog import FakeCatalog
from tests.fakes.clock import FixedClock
from tests.fakes.journal import FakeJournal, FakeStateFile
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.results import Contents, FakePackager, MemoryScanner

RUN4 = "/data/flu/OUT/RUN4"


class Bench:
    """One workstation. A second one on the same `store` is another machine."""

    def __init__(
        self,
        contents: Contents | None = None,
        store: FakeObjectStore | None = None,
        state: FakeStateFile | None = None,
    ) -> None:
        self.contents = contents or {RUN4: {"LOG": b"log", "out.csv": b"Day,Date\n"}}
        self.store = store or FakeObjectStore()
        self.catalog, self.clock = FakeCatalog(), FixedClock()
        self.journal = FakeJournal(self.store.location, state)
        self.scanner, self.packager = MemoryScanner(self.contents), FakePackager(self.contents)
        self.find_results = FindResults(self.scanner, self.packager)
        self.get_job = GetJob(self.catalog, self.store)
        self.register_job = RegisterJob(self.catalog, self.store, self.clock)
        self.upload_results = UploadResults(
            get_job=self.get_job,
            get_run=GetRun(self.catalog),
            find_results=self.find_results,
            versions=ResultsVersions(self.store, self.catalog),
            producer=ArtifactProducer(self.store, self.journal, self.clock),
            packager=self.packager,
            store=self.store,
            clock=self.clock,
            writer=Writer("lab", "0.1.0"),
        )
        bind_job = BindJob(self.get_job, self.register_job, self.journal)
        self.ferry_run = FerryRun(
            self.find_results, bind_job, self.catalog, self.journal, self.upload_results
        )
        self.refresh = RefreshCatalog(self.catalog, self.store, self.clock)
        self.progress = Progress()

    def ferry(
        self,
        source: str = RUN4,
        *,
        job_id: int | None = None,
        run_id: int | None = None,
        name: str | None = None,
    ) -> UploadResult:
        self.progress = Progress()
        return self.ferry_run(UploadRequest(source, job_id, run_id, name), self.progress)

    def ferry_fails(self, error: type[RunFerryError], source: str = RUN4) -> RunFerryError:
        with pytest.raises(error) as caught:
            self.ferry(source)
        return caught.value

    def keys(self) -> list[str]:
        """Everything in the store below the job's prefix, without that prefix."""
        return [
            stored.key[len("jobs/1/2026/11/20/140731/") :] for stored in self.store.list("jobs/")
        ]

    def content(self, key: str) -> bytes:
        return b"".join(self.store.read(key))

    def known(self, manifest: Manifest) -> Run | None:
        return self.catalog.run(manifest.job_id, manifest.run_id)
