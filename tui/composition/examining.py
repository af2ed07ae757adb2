"""What looks at everything: each examiner is made when its turn has come, of as little as it needs."""

import os
from collections.abc import Callable, Generator, Mapping

from core.doctor.examine import Examine
from core.doctor.look_at_disks import LookAtDisks
from core.doctor.look_at_settings import LookAtSettings
from core.doctor.try_store import TryStore
from core.errors import RunFerryError
from core.ports.examiner import Diagnosis, Examiner, Outcome
from core.settings import Settings
from storage.db.databases_examiner import DatabasesExaminer
from storage.machine.inotify_limits import InotifyLimits
from storage.machine.program import ProgramExaminer
from storage.machine.volumes import MountedVolumes
from storage.settings.places import Places
from tui.composition.adapters import Adapters

_Examiners = Mapping[str, Callable[[], Examiner]]


def make_examine(adapters: Adapters) -> Examine:
    """For the store of the chosen profile, if there is one; asks neither store nor database yet."""
    places, environ = adapters.places, adapters.environ

    def settings() -> LookAtSettings:
        there = "" if os.path.exists(places.settings) else "not there, defaults count: "
        file = f"{there}{places.settings}"
        return LookAtSettings(file, lambda: adapters.settings, environ)

    try:
        known: Settings | None = adapters.settings
        of_store = _of_store(adapters)
    except RunFerryError:
        known, of_store = None, {"store": _NotLookedAt}
    return Examine(
        {
            "program": ProgramExaminer,
            "settings": settings,
            **of_store,
            "disk": lambda: _disks(places),
            "inotify": InotifyLimits,
            "databases": lambda: DatabasesExaminer(
                places.state_db, places.cache_db(known.profile) if known else ""
            ),
        }
    )


def make_examine_store(adapters: Adapters) -> Examine:
    """Who asks the store of the chosen profile, which way leads there, and what can be done. Raises SettingsError."""
    return Examine(_of_store(adapters))


class _NotLookedAt(Examiner):
    """Nobody knows which one; why, is said of the settings."""

    def examine(self) -> Generator[Diagnosis]:
        """One line."""
        yield Diagnosis("store", Outcome.UNKNOWN, "not tried: the settings cannot be used")


def _of_store(adapters: Adapters) -> _Examiners:
    """Who asks comes first, then whether it works; what a server turns out to want is known afterwards."""
    examiners = adapters.closing(adapters.of_store.examiners(adapters.clock))
    first, *others = examiners.by_subject.items()
    trying = ("store", lambda: TryStore(adapters.store, adapters.clock))
    return dict([first, trying, *others])


def _disks(places: Places) -> LookAtDisks:
    directories = {"state": places.state, "cache": places.caches, "store": places.store}
    return LookAtDisks(MountedVolumes(), {what: _there(d) for what, d in directories.items()})


def _there(path: str) -> str:
    """The directory itself, or the one in which it would be made."""
    while not os.path.isdir(path) and path != os.path.dirname(path):
        path = os.path.dirname(path)
    return path
