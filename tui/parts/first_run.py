"""What is needed to begin without a settings file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.configure.first_choices import FirstChoices
from core.doctor.examine import Examined
from core.source.scan_tree import ScannedRun
from core.source.survey_folder import FolderSurvey

GoingOn = Callable[[], bool]


@dataclass(frozen=True)
class FirstRun:
    """All of it reads files or asks a store: not on the UI thread; only `begin` writes settings.

    `survey` looks into a folder as it is typed, `suggest` tells those that may be meant; each ends soon after its
    last argument says no. `usual_kind` is what runs are where nobody says anything else, `store` is where the built-in store is. `aws_profiles` are names; it raises SettingsError.
    `examine` tries the store of the choices, `judge` tells the runs of their tree with what their rule says, before
    anything of it is written; both raise SettingsError, and `judge` RunFerryError. `begin` writes the choices down.
    """

    survey: Callable[[str, GoingOn], FolderSurvey]
    suggest: Callable[[GoingOn], Iterator[FolderSurvey]]
    usual_kind: str
    store: str
    aws_profiles: Callable[[], Sequence[str]]
    examine: Callable[[FirstChoices], Iterator[Examined]]
    judge: Callable[[FirstChoices], Iterator[ScannedRun]]
    begin: Callable[[FirstChoices], None]
