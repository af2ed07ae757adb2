"""This program, and what it runs on."""

import os
import platform
import sys
from collections.abc import Generator
from importlib.metadata import PackageNotFoundError, version

from core.ports.examiner import Diagnosis, Examiner, Outcome
from core.version import VERSION

_LIBRARIES = ("boto3", "botocore", "textual", "peewee", "watchdog", "click", "isal", "zlib-ng")


class ProgramExaminer(Examiner):
    """Versions: what whoever helps asks for first."""

    def examine(self) -> Generator[Diagnosis]:
        yield Diagnosis("runferry", Outcome.OK, VERSION)
        yield Diagnosis("python", Outcome.OK, f"{platform.python_version()} ({sys.executable})")
        yield Diagnosis("system", Outcome.OK, f"{platform.platform()}, {os.cpu_count()} cores")
        for name in _LIBRARIES:
            yield _library(name)


def _library(name: str) -> Diagnosis:
    try:
        return Diagnosis(name, Outcome.OK, version(name))
    except PackageNotFoundError:
        hint = "Install RunFerry again (`pipx install .`)."
        return Diagnosis(name, Outcome.NOT_OK, "is not installed", hint)
