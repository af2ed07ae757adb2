"""The line of keys is drawn when it says something else, not each time that somebody asks."""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from tui.widgets.key_bar import KeyBar


class _Counted(KeyBar):
    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[str] = []

    def render(self) -> Content:
        content = super().render()
        self.drawn.append(content.plain)
        return content


class _Keys(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("u", "upload", "Upload")]

    def __init__(self) -> None:
        super().__init__()
        self.bar = _Counted()
        self.may = True

    def compose(self) -> ComposeResult:
        yield self.bar

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.may or action != "upload"

    def action_upload(self) -> None: ...


async def test_drawn_when_it_differs() -> None:
    app = _Keys()
    async with app.run_test() as pilot:
        await pilot.pause()
        before = len(app.bar.drawn)

        for _ in range(5):
            app.refresh_bindings()
            await pilot.pause()
        assert len(app.bar.drawn) == before

        app.may = False
        app.refresh_bindings()
        await pilot.pause()
        assert len(app.bar.drawn) > before
        assert "Upload" not in app.bar.drawn[-1]
