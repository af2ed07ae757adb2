"""What the first run finds, in tests: nothing of this machine."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from core.configure.first_choices import FirstChoices
from core.doctor.examine import Examined
from core.errors import SettingsError
from core.finish.run_state import RunState
from core.ports.examiner import Diagnosis, Outcome
from core.source.scan_tree import ScannedRun
from core.source.survey_folder import FolderSurvey
from tests.builders import MIB
from tui.parts.first_run import FirstRun

_PATIENCE = 60.0
HERE, SIMS = "/home/ada/work", "/data/sims"


@dataclass
class Beginning:
    """`refuses` says why the store does not do what is asked, `unwritable` why the file cannot be written."""

    refuses: str = ""
    unwritable: str = ""
    begun: list[FirstChoices] = field(default_factory=list[FirstChoices])
    examined: list[FirstChoices] = field(default_factory=list[FirstChoices])
    may_suggest: threading.Event = field(default_factory=threading.Event)
    """Set, unless a test wants suggestions later."""

    def __post_init__(self) -> None:
        self.may_suggest.set()

    def part(self) -> FirstRun:
        """For the app."""
        return FirstRun(
            survey=lambda path, _: surveyed(path.rstrip("/")),
            suggest=self._suggested,
            usual_kind="fred",
            store="/home/ada/.local/share/runferry/store",
            aws_profiles=lambda: ["default", "lab-west"],
            examine=self._examine,
            judge=self._judge,
            begin=self._begin,
        )

    def _suggested(self, going_on: Callable[[], bool]) -> Iterator[FolderSurvey]:
        assert self.may_suggest.wait(_PATIENCE)
        yield surveyed(HERE)
        yield surveyed(SIMS)
        yield surveyed("/home/ada/FRED/RESULTS")

    def _examine(self, choices: FirstChoices) -> Iterator[Examined]:
        self.examined.append(choices)
        yield Examined("store", Diagnosis("list", Outcome.OK, choices.profile))
        bad = Diagnosis("put", Outcome.NOT_OK, self.refuses, "Ask for s3:PutObject.")
        yield Examined("store", bad if self.refuses else Diagnosis("put", Outcome.OK, "15 B"))

    def _judge(self, choices: FirstChoices) -> Iterator[ScannedRun]:
        states = [RunState.DONE, RunState.DONE, RunState.RUNNING]
        for number, state in enumerate(states, 1):
            reason = "all finish checks hold" if state is RunState.DONE else "LOG has not ended"
            path = f"{choices.root}/RUN{number}"
            yield ScannedRun(path, number, state, reason, 31, (808 + number) * MIB)

    def _begin(self, choices: FirstChoices) -> None:
        if self.unwritable:
            raise SettingsError(self.unwritable, kept="It is as it was.")
        self.begun.append(choices)


def surveyed(path: str) -> FolderSurvey:
    """Three places with runs; in all others there are none."""
    found = {
        "/data/sims": FolderSurvey(path, "any", ("seed_1", "seed_2")),
        "/home/ada/FRED/RESULTS": FolderSurvey(
            path, "fred", ("JOB/1/OUT/RUN1", "JOB/1/OUT/RUN2", "JOB/1/OUT/RUN3"), near=("run7",)
        ),
        "/data/big": FolderSurvey(path, "fred", ("RUN1",), complete=False),
        "/gone": FolderSurvey(path, problem="/gone cannot be read: No such file or directory."),
    }
    return found.get(path, FolderSurvey(path, near=("RUN_8",)))
