"""A CSV or a report that is saved where RunFerry was started."""

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass

from core.errors import NameTakenError
from core.ports.content import Content
from core.printable import harmless, printable
from core.progress import Progress
from core.redaction import redact
from core.transfer_view import Phase
from tui.parts.previews import Previews
from tui.screens.download_flow import proposed_directory
from tui.screens.mode_screen import ModeScreen
from tui.wording.formatting import short_path
from tui.wording.notices import Notice

_ODD = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 100
_MOST_NAMES = 100


@dataclass(frozen=True)
class _Text(Content):
    called: str
    data: bytes

    @property
    def name(self) -> str:
        return self.called

    @property
    def size(self) -> int:
        return len(self.data)

    def blocks(self) -> Generator[bytes]:
        yield self.data


def save_csv(screen: ModeScreen, title: str, lines: Sequence[str]) -> None:
    """As TITLE.csv, with a number when there is one already; says where. On the UI thread."""
    _save(screen, _ODD.sub("-", title).strip("-.")[:_LONGEST_NAME], "csv", lines)


def save_report(screen: ModeScreen, title: str, lines: Sequence[str]) -> None:
    """As TITLE.txt likewise, without secrets: it is going to be mailed."""
    safe = [harmless(redact(line)) for line in lines]
    _save(screen, title, "txt", safe)


def _save(screen: ModeScreen, name: str, ending: str, lines: Sequence[str]) -> None:
    data = "".join(f"{line}\n" for line in lines).encode(errors="backslashreplace")

    def save() -> Sequence[Notice]:
        return [Notice(f"Saved: {_saved(screen, name, ending, data)}")]

    screen.work("save-file", save)


def _saved(screen: ModeScreen, name: str, ending: str, data: bytes) -> str:
    save = screen.services.part(Previews).save_members
    for number in range(1, _MOST_NAMES):
        called = f"{name}.{ending}" if number == 1 else f"{name}-{number}.{ending}"
        progress = Progress()
        progress.begin(Phase.RECEIVING, max(1, len(data)))
        saved = save(lambda at: _Text(at, data), [called], proposed_directory(""), progress)
        if saved.paths:
            return printable(short_path(saved.paths[0]))
        if not isinstance(saved.refused[0], NameTakenError):
            raise saved.refused[0]
    raise NameTakenError(
        f"There are {_MOST_NAMES} files {name}.{ending} already.", todo="Remove some."
    )
