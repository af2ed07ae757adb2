"""How a new job is called, and what is known about where it came from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.ports.tree import SampleRequest, TreeScanner
from core.printable import harmless
from core.redaction import redact

_ANONYMOUS = frozenset({"OUT", "RESULTS", "JOB", "results", "output", ""})
_FRED_JOB = re.compile(r"(?:^|/)JOB/([0-9]+)/[^/]*\Z", re.ASCII)
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
    parts = [*filter(_says_something, results_root.split("/"))]
    return parts[-1] if parts else "job"


def _says_something(part: str) -> bool:
    return bool(part.strip()) and part not in _ANONYMOUS and not part.isdigit()


def _tags(results_root: str, meta: dict[str, bytes]) -> Iterator[str]:
    for number in _FRED_JOB.findall(results_root):
        yield f"fred-job:{number[:_LONGEST_TAG]}"
    yield from _told_by(meta)


def _told_by(meta: dict[str, bytes]) -> Iterator[str]:
    for name in ("USER", "RUNS"):
        if value := _text(meta.get(name, b""), _LONGEST_TAG):
            yield f"{name.lower()}:{redact(value)}"


def _text(data: bytes, longest: int) -> str:
    """The one line that `data` is; empty when it is anything else, or too long."""
    try:
        text = data.decode().strip()
    except UnicodeDecodeError:
        return ""
    return text if _is_line(text, longest) else ""


def _is_line(text: str, longest: int) -> bool:
    return text == harmless(text) and len(text) <= longest
