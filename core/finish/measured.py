"""How far a run is, by what its own files say."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from core.finish.rule import Evidence, FinishRule, Reached, Verdict
from core.finish.rule_around import RuleAround
from core.kinds.run_kind import NumberIn, Progress
from core.path_patterns import file_expression, has_wildcards
from core.ports.tree import FileSample, SampleRequest, Scan

_AT_END = 64 << 10
_AT_BEGINNING = 64 << 10
"""Where the planned end stands: in a small file of parameters, or near the top of a log."""


class Measured(RuleAround):
    """Judges as another rule does, and says how far the run is."""

    def __init__(self, rule: FinishRule, progress: Progress) -> None:
        super().__init__(rule)
        self._progress = progress

    def requests(self, scan: Scan) -> Sequence[SampleRequest]:
        """What the rule asks for, and where the numbers stand."""
        return _merged([*self._rule.requests(scan), *_asked(self._found_in(scan))])

    def judge(self, evidence: Evidence) -> Verdict:
        """The verdict of the rule, with how far the run is, where its files tell."""
        reached = _reached(self._found_in(evidence.scan), evidence.samples)
        return replace(self._rule.judge(evidence), reached=reached)

    def _found_in(self, scan: Scan) -> Progress:
        """With the names of files in place of patterns for them."""
        progress = self._progress
        of = (
            replace(progress.of, file=_file(progress.of.file, scan))
            if isinstance(progress.of, NumberIn)
            else progress.of
        )
        return replace(
            progress, done=replace(progress.done, file=_file(progress.done.file, scan)), of=of
        )


def _file(pattern: str, scan: Scan) -> str:
    """The one that was written last of those that `pattern` means."""
    if not has_wildcards(pattern):
        return pattern
    means = re.compile(file_expression(pattern)).fullmatch
    times = chain(scan.file_times(), scan.link_times())
    written = ((mtime, path) for path, mtime in times if means(path))
    return max(written, default=(0, pattern))[1]


def _asked(progress: Progress) -> Iterable[SampleRequest]:
    yield SampleRequest(progress.done.file, tail=_AT_END)
    if isinstance(progress.of, NumberIn):
        yield SampleRequest(progress.of.file, head=_AT_BEGINNING)


def _merged(requests: Sequence[SampleRequest]) -> Sequence[SampleRequest]:
    """One for each file."""
    by_path: dict[str, SampleRequest] = {}
    for request in requests:
        other = by_path.get(request.path, request)
        by_path[request.path] = replace(
            request,
            head=max(request.head, other.head),
            tail=max(request.tail, other.tail),
            count_lines=request.count_lines or other.count_lines,
        )
    return [*by_path.values()]


def _reached(progress: Progress, samples: Mapping[str, FileSample]) -> Reached | None:
    done = _last(progress.done, _text(samples.get(progress.done.file, FileSample()).tail))
    if done is None:
        return None
    planned = progress.of
    if isinstance(planned, NumberIn):
        planned = _last(planned, _text(samples.get(planned.file, FileSample()).head))
    return Reached(done, planned or 0.0, progress.unit)


def _text(data: bytes) -> str:
    """Its whole lines: a number at a cut may be half of one. Many a program ends them by CR alone."""
    text = data.decode("utf-8", "replace").replace("\r", "\n")
    return text[: text.rfind("\n") + 1] or text


def _last(number: NumberIn, text: str) -> float | None:
    """The last one that is finite and not below zero."""
    found = [match[1] for match in re.finditer(number.pattern, text, re.MULTILINE)]
    return next((n for n in map(_number, reversed(found)) if n is not None), None)


def _number(written: str) -> float | None:
    try:
        number = float(written)
    except (TypeError, ValueError):
        return None
    return number if 0 <= number < math.inf else None
