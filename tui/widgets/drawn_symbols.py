"""The last step of drawing: signs become their twins, and nothing is left that the terminal does not have."""

from functools import partial

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tui.wording.twins import twins


class AsciiSigns(LineFilter):
    """All else stays as it is, if `encoding` has it."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """As wide as before."""
        return [
            segment if segment.text.isascii() else Segment(self._twin(segment.text), *segment[1:])
            for segment in segments
        ]

    def _twin(self, text: str) -> str:
        text = text.translate(twins())
        try:
            text.encode(self._encoding)
        except UnicodeEncodeError:
            return "".join(map(partial(_had, self._encoding), text))
        return text


def _had(encoding: str, character: str) -> str:
    """Names come with escapes; what is typed, say, does not."""
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return "?" * cell_len(character)
    return character
