"""What is imported when: the layers and the start-up budgets, seen from a fresh interpreter."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.portable.event_sources import NATIVE

ROOT = Path(__file__).parent.parent
PACKAGES = ("core", "storage", "tui")
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
FRAMEWORKS = {"textual", "rich", "boto3", "botocore", "peewee", "watchdog", "click", "isal"}
OF_THE_APP = {
    "core.queue.agent",
    "core.watch.auto_upload",
    "core.watch.run_watch",
    "core.queue.store_watch",
    "core.queue.transfer_queue",
    "importlib.metadata",
    "storage.watching",
    "textual",
    "tui.composition.app",
    "tui.composition.live",
    "tui.services",
    "watchdog",
}
OF_PATTERNS = {"core.path_patterns", "storage.settings.endless"}
OF_UPLOADS = {
    "core.events",
    "core.ports.journal",
    "core.upload.create_artifact",
    "core.upload.ferry_run",
    "isal",
    "storage.packing",
}


def modules_after(code: str, home: Path | None = None) -> set[str]:
    """What is in `sys.modules` after `code` ran in an interpreter of its own."""
    report = "; import sys, json; print(json.dumps(sorted(sys.modules)))"
    environ = {**os.environ, "RUNFERRY_HOME": str(home)} if home else None
    done = subprocess.run(
        [sys.executable, "-c", code + report],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(json.loads(done.stdout.splitlines()[-1]))


def loaded_after(code: str) -> set[str]:
    """Top-level modules only."""
    return {name.partition(".")[0] for name in modules_after(code)}


def loaded_by(home: Path, *arguments: str) -> set[str]:
    """By a command that ends well, on the local store below `home`."""
    return modules_after(f"from tui.cli import run; assert run({arguments!r}) == 0", home)


def modules_of(package: str) -> list[str]:
    paths = sorted((ROOT / package).rglob("*.py"))
    return [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths]


def test_core_is_pure() -> None:
    """All of core loads no framework, no adapter and no screen."""
    names = [name.removesuffix(".__init__") for name in modules_of("core")]
    loaded = loaded_after("import " + ", ".join(names))
    assert not loaded & (FRAMEWORKS | {"storage", "tui"})


def test_storage_knows_no_screen() -> None:
    """Adapters load neither textual nor botocore nor click by being imported."""
    names = [name.removesuffix(".__init__") for name in modules_of("storage")]
    other_systems = f"import sys; sys.path.append({NATIVE!r}); "
    loaded = loaded_after(f"{other_systems}import {', '.join(names)}")
    assert not loaded & {"textual", "rich", "click", "tui", "boto3", "botocore"}


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], *([name, "--help"] for name in ("upload", "scan", "link"))],
)
def test_help_is_light(arguments: list[str]) -> None:
    """`--help` and `--version` load neither textual nor botocore nor the databases."""
    loaded = loaded_after(f"from tui.cli import run; run({arguments!r})")
    assert not loaded & {"textual", "rich", "boto3", "botocore", "peewee", "watchdog", "storage"}


def test_app_is_light() -> None:
    """The app and what it is made from load no S3 client, and nothing that only some screens need."""
    loaded = modules_after("import tui.app, tui.composition.app, tui.composition.session")
    assert not loaded & {"boto3", "botocore", "peewee", "watchdog", "textual_plotext"}
    assert not loaded & {"core.preview", "core.care", "tui.parts"}


def test_listing_is_light(tmp_path: Path) -> None:
    """`jobs list` loads neither the watch nor the queue, nor what stores runs or reads patterns; rich is for terminals."""
    register = loaded_by(tmp_path, "jobs", "register", "--name", "flu")
    loaded = loaded_by(tmp_path, "jobs", "list")
    assert "peewee" in loaded
    assert "rich" not in register | loaded
    assert not loaded & (OF_THE_APP | OF_UPLOADS | OF_PATTERNS)


def test_upload_is_light(tmp_path: Path) -> None:
    """An upload that the store answers loads neither the watch nor the queue."""
    run = tmp_path / "OUT/RUN1"
    run.mkdir(parents=True)
    (run / "out.csv").write_text("Day,Date\n")
    loaded = loaded_by(tmp_path / "home", "upload", str(run))
    assert loaded >= OF_UPLOADS
    assert not loaded & OF_THE_APP


def test_threads_are_begun_in_one_place() -> None:
    """Daemon, named, waited for by one deadline: whoever makes threads by hand forgets one of them."""
    makers = re.compile(
        r"\bThread\(|\bTimer\(|PoolExecutor\(|threading\.Thread\b|import .*\bThread\b"
    )
    for path in (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))):
        if path != ROOT / "core/threads.py":
            assert not makers.search(path.read_text()), path


WHERE_PARTS_ARE_IMPORTED = {
    "tui/app.py",  # screens, after the first frame
    "tui/cli.py",  # what finds the command that was meant
    "tui/commands/open.py",  # textual
    "tui/commands/progress_line.py",  # rich, which only a terminal needs
    "tui/commands/table.py",  # the same
    "tui/commands/serve.py",  # what may not be installed
    "tui/screens/care_flow.py",  # what looks at a store, and changes it
    "tui/screens/watch.py",  # what reads runs for previews
    "tui/widgets/member_view.py",  # what plots, with the first chart
    "tui/widgets/run_preview.py",  # the same
    "tui/composition/adapters.py",  # databases, and what packs
    "tui/composition/by_kind.py",  # the store
    "tui/composition/session.py",  # everything else
}


def test_one_way_to_be_lazy() -> None:
    """Imports of tui stand at the top, for readers and type checker alike; parts are made late."""
    late: set[str] = set()
    for path in sorted((ROOT / "tui").rglob("*.py")):
        text = path.read_text()
        assert "TYPE_CHECKING" not in text, path
        functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, FUNCTIONS))
        inner = (node for function in functions for node in ast.walk(function))
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in inner):
            late.add(str(path.relative_to(ROOT)))
    assert late == WHERE_PARTS_ARE_IMPORTED
