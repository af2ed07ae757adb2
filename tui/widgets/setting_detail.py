"""What is under the cursor of the settings, and what can be done with it."""

from core.settings import Settings
from tui.widgets.cells import Tone
from tui.widgets.panes import Line, TextPane, hanging, line
from tui.widgets.settings_rows import (
    Item,
    NewProfile,
    ProfileItem,
    RootItem,
    Section,
    SettingItem,
)
from tui.wording.action_keys import key, keyed
from tui.wording.formatting import short_path
from tui.wording.settings import origin_words


class SettingDetail(TextPane):
    """Follows the cursor."""

    def show_item(self, item: Item | None, running: Settings) -> None:
        """`running` are those that this app goes by."""
        lines, keys = _told(item, running, self.size.width - 2)
        self.show([*lines, line(f" {keys}", Tone.DIM)])


def _told(item: Item | None, running: Settings, width: int) -> tuple[list[Line], str]:
    match item:
        case ProfileItem():
            return _profile(item, width), _keys_of(item)
        case RootItem():
            head: Line = [(f" {short_path(item.path)}", Tone.STRONG)]
            kind = f"Runs are of the kind {item.kind} ({origin_words(item.origin)}) and are "
            text = f"{kind}judged by the rule {item.rule}."
            return [head, *hanging(line(" "), text, Tone.PLAIN, width)], (
                "p what the rule says of its runs   enter another kind"
            )
        case SettingItem():
            return _setting(item, width), "enter change   D take out: the default counts"
        case NewProfile():
            return [line(" A bucket, or a directory of this machine.")], "enter make one"
        case Section():
            return [line(f" {item.title}", Tone.STRONG)], "enter fold, unfold"
        case _:
            return [], ""


def _profile(item: ProfileItem, width: int) -> list[Line]:
    use = "This app uses it." if item.used else "This app uses another one."
    text = f"{item.location}   {use}"
    return [
        line(f" {item.profile.name}", Tone.STRONG),
        *hanging(line(" "), text, Tone.PLAIN, width),
    ]


def _keys_of(item: ProfileItem) -> str:
    use = "open it again with what the file says" if item.used else "use it here and now"
    return f"{key('use')} {use}" + keyed("   {test} test   {open} its settings   {take_out} delete")


def _setting(item: SettingItem, width: int) -> list[Line]:
    origin = origin_words(item.origin)
    head: Line = [(f" {item.key}", Tone.STRONG), (f"   {origin}", Tone.DIM)]
    lines: list[Line] = [head]
    if item.about:
        lines += hanging(line(" "), item.about, Tone.PLAIN, width)
    if item.origin.startswith(("env", "flag")):
        lines.append(line(f" {origin} counts before the file, as long as it is set.", Tone.WARN))
    return lines
