"""Before a download: where to, and whether to take ZIPs apart."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from os.path import basename
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Checkbox, Input

from core.model import Artifact
from core.printable import printable
from tui.screens.dialog import Dialog
from tui.widgets.cells import Tone
from tui.widgets.panes import TextPane, line
from tui.wording.formatting import plural, size

_KEYS = "enter downloads   {more}esc not now"
_MORE = "tab, space take ZIPs apart   "
_EXTRACT = "Take ZIPs apart: {}"


class ExtractBox(Checkbox):
    """Says in words what Textual's box says by colour; enter accepts the dialog."""

    BUTTON_LEFT = BUTTON_INNER = BUTTON_RIGHT = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.accept", "Download", show=False)
    ]

    def __init__(self) -> None:
        super().__init__(_EXTRACT.format("no"), compact=True)

    def on_checkbox_changed(self) -> None:
        """The word for it."""
        self.label = _EXTRACT.format("yes" if self.value else "no")


@dataclass(frozen=True)
class Findings:
    """What is to be downloaded, and where to if the user does not say otherwise.

    Without `described` in words it is artifacts: those of `what`, as in "3 marked runs".
    """

    artifacts: Sequence[Artifact]
    proposed: str
    described: str = ""
    what: str = ""


class DownloadScreen(Dialog[Findings]):
    """Answers True when `artifacts` go to `directory`, absolute; then `extract` says the rest.

    Without anything to download it asks nothing.
    """

    BOX = "download"

    def __init__(self, find: Callable[[], Findings]) -> None:
        super().__init__("Download", "Looking for what is stored", find)
        self.artifacts: Sequence[Artifact] = ()
        self._input = Input(
            compact=True, placeholder="a directory; it is made if needed", select_on_focus=False
        )
        self._input.cursor_blink = False
        self._extract: ExtractBox | None = None
        self._trouble = TextPane(id="download-trouble")

    @property
    def directory(self) -> str:
        """Where to; empty while nothing is typed."""
        typed = self._input.value.strip()
        return os.path.realpath(os.path.expanduser(typed)) if typed else ""

    @property
    def extract(self) -> bool:
        """Whether the ZIPs are to be taken apart."""
        return self._extract is not None and self._extract.value

    def contents(self, found: Findings) -> Iterable[Widget] | None:
        """What, where to, how."""
        self.artifacts = found.artifacts
        described = found.described or _described(found.artifacts, found.what)
        if not described:
            return None
        zips = any(artifact.key.endswith(".zip") for artifact in found.artifacts)
        self._extract = ExtractBox() if zips else None
        self._input.value = found.proposed
        what, keys, label = TextPane(), TextPane(), TextPane(id="download-label")
        what.show([line(described)])
        label.show([line("To", Tone.STRONG)])
        keys.show([line(_KEYS.format(more=_MORE if zips else ""), Tone.DIM)])
        to = Horizontal(label, self._input, id="download-to")
        return (what, to, *([self._extract] if self._extract else []), self._trouble, keys)

    def begin(self) -> None:
        """The keys belong to the directory."""
        self._input.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.action_accept()

    def action_accept(self) -> None:
        """Done, or to be completed."""
        if self.directory:
            self.dismiss(True)
            return
        self._trouble.show([line("Type a directory.", Tone.WARN)])
        self._trouble.refresh(layout=True)


def _described(artifacts: Sequence[Artifact], what: str) -> str:
    if not artifacts:
        return ""
    together = size(sum(artifact.size for artifact in artifacts))
    if what:
        return f"{what}: {plural(len(artifacts), 'artifact')}, {together}"
    if len(artifacts) == 1:
        return f"{printable(basename(artifacts[0].key))}, {together}"
    return f"{plural(len(artifacts), 'artifact')}, {together} together"
