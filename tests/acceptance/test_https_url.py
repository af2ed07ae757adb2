"""A program that knows no `s3://` URLs is told where objects are."""

from pathlib import Path
from urllib.parse import urlsplit

from tests.acceptance.conftest import Command


def test_beside_the_other_url(
    runferry: Command, fred_out: Path, store: list[str], tmp_path: Path
) -> None:
    """
    Given a run and a configuration
    When they are stored, listed and linked
    Then each record has the address at which the client asks for the object; in a local store none.
    """
    config = tmp_path / "config.json"
    config.write_text("{}")
    job = ["--job-id", "1", "--json", *store]
    commands = [
        ["upload", str(fred_out / "RUN1"), "--json", *store],
        ["jobs", "config", "submit", str(config), *job],
        ["jobs", "uploads", "list", *job],
        ["link", *job],
    ]
    for command in commands:
        answer = runferry(*command)
        assert (answer.code, bool(answer.records)) == (0, True), answer
        for record in answer.records:
            url = urlsplit(str(record.get("https_url", "")))
            assert url.path.endswith(record["key"]) == bool(store)
            assert (url.scheme, url.query) == ("http" if store else "", "")
