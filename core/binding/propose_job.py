"""How a new job is called, and what is known about where it came from."""

import os.path
from collections.abc import Iterator
from dataclasses import dataclass

from core.ports.tree import SampleRequest, TreeScanner
from core.printable import harmless
from core.redaction import redact

_ANONYMOUS = frozenset({"OUT", "RESULTS", "JOB", "results", "output", ""})
_META = "../META/"
_FILES = ("KEY", "USER", "RUNS")
_LONGEST_NAME = 100
_LONGEST_TAG = 40
_LONGEST_BY_PATH = 255
"""As long as the name of a directory, which escapes may make four times as long."""


@dataclass(frozen=True)
class JobProposal:
    """For a job that has to be made; redacted."""

    name: str
    tags: tuple[str, ...] = ()


class ProposeJob:
    """Reads what FRED wrote beside a results root; else the path has to do."""

    def __init__(self, scanner: TreeScanner) -> None:
        self._scanner = scanner

    def __call__(self, results_root: str) -> JobProposal:
        """The key that the user gave the FRED job is its name."""
        meta = self._meta(results_root)
        by_path = harmless(job_name(results_root))[:_LONGEST_BY_PATH]
        name = _text(meta.get("KEY", b""), _LONGEST_NAME) or by_path
        return JobProposal(redact(name), tuple(_tags(results_root, meta)) if meta else ())

    def _meta(self, results_root: str) -> dict[str, bytes]:
        requests = [SampleRequest(_META + name, head=4 * _LONGEST_NAME + 2) for name in _FILES]
        found = self._scanner.sample(results_root, requests)
        return {path.removeprefix(_META): sample.head for path, sample in found.items()}


def job_name(results_root: str) -> str:
    """A name for the job of a path: its last part that says something.

    >>> job_name("/data/flu/OUT")
    'flu'
    """
    parts = [
        part
        for part in results_root.split(os.path.sep)
        if part.strip() and part not in _ANONYMOUS and not part.isdigit()
    ]
    return parts[-1] if parts else "job"


def _tags(results_root: str, meta: dict[str, bytes]) -> Iterator[str]:
    above = results_root.split(os.path.sep)[-3:-1]
    if len(above) > 1 and above[0] == "JOB" and above[1].isascii() and above[1].isdigit():
        yield f"fred-job:{above[1][:_LONGEST_TAG]}"
    for name in ("USER", "RUNS"):
        if value := _text(meta.get(name, b""), _LONGEST_TAG):
            yield f"{name.lower()}:{redact(value)}"


def _text(data: bytes, longest: int) -> str:
    """The one line that `data` is; empty when it is anything else, or too long."""
    try:
        text = data.decode().strip()
    except UnicodeDecodeError:
        return ""
    return text if text == harmless(text) and len(text) <= longest else ""
