"""Does a directory tell which run it is?"""

from core.binding.own_names import OwnNames
from core.binding.stored_here import StoredHere
from core.errors import InvalidResultsDirectoryError
from core.printable import printable
from core.source.find_results import Results
from core.source.run_directories import RunDirectories
from core.source.run_places import RunPlaces


class CheckClear:
    """To be asked before anything is made for the run. Raises StateError."""

    def __init__(
        self,
        here: StoredHere,
        places: RunPlaces,
        directories: RunDirectories,
        own_names: OwnNames,
    ) -> None:
        self._here = here
        self._places = places
        self._directories = directories
        self._own_names = own_names

    def __call__(self, results: Results, run_id: int | None) -> None:
        """`run_id` is what its user told. Raises InvalidResultsDirectoryError when that is missing."""
        self._own_names(self._places.root_of_run(results.path))
        is_known = self.is_known(results.path)
        if not (run_id or is_known):
            self._check_one(results)

    def is_known(self, path: str) -> bool:
        """Whether a directory was stored as a run before, whatever it is called."""
        self._own_names.of_run(path)
        return self._here.last(path) is not None

    def _check_one(self, results: Results) -> None:
        if len(results.runs) > 1:
            raise _several(results.path.rpartition("/")[0])
        self._check_whole(results.path)

    def _check_whole(self, path: str) -> None:
        named = self._places.named(path)
        if named.part and len(self._directories.parts(named.path)) > 1:
            raise _one_part(path, named.path)


def _several(folder: str) -> InvalidResultsDirectoryError:
    return InvalidResultsDirectoryError(
        f"{printable(folder)} contains several RUN directories, so it does not say which "
        "run they are.",
        todo="Name the run with --run-id.",
    )


def _one_part(path: str, run: str) -> InvalidResultsDirectoryError:
    return InvalidResultsDirectoryError(
        f"{printable(path)} is one of several directories of the run {printable(run)}.",
        todo="Name that one to store them together, or give this one a run id of its own with "
        "--run-id.",
    )
