"""What is imported when: the layers and the start-up budgets, seen from a fresh interpreter."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FRAMEWORKS = {"textual", "rich", "boto3", "botocore", "peewee", "watchdog", "click", "isal"}


def loaded_after(code: str) -> set[str]:
    """Top-level modules in `sys.modules` after `code` ran in an interpreter of its own."""
    report = "; import sys, json; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", code + report], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


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
    loaded = loaded_after("import " + ", ".join(names))
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
    """The app and what it is made from load no S3 client: that comes after the first frame."""
    loaded = loaded_after("import tui.app, tui.bootstrap")
    assert not loaded & {"boto3", "botocore", "peewee", "watchdog", "textual_plotext"}
