"""The use cases that keep a store in order, on fakes."""

from core.stored.findings import Checked, Finding
from core.stored.orphans import FoundOrphan, OrphanKind
from core.stored.refresh_catalog import RefreshCatalog
from core.upload.commit_version import Writer
from tests.catalog_dump import dump
from tests.core.bench import Bench
from tests.fakes.archives import FakeHasher, FakeReader
from tests.fakes.catalog import FakeCatalog
from tui.composition.store_care import make_store_care

PREFIX = "jobs/1/2026/11/20/140731/"
RESULTS = f"{PREFIX}run_4_results.zip"
MANIFEST = f"{PREFIX}run_4_results.v0001.json"


class CareBench(Bench):
    """One workstation with an upload, and what cares for its store."""

    def _wire(self) -> None:
        super()._wire()
        self.care = make_store_care(
            store=self.store,
            catalog=self.catalog,
            journal=self.journal,
            clock=self.clock,
            turns=self.turns,
            writer=Writer("lab", "0.1.0"),
            hasher=FakeHasher(),
            reader=FakeReader(),
            refresh_catalog=self.refresh,
            archive_class="GLACIER_IR",
        )

    def names(self) -> set[str]:
        """Of everything below the prefix of job 1."""
        return set(self.keys())

    def orphans(self) -> list[tuple[str, str]]:
        """(kind, name) of all."""
        return [(o.kind.value, o.key.removeprefix(PREFIX)) for o in self.care.find_orphans()]

    def orphan(self, kind: OrphanKind = OrphanKind.ORPHAN) -> FoundOrphan:
        """The only one of its kind."""
        (found,) = [orphan for orphan in self.care.find_orphans() if orphan.kind is kind]
        return found

    def findings(self, *, repair: bool = False, read_percent: float = 0) -> list[Finding]:
        return list(self.care.check(Checked(), repair=repair, read_percent=read_percent))

    def problems(self) -> list[tuple[str, str]]:
        """(problem, name) of all."""
        return [(f.problem.name, f.key.removeprefix(PREFIX)) for f in self.findings()]

    def rebuilt(self) -> str:
        """The dump of a catalog that is made from the store alone."""
        catalog = FakeCatalog()
        RefreshCatalog(catalog, self.store, self.clock)()
        return dump(catalog)
