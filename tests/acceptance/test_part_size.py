"""Something on the way to the store refuses large requests: smaller parts get through."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.test_watch import a_run
from tests.servers.fault_server import Answer, Fault, lost
from tests.servers.strict.request import Request
from tests.servers.strict.server import Rule, StrictServer

MIB = 1 << 20
HTML = {"Content-Type": "text/html", "Server": "nginx"}

pytestmark = pytest.mark.usefixtures("no_pauses")


def page(status: int, title: str) -> Answer:
    return Answer(status, f"<html><title>{status} {title}</title></html>".encode(), HTML)


def refusing(answer: Answer, *, above: int) -> Rule:
    """A proxy that answers so to all requests of more bytes."""

    def rule(request: Request) -> Answer | None:
        return answer if request.length > above else None

    return rule


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Its archive takes two parts of 8 MiB, three of 5."""
    path = a_run(tmp_path / "flu/OUT/RUN1")
    (path / "data").write_bytes(os.urandom(12 * MIB))
    return path


@pytest.fixture
def profile(
    home: Path, s3_bucket: str, strict_server: StrictServer
) -> Callable[..., tuple[str, str]]:
    """Writes a profile of the bucket behind the strict server, with these lines beside."""

    def write(*lines: str) -> tuple[str, str]:
        home.mkdir(exist_ok=True)
        lab = (f'bucket = "{s3_bucket}"', f'endpoint_url = "{strict_server.url}"')
        (home / "settings.toml").write_text("\n".join(("[profiles.lab]", *lab, *lines)))
        return "--profile", "lab"

    return write


def test_smaller_parts(
    runferry: Command,
    profile: Callable[..., tuple[str, str]],
    strict_server: StrictServer,
    run: Path,
) -> None:
    """
    Given a proxy that answers requests of more than 6 MiB with 413 and a page of its own
    When a run is uploaded, and again with the part_size that the message names
    Then the first ends at once, says so and sends no part twice, and the second is stored.
    """
    strict_server.rules.append(refusing(page(413, "Request Entity Too Large"), above=6 * MIB))
    upload = ("upload", run, "--name", "flu")
    answer = runferry(*upload, *profile())
    assert answer.code == 1
    assert "A request of this size is not let through" in answer.err
    assert "HTTP 413" in answer.err
    assert "smaller part_size in the profile" in answer.err
    assert "8.0 MiB" in answer.err
    parts = [r.request.query["partNumber"] for r in strict_server.refused]
    assert len(parts) == len(set(parts))

    assert runferry(*upload, *profile('part_size = "5 MiB"')).code == 0
    assert len(strict_server.refused) == len(parts)


def test_a_page_for_content_alone(
    runferry: Command,
    profile: Callable[..., tuple[str, str]],
    strict_server: StrictServer,
    run: Path,
) -> None:
    """
    Given a firewall that answers parts with 403 and a page, and lets everything else through
    When a run is uploaded
    Then that is no outage: it ends with the status, and nothing waits.
    """
    strict_server.rules.append(refusing(page(403, "Forbidden"), above=6 * MIB))
    store = profile()
    answer = runferry("upload", run, "--name", "flu", *store)
    assert answer.code == 2
    assert "not an S3 server refused" in answer.err
    assert "HTTP 403" in answer.err
    assert "network" not in answer.err
    assert runferry("queue", "list", "--json", *store).records == []
    assert len(strict_server.refused) <= 2


def test_a_connection_that_breaks_for_content_alone(
    runferry: Command,
    profile: Callable[..., tuple[str, str]],
    strict_server: StrictServer,
    run: Path,
) -> None:
    """
    Given something that breaks the connection whenever a part is sent, and answers the rest
    When the tree is watched with auto-upload
    Then the upload ends after five tries, one part each from the second on, and names the size.
    """
    strict_server.plan(Fault("PUT", "partNumber=", after=lost, times=-1))
    store = profile()
    watch = ("watch", run.parent, "--until-idle", "--auto-upload", "--rule", "sentinel")
    answer = runferry(*watch, "--quiet", "0.1", "--json", *store)
    assert answer.code == 1
    (failed,) = runferry("queue", "list", "--json", *store).records
    assert (failed["state"], failed["attempts"]) == ("failed", 5)
    assert "UploadPart" in failed["error"]
    assert "smaller part_size" in failed["todo"]
    assert "store_unreachable" not in answer.out
    assert strict_server.count("PUT", "partNumber=") <= 2 + 3 + 4
