"""What the first run needs: a look around, a try, and the file at the end."""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing

from core.configure.begin import Begin
from core.configure.first_choices import FirstChoices
from core.doctor.examine import Examined
from core.kinds.built_in_kinds import ANY, FRED
from core.source.scan_tree import ScannedRun
from core.source.suggest_folders import SuggestFolders
from core.source.survey_folder import FolderSurvey, SurveyFolder
from storage.s3.aws_profiles import aws_profiles
from storage.settings.file import settings_of
from storage.tree.folders import LocalFolders
from storage.tree.run_finder import FileRunFinder
from tui.composition.adapters import Adapters
from tui.composition.configuring import make_settings_file, settings_file_of
from tui.composition.examining import make_examine_store
from tui.composition.options import Options
from tui.composition.trees import Trees
from tui.parts.first_run import FirstRun, GoingOn

_OF_FRED = ("RESULTS", "OUT")


def make_first_run(adapters: Adapters, options: Options) -> FirstRun:
    """For a session with these options, which names no store."""
    file = make_settings_file(adapters)
    find, folders = FileRunFinder(), LocalFolders()
    survey = SurveyFolder(find, (FRED, ANY))
    suggest = SuggestFolders(folders, survey)

    def beside(choices: FirstChoices) -> Adapters:
        chosen = options.of_profile(choices.profile)
        other = adapters.beside(chosen)
        other.settings = settings_of(
            file.draft(choices.changes), adapters.environ, chosen.as_overrides()
        )
        return other

    def suggested(going_on: GoingOn) -> Iterator[FolderSurvey]:
        here, environ = find.resolve(os.curdir), adapters.environ
        return suggest(here, usual_places(environ), _around(here, environ), going_on)

    def examine(choices: FirstChoices) -> Iterator[Examined]:
        with closing(beside(choices)) as other:
            yield from make_examine_store(other)()

    def judge(choices: FirstChoices) -> Iterator[ScannedRun]:
        with closing(beside(choices)) as other:
            trees = Trees(other)
            yield from trees.scan_tree(choices.root, number=trees.number)

    return FirstRun(
        survey=survey,
        suggest=suggested,
        usual_kind=FRED.name,
        store=adapters.places.store,
        aws_profiles=aws_profiles,
        examine=examine,
        judge=judge,
        begin=Begin(settings_file_of(adapters)),
    )


def usual_places(environ: Mapping[str, str]) -> list[str]:
    """Where FRED puts results, absolute: as it was told, below its own directory, below the user's."""
    home, fred = environ.get("HOME", ""), environ.get("FRED_HOME", "")
    told = [environ.get("FRED_RESULTS", "")]
    own = [os.path.join(fred, name) for name in _OF_FRED] if fred else []
    at_home = [os.path.join(home, name) for name in ("FRED", "fred", "fred-out", "RESULTS")]
    return [path for path in (*told, *own, *at_home) if os.path.isabs(path)]


def _around(here: str, environ: Mapping[str, str]) -> str:
    """Where neighbours are looked for; nowhere among the homes of others, and at the top."""
    above = os.path.dirname(here)
    return "" if here == environ.get("HOME") or above == "/" else above
