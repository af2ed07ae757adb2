"""The settings screen on a real file: what is shown, changed, refused and left alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.builders import Stage, until
from tests.tui.screen_text import lines_of, said_by, table_of, text_of
from tui.composition.options import Options
from tui.composition.session import Session
from tui.modes import MODES
from tui.screens.listing import ListingScreen
from tui.screens.new_profile import NewProfileScreen
from tui.screens.setting import SettingScreen
from tui.screens.settings import SettingsScreen
from tui.screens.typed import TypedScreen
from tui.widgets.tab_bar import TabBar
from tui.wording.action_keys import key

MINE = """\
# Ada's
profile = "local" # for now

[profiles.lab]
bucket = "epi-results"

# the link is slow
[transfers]
limit = "5 MB/s" # at night 20
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(MINE)
    return path


@pytest.fixture
def configured(stage: Stage, file: Path) -> Iterator[Stage]:
    """The stage, with a settings file and an environment of its own."""
    environ = {"RUNFERRY_HOME": str(file.parent), "HOME": str(file.parent)}
    with Session(Options(), environ) as session:
        stage.configuration = session.configuration
        yield stage


def content(file: Path) -> str:
    return file.read_text()


def write(file: Path, text: str) -> None:
    """As somebody else would."""
    file.write_text(text)


async def settings(pilot: Pilot[int], row: str) -> None:
    """The screen, with the cursor on a row."""
    await pilot.press("5")
    await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
    await until(pilot, lambda: table_of(pilot).row_count > 0)
    await on(pilot, row)


async def on(pilot: Pilot[int], row: str) -> None:
    await until(pilot, lambda: table_of(pilot).move_to(row))
    await until(pilot, lambda: table_of(pilot).cursor_key == row)


async def typed(pilot: Pilot[int], value: str) -> None:
    """Into the form of one setting, in the place of what is there."""
    await until(pilot, lambda: isinstance(pilot.app.screen, SettingScreen))
    await until(pilot, lambda: isinstance(pilot.app.focused, Input))
    pilot.app.screen.query_one(Input).value = value
    await pilot.press("enter")


def rows(pilot: Pilot[int]) -> str:
    return "\n".join(lines_of(table_of(pilot)))


async def test_change_a_setting(configured: Stage, file: Path) -> None:
    """It is written and counts at once; comments and all else stay, and the row shows it."""
    async with configured.app().run_test(size=(100, 40)) as pilot:
        await settings(pilot, "transfers.limit")
        assert "5 MB/s" in rows(pilot)
        await pilot.press("enter")
        await typed(pilot, "7 MB/s")
        await until(pilot, lambda: "7 MB/s" in rows(pilot))
        await until(pilot, lambda: "The limit counts from now on" in said_by(pilot))
        assert configured.queue.limit == 7_000_000
        await on(pilot, "watch.sidecars")
        await pilot.press("enter")
        await typed(pilot, "true")
        await until(
            pilot, lambda: "P on the profile in use has it count" in text_of(pilot, "#hints")
        )
        await on(pilot, "transfers.limit")
        await pilot.press("D")
        await until(pilot, lambda: "Took transfers.limit out" in " ".join(said_by(pilot)))
    assert content(file) == MINE.replace('limit = "5 MB/s" # at night 20\n', "") + (
        "\n[watch]\nsidecars = true\n"
    )


async def test_refused(configured: Stage, file: Path) -> None:
    """What could not be used is said in the form, which stays; esc leaves everything as it was."""
    async with configured.app().run_test(size=(80, 24)) as pilot:
        await settings(pilot, "transfers.parallel")
        await pilot.press("enter")
        await typed(pilot, "99")
        await until(pilot, lambda: "from 1 to 16" in text_of(pilot, ".form-says"))
        assert "Nothing was written" in text_of(pilot, ".form-says")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
    assert content(file) == MINE


async def test_somebody_else(configured: Stage, file: Path) -> None:
    """A file that was changed since it was read is not written over; then it is read anew."""
    async with configured.app().run_test(size=(80, 24)) as pilot:
        await settings(pilot, "transfers.parallel")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingScreen))
        write(file, "[transfers]\nparallel = 9\n")
        await typed(pilot, "3")
        await until(pilot, lambda: "was changed meanwhile" in text_of(pilot, ".form-says"))
        await pilot.press("escape")
        await until(pilot, lambda: "9" in rows(pilot))
        assert content(file) == "[transfers]\nparallel = 9\n"


async def test_broken_file(configured: Stage, file: Path) -> None:
    """The line is named, the app goes on as it began, and nothing can be written by halves."""
    async with configured.app().run_test(size=(100, 40)) as pilot:
        await settings(pilot, "transfers.limit")
        write(file, f"{MINE}parallel = 3 3\n")
        await pilot.press("R")
        await until(pilot, lambda: "settings.toml, line 10" in text_of(pilot, "#hints"))
        await pilot.press("enter")
        await typed(pilot, "7 MB/s")
        await until(pilot, lambda: "line 10" in text_of(pilot, ".form-says"))
        await pilot.press("escape")
        write(file, MINE)
        await pilot.press("R")
        await until(pilot, lambda: "line 10" not in text_of(pilot, "#hints"))


async def test_profiles(configured: Stage, file: Path) -> None:
    """One is made, tested, looked into and, after its name was typed, deleted; the file is as before."""
    async with configured.app().run_test(size=(100, 40)) as pilot:
        await settings(pilot, "+ a new profile")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, NewProfileScreen))
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        fields = {field.id: field for field in pilot.app.screen.query(Input)}
        fields["new-name"].value = "lab"
        fields["new-path"].value = str(file.parent / "disk")
        await pilot.press("enter")
        await until(pilot, lambda: "There is a profile lab already" in text_of(pilot, ".form-says"))
        fields["new-name"].value = "disk"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
        await on(pilot, "profiles.disk")
        assert content(file).startswith(MINE)

        await pilot.press("T")
        await until(pilot, lambda: isinstance(pilot.app.screen, ListingScreen))
        await until(pilot, lambda: "All is as it should be" in text_of(pilot, "#listing-says"))
        for step in ("list", "put", "head", "get", "delete"):
            assert f"✓ {step}" in text_of(pilot, "#listing")
        await pilot.press("escape", "enter")
        await until(
            pilot, lambda: "profiles.disk.path" not in rows(pilot) and "disk" in rows(pilot)
        )
        await pilot.press("D")
        await until(pilot, lambda: isinstance(pilot.app.screen, TypedScreen))
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        await pilot.press(*"disk", "enter")
        await until(pilot, lambda: "Took the profile disk out" in " ".join(said_by(pilot)))
    assert content(file) == MINE


async def test_the_profile_that_the_file_names(configured: Stage, file: Path) -> None:
    """It is not deleted: the next start would have none."""
    write(file, MINE.replace('"local"', '"lab"'))
    async with configured.app().run_test(size=(100, 40)) as pilot:
        await settings(pilot, "profiles.lab")
        await pilot.press("D")
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        await pilot.press(*"lab", "enter")
        said = "names a profile that does not exist"
        await until(pilot, lambda: said in " ".join(said_by(pilot)))
    assert "[profiles.lab]" in content(file)


async def test_keys_of_other_rows(configured: Stage) -> None:
    """They say what they are about; a filter finds settings that are folded."""
    async with configured.app().run_test(size=(100, 40)) as pilot:
        await settings(pilot, "#Profiles")
        await pilot.press("T", "p", "D", "e")
        for reason in ("about profiles", "about watched trees", "Put the cursor", "no terminal"):
            await until(pilot, lambda reason=reason: reason in " ".join(said_by(pilot)))
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        await pilot.press(*"gromacs.rule", "enter")
        await until(pilot, lambda: "kinds.gromacs.rule" in rows(pilot))
        assert "transfers" not in rows(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: "Transfers" in rows(pilot))


async def test_dry_run(configured: Stage, tmp_path: Path) -> None:
    """Of a tree that is gone it says so."""
    async with configured.app().run_test(size=(100, 40)) as pilot:
        await settings(pilot, f"tree {configured.tree.root}")
        await pilot.press("p")
        await until(pilot, lambda: isinstance(pilot.app.screen, ListingScreen))
        await until(pilot, lambda: "It ended early" in text_of(pilot, "#listing-says"))
        assert "cannot be read: No such file" in text_of(pilot, "#listing")


async def test_on_the_smallest_terminal(configured: Stage) -> None:
    """All screens can be clicked, if only at their keys; the settings are there."""
    async with configured.app().run_test(size=(60, 16)) as pilot:
        await settings(pilot, "transfers.limit")
        tabs = pilot.app.screen.query_one(TabBar).render().plain
        assert all(f" {key(mode.name)} " in tabs for mode in MODES)
        assert " 5 Settings " in tabs
        assert "5 MB/s" in rows(pilot)
        await pilot.click(TabBar, offset=(tabs.index(" 2 ") + 1, 0))
        await until(pilot, lambda: pilot.app.current_mode == "browse")
