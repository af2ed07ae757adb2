"""A run in memory."""

from collections.abc import Mapping

from core.errors import ArtifactNotFoundError
from core.ports.run_files import RunFiles
from tests.fakes.content import FakeContent


class FakeRunFiles(RunFiles):
    """Its files by path; tells what was read of them."""

    def __init__(self, files: Mapping[str, bytes], place: str = "/data/OUT/RUN1") -> None:
        self.contents = {path: FakeContent(data, path) for path, data in files.items()}
        self._place = place

    @property
    def place(self) -> str:
        return self._place

    def identity(self) -> str:
        return str(sorted(self.files().items()))

    def files(self) -> Mapping[str, int]:
        return {path: content.size for path, content in self.contents.items()}

    def crc(self, path: str) -> int | None:
        return None

    def read(self, path: str) -> FakeContent:
        if path not in self.contents:
            raise ArtifactNotFoundError(f"There is no file {path}.")
        return self.contents[path]
