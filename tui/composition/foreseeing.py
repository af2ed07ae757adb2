"""Tell what an upload would do. Where there is no state, none is made."""

import os
from functools import cached_property

from core.binding.propose_job import ProposeJob
from core.upload.foresee_upload import ForeseeUpload, NoMemory
from tui.composition.adapters import Adapters
from tui.composition.trees import Trees


class Foreseeing:
    """Nothing in it writes: neither here nor in the store."""

    def __init__(self, adapters: Adapters, trees: Trees) -> None:
        self._adapters = adapters
        self._trees = trees

    @cached_property
    def foresee_upload(self) -> ForeseeUpload:
        """For one run."""
        trees, adapters = self._trees, self._adapters
        return ForeseeUpload(
            trees.find_results, self._memory, trees.number_runs, ProposeJob(adapters.scanner)
        )

    def is_known(self, path: str) -> bool:
        """Whether the directory was stored as a run before, whatever it is called."""
        return self._memory.stored_as(self._adapters.scanner.resolve(path)) is not None

    @property
    def location(self) -> str:
        """Of the store, by the settings alone."""
        adapters = self._adapters
        return adapters.places.store_location(adapters.settings.profile)

    @property
    def _memory(self):
        adapters = self._adapters
        return adapters.journal if os.path.exists(adapters.places.state_db) else NoMemory()
