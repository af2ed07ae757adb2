"""Transfers in words and numbers: what each is called and is doing, and the whole queue in one line."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from os.path import basename

from core.transfer_view import Direction, Phase, TransferState, TransferView
from tui.wording.formatting import size
from tui.wording.titles import run_title

PHASE_WORDS = {
    Phase.WAITING: "starting",
    Phase.SCANNING: "scanning",
    Phase.COMPARING: "comparing",
    Phase.SENDING: "sending",
    Phase.CHECKING: "checking",
    Phase.COMPLETING: "finishing",
    Phase.COPYING: "copying",
    Phase.RECEIVING: "downloading",
    Phase.VERIFYING: "verifying",
    Phase.EXTRACTING: "extracting",
    Phase.RECORDING: "recording",
    Phase.RESTORING: "restoring",
}

PHASE_MEANINGS = {
    Phase.CHECKING: "that nothing was written meanwhile",
    Phase.COMPLETING: "the store makes one object of it",
    Phase.COPYING: "within the store, nothing is sent",
    Phase.VERIFYING: "what arrived is what was stored",
    Phase.RECORDING: "so that it is found again",
}
"""What the steps wait for that move no bytes."""
_RESULTS = "OUT"
"""FRED's name for every results root: it tells nothing."""
_OF_RUN = re.compile(r"run_(\d+)_([a-z]+)(?:\.v0*(\d+))?\.[a-z]+")
_OF_JOB = re.compile(r"job_([a-z]+)\.[a-z]+")
_ON_THE_LINE = frozenset({Phase.SENDING, Phase.RECEIVING})


def transfer_name(view: TransferView) -> str:
    """As in "job 2 · RUN1 results": the job, and what of it travels.

    While its job is not known, the nearest directory whose name tells something.
    """
    if view.direction is Direction.DOWNLOAD:
        return f"job {view.job_id} · {_of_key(basename(view.source), view.name)}"
    name = uploaded_name(view)
    above = view.source.removesuffix(name)
    where = f"job {view.job_id}" if view.job_id else telling_folder(above)
    return f"{where} · {name} results"


def uploaded_name(view: TransferView) -> str:
    """What the run is called that is uploaded."""
    return view.name or basename(view.source)


def telling_folder(path: str) -> str:
    """The name of the nearest directory above that tells something; empty without one."""
    folders = [part for part in path.split("/")[:-1] if part not in {"", _RESULTS}]
    return (folders or [""])[-1]


def _of_key(name: str, directory: str) -> str:
    """The kind, of a run the run too; the name itself where it is not one of RunFerry's."""
    if found := _OF_RUN.fullmatch(name):
        run, kind, version = found.groups()
        return f"{run_title(int(run), directory)} {kind}{f' v{version}' if version else ''}"
    found = _OF_JOB.fullmatch(name)
    return found[1] if found else name


def phase_text(phase: Phase, kept: int) -> str:
    """What it does and what that is for; `kept` bytes were there before, as in "sending, 16 MiB kept"."""
    word, meaning = PHASE_WORDS[phase], PHASE_MEANINGS.get(phase)
    before = f", {size(kept)} kept" if kept else ""
    return f"{word}{before}: {meaning}" if meaning else word + before


@dataclass(frozen=True)
class TransferSummary:
    """Counts by state; of the active ones `downloads` are, of the queued ones `refused` were tried.

    What waits for the store to answer is queued, and did not fail.

    `rate`, `done_bytes` and `total_bytes` are those of the active transfers together. `left_bytes` and
    `seconds_left` are of all that travels and waits; of `unknown` of them nobody knows the size yet.
    """

    active: int = 0
    downloads: int = 0
    queued: int = 0
    refused: int = 0
    failed: int = 0
    paused: int = 0
    done: int = 0
    cancelled: int = 0
    rate: float | None = None
    done_bytes: int = 0
    total_bytes: int = 0
    left_bytes: int = 0
    unknown: int = 0
    seconds_left: float | None = None

    @property
    def ways(self) -> tuple[tuple[str, int], ...]:
        """The signs of the ways on which something travels, each with its number."""
        ways = (("▲", self.active - self.downloads), ("▼", self.downloads))
        return tuple((sign, count) for sign, count in ways if count)

    @property
    def fraction(self) -> float:
        """Of the bytes of the active transfers."""
        return self.done_bytes / self.total_bytes if self.total_bytes else 0.0


def summarize(views: Iterable[TransferView]) -> TransferSummary:
    """The sum of `views`."""
    views = tuple(views)
    counts = Counter(view.state for view in views)
    away = sum(view.waits_for_store for view in views)
    active = [view for view in views if view.state is TransferState.ACTIVE]
    open_ones = [*active, *filter(_waits, views)]
    rates = [view.rate for view in active if view.rate is not None]
    left, pace = sum(map(_left, open_ones)), sum(map(_mean_rate, active))
    return TransferSummary(
        active=len(active),
        downloads=sum(view.direction is Direction.DOWNLOAD for view in active),
        queued=counts[TransferState.QUEUED] + away,
        refused=sum(_waits(view) and bool(view.failure) for view in views),
        failed=counts[TransferState.FAILED] - away,
        paused=counts[TransferState.PAUSED],
        done=counts[TransferState.DONE],
        cancelled=counts[TransferState.CANCELLED],
        rate=sum(rates) if rates else None,
        done_bytes=sum(view.done for view in active),
        total_bytes=sum(view.total for view in active),
        left_bytes=left,
        unknown=sum(not view.total for view in open_ones),
        seconds_left=left / pace if pace else None,
    )


def _waits(view: TransferView) -> bool:
    return view.state is TransferState.QUEUED or view.waits_for_store


def _left(view: TransferView) -> int:
    """Bytes that have still to travel; what is only read until now has all of them before it."""
    only_read = view.phase is Phase.COMPARING and not view.kept
    if _waits(view) or only_read:
        return view.total
    return max(0, view.total - view.done)


def _mean_rate(view: TransferView) -> float:
    """Bytes per second that it travels with over half a minute; 0 while unknown."""
    if view.phase not in _ON_THE_LINE or not view.seconds_left:
        return 0.0
    return (view.total - view.done) / view.seconds_left
