"""Who was seen to write into a run, and has ended since."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from core.finish.job_process import SeenJob
from core.ports.processes import Process

_PAUSES = 3
_LONGEST_WAIT = 3600.0


@dataclass
class LastWriters:
    """The last that were seen, and the process of the job around. For one thread; times are monotonic seconds.

    When something is written long after their end, somebody goes on that was not seen, and may
    pause: for three times as long as it did, up to an hour, their end proves nothing.
    """

    processes: tuple[Process, ...] = ()
    ended_at: float | None = None
    job: SeenJob | None = None
    _proves_nothing_until: float = float("-inf")
    _seen_at: float = float("-inf")
    """When an earlier session looked last."""

    @classmethod
    def recalled(cls, text: str, at: float) -> Self:
        """As they were `remembered` at `at`; nobody where the text is none that tells of them."""
        with suppress(
            ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError
        ):
            known = json.loads(text)
            processes = [_process(*seen) for seen in known["seen"]]
            ended, job = known["ended_ago"], known.get("job")
            return cls(
                tuple(processes),
                None if ended is None else at - float(ended),
                SeenJob(_process(*job[:3]), float(job[3])) if job else None,
                at + float(known["doubted_for"]),
                at,
            )
        return cls()

    def remembered(self, at: float) -> str:
        """For the next session, which has another monotonic clock; empty where nobody was seen."""
        if not self.processes and not self.job:
            return ""
        ended_ago = None if self.ended_at is None else at - self.ended_at
        known = {
            "seen": [*map(_words, self.processes)],
            "job": (*_words(self.job.process), self.job.seen_at) if self.job else None,
            "ended_ago": ended_ago,
            "doubted_for": max(0.0, self._proves_nothing_until - at),
        }
        return json.dumps(known)

    @property
    def known(self) -> Sequence[Process]:
        """All that are to be remembered."""
        return (*self.processes, *([self.job.process] if self.job else ()))

    def dead_job(
        self, here: SeenJob | None, have_ended: Callable[[Sequence[Process]], bool]
    ) -> SeenJob | None:
        """That around the run, when its end is proven; `here` is the one that was seen last."""
        self.job = here or self.job
        return self.job if self.job and have_ended([self.job.process]) else None

    def ended(
        self,
        here: tuple[Process, ...],
        have_ended: Callable[[Sequence[Process]], bool],
        at: float,
    ) -> Sequence[Process]:
        """They, when that is proven and means something at `at`: nobody is `here`."""
        if here:
            self.processes, self.ended_at = here, None
            self._proves_nothing_until = float("-inf")
        elif self.ended_at is None and self.processes and have_ended(self.processes):
            self.ended_at = at
        proven = self.ended_at is not None and at >= self._proves_nothing_until
        return self.processes if proven else ()

    def note_change(self, since: float, seen_at: float, at: float, settle: float) -> None:
        """What was as it is now since `since` was written between `seen_at` and `at`."""
        seen_at = max(seen_at, self._seen_at)
        if self.ended_at is None or seen_at < self.ended_at or at - self.ended_at <= settle:
            return
        pause = max(settle, at - max(since, self.ended_at))
        self._proves_nothing_until = at + min(_PAUSES * pause, _LONGEST_WAIT)


def _words(process: Process) -> tuple[int, str, str]:
    return process.pid, process.program, process.birth


def _process(pid: object, program: object, birth: object) -> Process:
    if not isinstance(pid, int):
        raise TypeError
    return Process(pid, (), "", str(program), str(birth))
