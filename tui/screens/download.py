"""Before a download: where to, and whether to take ZIPs apart."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from os.path import basename

from textual.widget import Widget

from core.download.look_at_target import LookAtTarget, coming_names
from core.model import Artifact
from core.printable import printable
from tui.parts.targets import Targets
from tui.screens.dialog import Dialog
from tui.screens.target_choice import Coming, TargetChoice
from tui.services import AppServices
from tui.widgets.cells import Tone
from tui.widgets.panes import TextPane, line
from tui.widgets.yes_no_box import YesNoBox
from tui.wording.formatting import plural, size

_KEYS = "enter downloads   ↓ → folders   {more}esc not now"
_MORE = "tab ZIPs   "
_EXTRACT = "Take ZIPs apart"


@dataclass(frozen=True)
class Findings:
    """What is to be downloaded, and where to if the user does not say otherwise.

    Without `described` in words it is artifacts: those of `what`, as in "3 marked runs"; else so many
    `bytes`.
    """

    artifacts: Sequence[Artifact]
    proposed: str
    described: str = ""
    what: str = ""
    bytes: int = 0

    def coming(self, *, extract: bool) -> Coming:
        """At least that."""
        together = self.bytes or sum(artifact.size for artifact in self.artifacts)
        return Coming(together, tuple(coming_names(self.artifacts, extract=extract)))


class DownloadScreen(Dialog[Findings]):
    """Answers True when `artifacts` go to `directory`, absolute; then `extract` says the rest.

    Without anything to download it asks nothing.
    """

    BOX = "download"
    target: TargetChoice | None = None

    def __init__(self, services: AppServices, find: Callable[[], Findings]) -> None:
        super().__init__("Download", "Looking for what is stored", find)
        self.artifacts: Sequence[Artifact] = ()
        self._services = services
        self._found: Findings | None = None
        self._extract: YesNoBox | None = None

    @property
    def directory(self) -> str:
        """Where to; empty before that is known."""
        return self.target.directory if self.target else ""

    @property
    def extract(self) -> bool:
        """Whether the ZIPs are to be taken apart."""
        return self._extract is not None and self._extract.value

    def contents(self, found: Findings) -> Iterable[Widget] | None:
        """What, where to, how."""
        self._found, self.artifacts = found, found.artifacts
        described = found.described or _described(found.artifacts, found.what)
        if not described:
            return None
        zips = any(artifact.key.endswith(".zip") for artifact in found.artifacts)
        self._extract = YesNoBox(_EXTRACT) if zips else None
        self.target = TargetChoice(found.proposed, found.coming(extract=False), self._look)
        what, keys = TextPane(), TextPane(classes="dialog-keys")
        what.show([line(described)])
        keys.show([line(_KEYS.format(more=_MORE if zips else ""), Tone.DIM)])
        return (what, self.target, *([self._extract] if self._extract else []), keys)

    def begin(self) -> None:
        """The keys belong to the directory."""
        if self.target:
            self.target.take_keys()

    def on_checkbox_changed(self) -> None:
        """Something else comes then, by other names."""
        if self.target and self._found:
            self.target.expect(self._found.coming(extract=self.extract))

    def on_target_choice_accepted(self, message: TargetChoice.Accepted) -> None:
        """Done."""
        message.stop()
        if not self.is_covered(message):
            self.dismiss(True)

    def action_accept(self) -> None:
        """Done, as soon as it is known what is there."""
        if self.target:
            self.target.accept()

    def _look(self) -> LookAtTarget:
        return self._services.part(Targets).look_at


def _described(artifacts: Sequence[Artifact], what: str) -> str:
    if not artifacts:
        return ""
    together = size(sum(artifact.size for artifact in artifacts))
    if what:
        return f"{what}: {plural(len(artifacts), 'artifact')}, {together}"
    if len(artifacts) == 1:
        return f"{printable(basename(artifacts[0].key))}, {together}"
    return f"{plural(len(artifacts), 'artifact')}, {together} together"
