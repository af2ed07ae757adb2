"""What things are called in a sentence."""

import re
from collections.abc import Iterable

from core.model import Artifact, Job
from core.printable import printable
from core.redaction import conceal

_NUMBER_AT_END = re.compile("([0-9]+)$", re.ASCII)


def job_title(job: Job) -> str:
    """As in `job 12 "simpleflu"`."""
    name = printable(conceal(job.name)).strip()
    return f'job {job.id} "{name}"' if name else f"job {job.id}"


def run_title(run_id: int, directory: str = "") -> str:
    """As in "RUN4", "seed_004", "case-A (run 4)": its own name, and its id where that does not tell it.

    `directory` as the manifest has it; RUN and the id is what was understood before there was one.
    """
    name = printable(directory) or f"RUN{run_id}"
    return f"{name}{id_beside(run_id, name)}"


def id_beside(run_id: int, name: str) -> str:
    """As in " (run 4)"; empty behind a name that ends with the number, or while there is no id."""
    number = _NUMBER_AT_END.search(name)
    told = number is not None and number[1].lstrip("0") == str(run_id)
    return "" if told or not run_id else f" (run {run_id})"


def own_name(run_id: int, directory: str) -> str:
    """That of its directory; empty where it is RUN and the id, or not known."""
    return "" if directory == f"RUN{run_id}" else printable(directory)


def directory_of(artifacts: Iterable[Artifact]) -> str:
    """Of the run that they belong to, by the newest version that tells it; empty where none does."""
    told = [artifact for artifact in artifacts if artifact.directory]
    return max(told, key=lambda artifact: artifact.version).directory if told else ""
