"""Which settings are in force here, and what said so."""

from collections.abc import Callable, Generator, Mapping
from functools import partial
from operator import attrgetter

from core.ports.examiner import Diagnosis, Examiner, Outcome
from core.settings import Settings

_PREFIXES = ("AWS_", "RUNFERRY_", "SSL_CERT_", "REQUESTS_CA_")
_SUFFIXES = ("_PROXY", "_proxy")


class LookAtSettings(Examiner):
    """What the defaults do not say; of the environment, which variables are set and not to what."""

    def __init__(self, file: str, load: Callable[[], Settings], environ: Mapping[str, str]) -> None:
        """`file` says where it is, or that it is not there."""
        self._file = file
        self._load = load
        self._environ = environ

    def examine(self) -> Generator[Diagnosis]:
        """The file and the environment also where they cannot be used."""
        yield Diagnosis("file", Outcome.OK, self._file)
        told = ", ".join(sorted(filter(_counts, self._environ)))
        yield Diagnosis("environment", Outcome.OK, told or "nothing of it is set")
        settings = self._load()
        yield Diagnosis("profile", Outcome.OK, _with_origin(settings, "profile"))
        for name in filter(partial(_is_said, settings), settings.origins):
            yield Diagnosis(name, Outcome.OK, _with_origin(settings, name))


def _counts(variable: str) -> bool:
    return variable.startswith(_PREFIXES) or variable.endswith(_SUFFIXES)


def _is_said(settings: Settings, name: str) -> bool:
    """And in force: of profiles that one. Rules are shown by `runferry config show`."""
    sections = (f"profiles.{settings.profile.name}.", "watch.", "transfers.")
    return settings.origins[name] != "default" and name.startswith(sections)


def _with_origin(settings: Settings, name: str) -> str:
    """A secret shows as its marker."""
    origin = settings.origins.get(name, "default")
    if name == "profile":
        return f"{settings.profile.name} ({origin})"
    section, _, field = name.partition(".")
    of: object = settings.profile if section == "profiles" else getattr(settings, section)
    return f"{attrgetter(field.rpartition('.')[2])(of)} ({origin})"
