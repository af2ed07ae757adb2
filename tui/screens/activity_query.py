"""What is typed to choose among what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.activity.activity_filter import KINDS, ActivityFilter
from core.ports.journal.activity import ActivityKind, Level
from tui.wording.time_spans import seconds_of, span

KIND_CHOICES = ("", Level.ERROR.value, Level.WARNING.value, *(kind.value for kind in ActivityKind))
"""What one key goes through; the first is all."""
TIME_CHOICES = (0, 3600, 86_400, 7 * 86_400)
"""Seconds; the first is any time."""


@dataclass(frozen=True)
class ActivityQuery:
    """What was chosen by keys and what was typed; what was typed of a kind or time has the last word."""

    typed: str = ""
    kind: str = ""
    seconds: int = 0

    def filter(self, now: datetime) -> ActivityFilter:
        """As it is to be understood now. Until a word is whole, it is one as any other."""
        words: list[str] = []
        said: dict[str, str] = {}
        for word in self.typed.split():
            name, colon, value = word.partition(":")
            if colon and _reads(name.lower(), value.lower()):
                said[name.lower()] = value.lower()
            else:
                words.append(word)
        seconds = seconds_of(said.get("since", "")) or self.seconds
        since = now - timedelta(seconds=seconds) if seconds else None
        return ActivityFilter(said.get("kind", self.kind), _run(said), since, words)

    @property
    def told(self) -> str:
        """What was chosen by keys, in words."""
        time = f"last {span(self.seconds)}" if self.seconds else "any time"
        return f"{self.kind or 'all kinds'}, {time}"


def _reads(name: str, value: str) -> bool:
    if name == "kind":
        return value in KINDS
    if name == "since":
        return seconds_of(value) is not None
    return name in {"run", "job"} and bool(value)


def _run(said: Mapping[str, str]) -> str:
    """A job's name begins with the word, in all that is said of it."""
    return said.get("run") or (f"job {said['job']}" if "job" in said else "")
