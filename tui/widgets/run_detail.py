"""One run, or one results root: how far it is, and why it is or is not finished."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from core.finish.rule import DAY, Check
from core.finish.run_state import RunState
from core.progress import Pacer
from core.run_view import RunView
from core.transfer_view import TransferState, TransferView
from tui.widgets.cells import Part, Tone, bar_parts
from tui.widgets.chosen_runs import UPLOADABLE
from tui.widgets.panes import Line, hanging, line, transfer_failure_lines
from tui.widgets.root_in_store import Standing
from tui.widgets.run_picture import RunGroup
from tui.widgets.run_rows import state_text
from tui.widgets.sections import Preview, Rank, Section
from tui.wording.action_keys import key, keyed
from tui.wording.formatting import (
    age,
    duration,
    hence,
    moment,
    percent,
    plural,
    rate,
    short_path,
    size,
)
from tui.wording.measures import reached, reached_in_words, share_of
from tui.wording.signs import RUN_SIGNS, check_mark, transfer_sign
from tui.wording.transfers import PHASE_WORDS

_CHECK_WIDTH = 18
NOTHING_READ = Preview()
_STORED = {
    Standing.AS_IT_IS: line(" ✓ stored", Tone.GOOD),
    Standing.OUTDATED: line(" outdated: it has changed since it was stored", Tone.WARN),
    Standing.SOMETHING: line(" in store: whether as it is now, an upload finds out", Tone.DIM),
    Standing.UNKNOWN: line(" whether it is stored is not known yet", Tone.DIM),
}


@dataclass(frozen=True)
class RunFacts:
    """What is known about a run at `now`. `growth` in bytes per second, None while unknown.

    `destination` says where it goes, empty while unknown; `final_bytes` to what finished runs beside
    it have come; `preview` is what was read of it.
    """

    run: RunView
    transfer: TransferView | None
    standing: Standing
    growth: float | None
    now: datetime
    destination: str = ""
    final_bytes: int | None = None
    preview: Preview = NOTHING_READ


def group_lines(group: RunGroup, *, auto_upload: bool) -> Sequence[Line]:
    """A results root; whether its runs are uploaded by themselves."""
    states = Counter(run.state for run in group.runs)
    counts: list[Part] = [(" ", Tone.PLAIN)]
    for state, sign in RUN_SIGNS.items():
        if states[state]:
            counts.append((f"{sign.glyph} {states[state]} {sign.word}  ", sign.tone))
    total = group.bytes.text(size)
    head = f" {group.title}  {plural(len(group.runs), 'run')}  {total}"
    auto = (" auto-upload on, a turns it off" if auto_upload else "", Tone.GOOD)
    path = line(f" {short_path(group.path)}", Tone.DIM)
    return [line(head, Tone.STRONG), [*counts, auto], path]


def short_lines(facts: RunFacts) -> Sequence[Line]:
    """A run in two lines."""
    run = facts.run
    changed = f"{_change_text(facts)}  " if run.expected is None else f"{_end_text(facts)}  "
    return [
        [
            (f" {run.name}  ", Tone.STRONG),
            (_days_text(run), Tone.PLAIN),
            (changed, Tone.DIM),
            (_arrow(facts.destination), Tone.PLAIN),
        ],
        _last_words(facts) or _state_line(run),
    ]


def run_sections(facts: RunFacts, width: int) -> Sequence[Section]:
    """Everything that is known of a run, in lines of `width` cells."""
    return [
        Section(Rank.PROGRESS, lines=_progress(facts, width), least=3),
        *facts.preview.sections(width),
        _checks(facts.run.checks, width),
        Section(Rank.UPLOAD, line(" UPLOAD", Tone.STRONG), _upload_lines(facts, width)),
    ]


def _last_words(facts: RunFacts) -> Line:
    """What a running run says is news; its state is in the table."""
    words = facts.preview.last_words
    if facts.run.state is not RunState.RUNNING or not words or _plan_text(facts.run):
        return ()
    return [(" LOG  ", Tone.DIM), (words, Tone.PLAIN)]


def _state_line(run: RunView) -> Line:
    sign, plan = RUN_SIGNS[run.state], _plan_text(run)
    return [
        (f" {sign.text}  ", sign.tone),
        (f"{plan}  " if plan else "", Tone.WARN),
        (run.reason, Tone.PLAIN),
    ]


def _progress(facts: RunFacts, width: int) -> Sequence[Line]:
    run = facts.run
    end = _end_text(facts)
    return [
        [(f" {run.name}  ", Tone.STRONG), (state_text(run), RUN_SIGNS[run.state].tone)],
        *_days_lines(run, width),
        *((line(f" {end}"),) if end else ()),
        *_size_lines(facts),
        line(f" {_change_text(facts)}".rstrip(), Tone.DIM),
        *facts.preview.remarks,
        *hanging(line(" "), run.reason, _reason_tone(run), width),
    ]


def _end_text(facts: RunFacts) -> str:
    expected = facts.run.expected
    if expected is None:
        return ""
    return f"ends ≈ {moment(expected.ends_at, facts.now)}, {hence(expected.ends_at, facts.now)}"


def _checks(checks: Sequence[Check], width: int) -> Section:
    """What does not hold comes first, and has room before what does."""
    longest = max([_CHECK_WIDTH, *(len(check.name) for check in checks)])
    failing, holding = (
        [
            shown
            for check in checks
            if check.passed is ok
            for shown in _check_lines(check, longest, width)
        ]
        for ok in (False, True)
    )
    count = f"  {sum(check.passed for check in checks)} of {len(checks)} hold"
    title = [(" FINISH CHECK", Tone.STRONG), (count, Tone.DIM)]
    lines = [*failing, *holding]
    return Section(Rank.CHECKS, title, lines, least=min(1, len(failing)), usual=len(failing))


def _days_text(run: RunView) -> str:
    if run.reached is None:
        return ""
    share = f" ({percent(share_of(run.reached)).strip()})" if run.reached.planned else ""
    return f"{reached_in_words(run.reached)}{share}  "


def _days_lines(run: RunView, width: int) -> Sequence[Line]:
    if run.reached is None:
        return ()
    in_days = run.reached.unit == DAY
    text = f" {reached(run.reached)} days" if in_days else f" {reached_in_words(run.reached)}"
    if not run.reached.planned:
        return (line(text),)
    room = max(0, width - len(text) - 1)
    bar = bar_parts(share_of(run.reached), room, RUN_SIGNS[run.state].tone)
    return ([(" ", Tone.PLAIN), *bar, (text, Tone.PLAIN)],)


def _size_lines(facts: RunFacts) -> Sequence[Line]:
    files, count = facts.run.files, facts.run.bytes
    if files is None or count is None:
        return ()
    excluded = facts.preview.excluded
    left_out = f"left out: {size(excluded)}" if excluded else ""
    parts = (size(count), left_out, _growth_text(facts), _final_text(facts))
    return (line(f" {plural(files, 'file')}  {'  '.join(filter(None, parts))}"),)


def _final_text(facts: RunFacts) -> str:
    """What a simulation writes when it ends cannot be told from what it wrote until then."""
    expected = facts.run.expected
    if expected is None:
        return ""
    if facts.final_bytes:
        return f"→ ≈ {size(facts.final_bytes)}, as others here"
    return f"→ ≈ {size(expected.bytes)} or more" if expected.bytes else ""


def _growth_text(facts: RunFacts) -> str:
    growing = facts.run.state is RunState.RUNNING and facts.growth
    return f"growing {rate(facts.growth)}" if growing else ""


def _change_text(facts: RunFacts) -> str:
    if changed := facts.run.changed_at:
        return f"last change {age(changed, facts.now)}"
    return "" if facts.run.files is None else "last change unknown"


def _reason_tone(run: RunView) -> Tone:
    return Tone.BAD if run.state is RunState.FAILED else Tone.PLAIN


def _check_lines(check: Check, longest: int, width: int) -> Sequence[Line]:
    mark, tone = check_mark(check), Tone.GOOD if check.passed else Tone.BAD
    tone = tone if check.looked else Tone.DIM
    label = ((f" {mark} ", tone), (f"{check.name:<{longest}} ", Tone.PLAIN))
    return hanging(label, check.reason, Tone.DIM, width)


def _upload_lines(facts: RunFacts, width: int) -> Sequence[Line]:
    where = _arrow(facts.destination)
    return (*((line(f" {where}"),) if where else ()), *_progress_lines(facts, width))


def _progress_lines(facts: RunFacts, width: int) -> Sequence[Line]:
    transfer = facts.transfer
    if transfer is None or transfer.state is TransferState.CANCELLED:
        return (_advice(facts),)
    if transfer.state is TransferState.DONE and facts.standing is not Standing.AS_IT_IS:
        return (_advice(facts),)
    sign = transfer_sign(transfer)
    if transfer.state is TransferState.ACTIVE:
        share = percent(transfer.done / transfer.total).strip() if transfer.total else ""
        text = f"{sign.glyph} {PHASE_WORDS[transfer.phase]} {share}  {rate(transfer.rate)}"
        return (line(f" {text}  ETA {duration(transfer.seconds_left)}", sign.tone),)
    if transfer.failure:
        return (line(f" {sign.text}", sign.tone), *transfer_failure_lines(transfer, width))
    return (line(f" {sign.glyph} {transfer.outcome or sign.word}", sign.tone),)


def _advice(facts: RunFacts) -> Line:
    if facts.run.outdated:
        return _STORED[Standing.OUTDATED]
    if said := _STORED.get(facts.standing):
        return said
    if plan := _plan_text(facts.run):
        return line(f" {plan}", Tone.WARN)
    if facts.run.state in UPLOADABLE:
        return line(keyed(" {upload} uploads it"), Tone.DIM)
    if facts.run.state in {RunState.STALLED, RunState.STOPPED, RunState.FAILED}:
        return line(keyed(" {upload} asks, then uploads it as it is"), Tone.DIM)
    return line(keyed(" can be uploaded when all checks hold; {upload} asks"), Tone.DIM)


def _plan_text(run: RunView) -> str:
    """What happens by itself, or what the user decided about that."""
    if run.held:
        return keyed("held, {hold} releases")
    return (
        ""
        if run.uploads_in is None
        else f"uploads in {ceil(run.uploads_in)} s, {key('hold')} holds"
    )


def _arrow(destination: str) -> str:
    return f"→ {destination}" if destination else ""


class Growth:
    """Follows one path at a time; a new path starts again."""

    def __init__(self) -> None:
        self._path = ""
        self._pacer = Pacer()

    def sample(self, path: str, now: float, count: int | None) -> float | None:
        """Bytes per second over the last five; None while there is too little to tell."""
        if path != self._path or count is None:
            self._path, self._pacer = path, Pacer()
        if count is None:
            return None
        return self._pacer.sample(now, count, count).rate
