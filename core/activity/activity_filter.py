"""Which of all that happened somebody asks for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from os.path import basename

from core.ports.journal.activity import ActivityEntry, ActivityKind, Level

KINDS = (*(kind.value for kind in ActivityKind), *(level.value for level in Level))
"""What can be asked for by kind; a level is one, too."""
_WORD = re.compile(r"[\w.-]+")


@dataclass(frozen=True)
class ActivityFilter:
    """All that is said has to hold; empty is nothing said.

    `kind` is one of `KINDS`; `run` the name of a run or job, as in "RUN1" or "job 2"; what last happened before `since` is left out. `words` are in the texts; those that
    begin with "!" are not. Case does not count.
    """

    kind: str = ""
    run: str = ""
    since: datetime | None = None
    words: Sequence[str] = ()

    def __call__(self, entry: ActivityEntry) -> bool:
        """Whether it is asked for."""
        if self.since and entry.last_at < self.since:
            return False
        if self.kind and self.kind not in {entry.kind.value, entry.level.value}:
            return False
        return self._is_of_run(entry) and self._has_words(entry)

    def _is_of_run(self, entry: ActivityEntry) -> bool:
        wanted = _words(self.run)
        named = _words(f"{entry.subject} {basename(entry.path.rstrip('/'))}")
        steps = (named[at : at + len(wanted)] for at in range(len(named)))
        return not wanted or wanted in steps

    def _has_words(self, entry: ActivityEntry) -> bool:
        if not self.words:
            return True
        texts = (entry.subject, entry.text, entry.kept, entry.todo, entry.path)
        text = "\n".join((entry.kind, entry.level, *texts)).lower()
        return all(_holds(word.lower(), text) for word in self.words)


def _holds(word: str, text: str) -> bool:
    if word.startswith("!") and len(word) > 1:
        return word[1:] not in text
    return word in text


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
