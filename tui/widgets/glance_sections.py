"""What was read of a run, in words."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.preview.glance import Glance, GrownFile, KindSize
from core.printable import printable
from tui.widgets.cells import Part, Tone, bar_parts
from tui.widgets.drawn_curve import Curve
from tui.widgets.panes import Line, line
from tui.widgets.sections import Rank, Section
from tui.wording.formatting import age, headline, number, percent, plural, size

_JUST_NOW = timedelta(seconds=15)
_USUAL = 4
_LOG_LINES = 20
_NAME, _BAR, _SIZE = 12, 30, 9


def glance_sections(glance: Glance, now: datetime, width: int) -> Sequence[Section]:
    """The end of the log, sizes by kind, the largest files; `width` in cells."""
    return [*_log(glance, now), *_sizes(glance, width), *_files(glance, now, width)]


def curve_sections(
    curve: Curve | None, variables: Sequence[str], failure: str
) -> Sequence[Section]:
    """The title over the picture of a curve; why there is none, if there should be one."""
    if curve is None:
        why = [line(f" {failure}", Tone.WARN)]
        return (Section(Rank.CURVE, line(" CURVE", Tone.STRONG), why),) if failure else ()
    title = [
        (f" {printable(curve.title)}", Tone.STRONG),
        (f"  {curve.peak}", Tone.PLAIN),
        (f"  {curve.remark}" if curve.remark else "", Tone.WARN),
        (f"  , . {_others(curve, variables)}" if len(variables) > 1 else "", Tone.DIM),
    ]
    return (Section(Rank.CURVE, title, picture=12, least=4, usual=8),)


def _others(curve: Curve, variables: Sequence[str]) -> str:
    at = f"{variables.index(curve.title) + 1} of " if curve.title in variables else ""
    return f"{at}{number(len(variables))}"


def last_words(glance: Glance) -> str:
    """The last line of the log; empty without one."""
    return _text(glance.log.lines[-1]) if glance.log and glance.log.lines else ""


def _log(glance: Glance, now: datetime) -> Sequence[Section]:
    log = glance.log
    if log is None:
        return ()
    grows = any(file.path == log.path for file in _growing(glance, now))
    title: list[Part] = [(f" {printable(log.path)}", Tone.STRONG)]
    title.append(("  being written", Tone.BUSY) if grows else ("", Tone.PLAIN))
    lines = [line(f" {_text(text)}", Tone.DIM) for text in log.lines[-_LOG_LINES:]]
    return (
        Section(
            Rank.LOG, title, lines or [line(" empty", Tone.DIM)], usual=_USUAL, newest_last=True
        ),
    )


def _text(logged: str) -> str:
    return logged.expandtabs(8).rstrip()


def _sizes(glance: Glance, width: int) -> Sequence[Section]:
    total = sum(kind.bytes for kind in glance.kinds)
    if not total:
        return ()
    bar = max(0, min(_BAR, width - _NAME - _SIZE - 17))
    lines = [_kind_line(kind, total, bar) for kind in glance.kinds]
    return (Section(Rank.SIZES, line(" SIZE BY KIND", Tone.STRONG), lines, least=2),)


def _kind_line(kind: KindSize, total: int, bar: int) -> Line:
    share = kind.bytes / total
    name = headline(printable(kind.name), _NAME)
    return [
        (f" {name:<{_NAME}} ", Tone.PLAIN),
        *bar_parts(share, bar),
        (f" {size(kind.bytes):>{_SIZE}} {percent(share)}", Tone.PLAIN),
        (f"  {number(kind.files)}", Tone.DIM),
    ]


def _files(glance: Glance, now: datetime, width: int) -> Sequence[Section]:
    """What is being written first, then the largest."""
    if not glance.files:
        return ()
    growing = _growing(glance, now)
    others = [file for file in glance.largest if not file.grown or not growing]
    title: Line = [(" FILES", Tone.STRONG), (f"  {_files_title(glance, growing)}", Tone.DIM)]
    lines = [_file_line(file, width, grows=True) for file in growing]
    lines += [_file_line(file, width, grows=False) for file in others]
    return (Section(Rank.FILES, title, lines, least=2, usual=_USUAL),)


def _files_title(glance: Glance, growing: Sequence[GrownFile]) -> str:
    largest = f"largest of {number(glance.files)} first" if glance.files > 1 else ""
    if not growing:
        return largest
    return f"{plural(len(growing), 'file')} being written, then the largest"


def _file_line(file: GrownFile, width: int, *, grows: bool) -> Line:
    more = f"+{size(file.grown)}" if grows else ""
    name = headline(printable(file.path), max(1, width - 2 * _SIZE - 4))
    room = max(1, width - 2 * _SIZE - 4)
    return [
        (f" {name:<{room}} ", Tone.PLAIN),
        (f"{more:>{_SIZE + 1}}", Tone.BUSY),
        (f" {size(file.bytes):>{_SIZE}}", Tone.PLAIN),
    ]


def _growing(glance: Glance, now: datetime) -> Sequence[GrownFile]:
    """Only what was seen shortly ago is written now; what a first look finds proves nothing."""
    return glance.growing if now - glance.at <= _JUST_NOW else ()


def stale_line(glance: Glance, now: datetime) -> Line:
    """Of a run that cannot be read at present."""
    return line(f" what is in it, as of {age(glance.at, now)}", Tone.WARN)
