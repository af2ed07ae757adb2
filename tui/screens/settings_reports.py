"""What a test of a profile tells, and what a rule says of a tree, line by line."""

from collections import Counter
from collections.abc import Iterator, Sequence

from core.doctor.examine import Examined
from core.finish.run_state import RunState
from core.ports.examiner import Outcome
from core.redaction import redact
from core.source.scan_tree import ScannedRun
from tui.parts.configuration import Configuration
from tui.widgets.cells import Tone
from tui.widgets.panes import Line, hanging, line
from tui.wording.formatting import plural
from tui.wording.signs import RUN_SIGNS, check_mark

_MARKS = {
    Outcome.OK: ("✓", Tone.GOOD),
    Outcome.NOT_OK: ("✗", Tone.BAD),
    Outcome.UNKNOWN: ("·", Tone.DIM),
}
_WIDTH = 72
"""Cells of the frame that they are shown in."""


class TestReport:
    """What came of a test, counted."""

    def __init__(self) -> None:
        self._counts = Counter[Outcome]()
        self._subject = ""

    def told(self, found: Iterator[Examined]) -> Iterator[Sequence[Line]]:
        """A line for each thing, below its subject."""
        for examined in found:
            diagnosis = examined.diagnosis
            self._counts[diagnosis.outcome] += 1
            head = (
                [line(f" {examined.subject}", Tone.STRONG)]
                if examined.subject != self._subject
                else []
            )
            self._subject = examined.subject
            sign, tone = _MARKS[diagnosis.outcome]
            label: Line = [(f"  {sign} ", tone), (f"{diagnosis.what:<12} ", Tone.PLAIN)]
            text = " ".join(filter(None, (diagnosis.detail, diagnosis.hint)))
            yield [
                *head,
                *hanging(label, redact(text), Tone.DIM if tone is not Tone.BAD else tone, _WIDTH),
            ]

    @property
    def is_well(self) -> bool:
        """Whether nothing was wrong so far."""
        return not self._counts[Outcome.NOT_OK]

    def summary(self) -> Line:
        """Whether all was well."""
        wrong = self._counts[Outcome.NOT_OK]
        if wrong:
            return line(f"{plural(wrong, 'thing')} not as it should be.", Tone.BAD)
        return line("All is as it should be.", Tone.GOOD)


class JudgedRuns:
    """What a rule says of the runs of a tree, counted."""

    def __init__(self, configuration: Configuration, root: str) -> None:
        self._configuration = configuration
        self._root = root
        self._states = Counter[RunState]()
        self._problems = 0

    def told(self) -> Iterator[Sequence[Line]]:
        """A line for each run, and one for each check of it that does not hold."""
        problems = list[Line]()

        def problem(path: str, why: str) -> None:
            problems.append(line(f" ✗ {path} cannot be looked into: {why}", Tone.BAD))

        for run in self._configuration.judge(self._root, problem):
            yield [*problems, *self._run(run)]
            problems.clear()
        yield problems

    def _run(self, run: ScannedRun) -> Iterator[Line]:
        self._states[run.state] += 1
        sign = RUN_SIGNS[run.state]
        name = run.path.removeprefix(self._root).lstrip("/") or run.path
        yield [
            (f" {sign.glyph} {sign.word:<9} ", sign.tone),
            (f"{name}  ", Tone.STRONG),
            (run.reason, Tone.DIM),
        ]
        for check in run.checks:
            if not check.passed:
                yield line(f"     {check_mark(check)} {check.name}: {check.reason}", Tone.DIM)

    def summary(self) -> Line:
        """How many of each."""
        counts = ", ".join(f"{count} {state.value}" for state, count in self._states.items())
        return line(
            f"{plural(self._states.total(), 'run')}{': ' + counts if counts else ''}.", Tone.STRONG
        )
