"""`y` in Browse: what is stored, in the words that are wanted."""

import shlex
from collections.abc import Sequence

import pytest
from textual.pilot import Pilot

from core.model import Artifact, ArtifactKind, Run
from core.ports.journal.bindings import StoredSource
from core.stored.links import LinkMaker
from storage.machine.system import SystemClock
from storage.prefixed_store import PrefixedStore
from tests.builders import NOON, an_artifact
from tests.fakes.object_store import FakeObjectStore
from tests.tui.builders import FLU, Stage, stored, until
from tests.tui.screen_text import drawn_text_of, said_by, table_of, text_of
from tests.tui.shelf import shelve
from tui.parts.addresses import Addresses
from tui.screens.copy_as import CopyScreen
from tui.screens.copy_ways import Named, copy_ways
from tui.widgets.choices import ChoiceTable
from tui.wording.store_commands import StoreCommands

KEY = "jobs/12/run_1_results.zip"
PREFIX = "jobs/12/2026/11/20/120000/"
SIZES = [(60, 16), (80, 24), (120, 36)]


async def opened(pilot: Pilot[int], *keys: str) -> None:
    """Browse, at some row, with the menu on top."""
    await pilot.press("2")
    await until(pilot, lambda: pilot.app.current_mode == "browse")
    await until(pilot, lambda: table_of(pilot).row_count > 0)
    for key in keys:
        await pilot.press(key)
        await pilot.pause()
    await pilot.press("y")
    await until(pilot, lambda: isinstance(pilot.app.focused, ChoiceTable))


async def copies(stage: Stage, keys: Sequence[str], count: int, copied: list[str]) -> list[str]:
    """What the numbers 1 to `count` copy of the row that `keys` lead to."""
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await opened(pilot, *keys)
        for number in range(1, count + 1):
            await pilot.press(str(number))
            await until(pilot, lambda n=number: len(copied) == n)
            await pilot.press("y")
            await until(pilot, lambda: isinstance(pilot.app.focused, ChoiceTable))
        assert table_of(pilot).row_count == count
    return copied


async def test_a_run(stage: Stage, copied: list[str]) -> None:
    """Key, URI, URL, link, commands: of a run those of its results, and all of it by RunFerry."""
    stored(stage)
    key, uri, https, link, aws, runferry = await copies(stage, ["enter"], 6, copied)
    assert (key, uri) == (KEY, f"s3://fake/{KEY}")
    assert https == f"https://fake.invalid/{KEY}"
    assert link.startswith(f"{https}?X-Amz-Expires=3600&X-Amz-Signature=")
    assert aws == f"aws s3 cp s3://fake/{KEY} . --region eu"
    download = "runferry jobs uploads download --job-id 12 --run-id 1 --profile lab"
    assert runferry == download


def test_part_of_a_bucket() -> None:
    """Other tools get the whole key in every form."""
    store = PrefixedStore(FakeObjectStore(), "teams/epi/")
    links = LinkMaker(store, SystemClock()).to
    addresses = Addresses(links, store, StoreCommands(), remote=True, prefix="teams/epi/")
    made = [way.make() for way in copy_ways([Named(KEY, "runferry …")], addresses)]
    whole = f"teams/epi/{KEY}"
    assert made[:3] == [whole, f"s3://fake/{whole}", f"aws s3 cp s3://fake/{whole} ."]


async def test_a_version(stage: Stage, copied: list[str]) -> None:
    """The command of an artifact brings just this one, in this version."""
    stored(stage)
    *_, runferry = await copies(stage, ["enter", "enter"], 6, copied)
    download = "runferry jobs uploads download --job-id 12 --run-id 1 --kind run_results"
    assert runferry == f"{download} --version 1 --profile lab"


async def test_a_job(stage: Stage, copied: list[str]) -> None:
    """It has no link, and is copied with all of its prefixes."""
    stored(stage)
    key, uri, aws, runferry = await copies(stage, [], 4, copied)
    assert (key, uri) == ("jobs/12/", "s3://fake/jobs/12/")
    assert shlex.split(aws)[:6] == ["aws", "s3", "cp", uri, ".", "--recursive"]
    assert runferry == "runferry jobs uploads download --job-id 12 --profile lab"


async def test_files_of_a_job(stage: Stage, copied: list[str]) -> None:
    """Each on a line of its own."""
    stored(stage)
    for kind, name in ((ArtifactKind.JOB_CONFIG, "config.json"), (ArtifactKind.JOB_INPUT, "i.zip")):
        stage.catalog.put_artifact(Artifact(12, kind, f"jobs/12/job_{name}", 9, stored_at=NOON))
    key, *_, runferry = await copies(stage, ["enter", "G"], 6, copied)
    assert key.splitlines() == ["jobs/12/job_config.json", "jobs/12/job_i.zip"]
    kinds = [line.split("--kind ")[1].split()[0] for line in runferry.splitlines()]
    assert kinds == ["job_config", "job_input"]


async def test_local_store(stage: Stage, copied: list[str]) -> None:
    """What makes sense there: the path of the file, the key, RunFerry's own command."""
    stored(stage)
    stage.remote = False
    stage.addresses = stage.make_addresses()
    path, key, runferry = await copies(stage, ["enter"], 3, copied)
    assert (path, key) == (stage.store.url(KEY), KEY)
    assert runferry.startswith("runferry jobs uploads download")


async def test_local_copy(stage: Stage, copied: list[str]) -> None:
    """Where a directory has the same content as what is stored, its path comes first."""
    shelve(stage, 1)
    (artifact,) = stage.catalog.artifacts(12, 1)
    run = f"{FLU}/RUN1"
    looks = stage.tree.fingerprint(run)
    stage.journal.put_stored(run, StoredSource(looks, 12, 1, content_id=artifact.content_id))
    path, key, *_ = await copies(stage, ["enter"], 7, copied)
    assert (path, key) == (run, artifact.key)


async def test_a_run_that_is_not_stored(stage: Stage, copied: list[str]) -> None:
    """Its key is known, a link would lead nowhere."""
    stored(stage)
    stage.catalog.put_run(Run(12, 3))
    key, _uri, aws, _runferry = await copies(stage, ["enter", "G"], 4, copied)
    assert key == f"{PREFIX}run_3_results.zip"
    assert aws.startswith("aws s3 cp s3://fake/")


async def test_marked(stage: Stage, copied: list[str]) -> None:
    """Given two marked runs, when their link is copied, then there are two, on a line each.

    The toast says so, and no signature is on the screen.
    """
    stored(stage)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await opened(pilot, "enter", "space", "space")
        await pilot.press("4")
        said = "Copied 2 links, good for 1 h (through the terminal)"
        await until(pilot, lambda: said in said_by(pilot))
        signatures = [link.partition("X-Amz-Signature=")[2] for link in copied[0].splitlines()]
        shown = drawn_text_of(pilot)
    assert len(signatures) == 2
    assert not any(signature in shown + " ".join(said_by(pilot)) for signature in signatures)


async def test_quotes(stage: Stage, copied: list[str]) -> None:
    """A command survives the shell, whatever is in it."""
    stored(stage)
    stage.catalog.put_artifact(an_artifact("jobs/12/it's [a] $run.zip", run_id=1))
    keys = ["enter", "enter", "G", "g"]
    *_, aws, _runferry = await copies(stage, keys, 6, copied)
    assert shlex.split(aws)[3] in {"s3://fake/jobs/12/it's [a] $run.zip", f"s3://fake/{KEY}"}


@pytest.mark.parametrize("size", SIZES)
async def test_it_fits(stage: Stage, size: tuple[int, int]) -> None:
    """All ways and the keys are seen; esc copies nothing."""
    stored(stage)
    async with stage.app().run_test(size=size) as pilot:
        await opened(pilot, "enter")
        await until(pilot, lambda: "aws s3 cp" in drawn_text_of(pilot))
        assert "runferry …" in drawn_text_of(pilot)
        assert "1-6 or enter copies" in drawn_text_of(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, CopyScreen))
        assert said_by(pilot) == []
        assert "simpleflu" in text_of(pilot, "#crumbs")
