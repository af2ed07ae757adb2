"""Something does not work: one command tells what, and writes what can be mailed to who may know."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.redaction import REDACTED
from tests.acceptance.conftest import Answer, Command
from tests.servers.fault_server import Answer as HttpAnswer
from tests.servers.fixtures import SECRET_KEY
from tests.servers.strict.modes import MODES
from tests.servers.strict.server import StrictServer

CANARY = "hK7vQ2mZ9xW4tR8pL3nB6yD1cF5gJ0sA"


def seen(answer: Answer) -> dict[str, dict[str, Any]]:
    """What was told by `--json`, by subject and what it is about."""
    return {f"{found['subject']}.{found['what']}": found for found in answer.records}


def wrong(answer: Answer) -> set[str]:
    return {name for name, found in seen(answer).items() if found["outcome"] == "not ok"}


def test_bucket(runferry: Command, s3_bucket: str) -> None:
    """
    Given a bucket, and credentials in the environment
    When the doctor is asked
    Then each thing that uploads need was tried, nothing is left, and no credential is shown.
    """
    options = ("--bucket", f"s3://{s3_bucket}")
    answer = runferry("doctor", "--json", *options)
    assert (answer.code, wrong(answer)) == (0, set())
    found = seen(answer)
    for step in ("list", "clock", "put", "head", "get", "delete"):
        assert found[f"store.{step}"]["outcome"] == "ok"
    assert "AWS_ACCESS_KEY_ID" in found["credentials.source"]["detail"]
    assert "us-east-1" in found["way.region"]["detail"]
    assert "127.0.0.1" in found["way.endpoint"]["detail"]
    assert found["bucket.versioning"]["outcome"] == "ok"
    assert SECRET_KEY not in answer.out + answer.err
    told = runferry("doctor", *options)
    assert len(told.out.splitlines()) == len(found)


def test_nothing_is_set(runferry: Command, home: Path) -> None:
    """
    Given no settings at all
    When the doctor is asked
    Then the local store is in order.
    """
    answer = runferry("doctor", "--json")
    assert (answer.code, wrong(answer)) == (0, set())
    assert str(home) in seen(answer)["directory.place"]["detail"]


def test_broken_settings(runferry: Command, home: Path) -> None:
    """
    Given a settings file that cannot be used
    When the doctor is asked
    Then file and line are named, the rest is looked at, and the exit code is 1.
    """
    home.mkdir()
    (home / "settings.toml").write_text('profile = "lab"\n[profiles.lab]\nbuckets = "x"\n')
    answer = runferry("doctor", "--json")
    found = seen(answer)
    assert (answer.code, wrong(answer)) == (1, {"settings.settings"})
    assert "settings.toml:3" in found["settings.settings"]["detail"].replace(", line ", ":")
    assert found["store.store"]["outcome"] == "unknown"
    assert found["databases.state"]["outcome"] == "ok"


def test_offline(
    runferry: Command, s3_bucket: str, monkeypatch: pytest.MonkeyPatch, no_pauses: object
) -> None:
    """
    Given a store that cannot be reached
    When the doctor is asked
    Then that is the one thing that is wrong, and what was not tried is said to be unknown.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    answer = runferry("doctor", "--json", "--bucket", f"s3://{s3_bucket}")
    assert (answer.code, wrong(answer)) == (1, {"store.list"})
    found = seen(answer)
    assert found["store.put"]["outcome"] == found["bucket.demands"]["outcome"] == "unknown"


def test_way(
    runferry: Command, s3_bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given a proxy that the store's network is excepted from, and authorities that are gone
    When the doctor is asked
    Then no proxy is in force, and the variable that names the file is wrong.
    """
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.0/8")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "gone.pem"))
    answer = runferry("doctor", "--json", "--bucket", f"s3://{s3_bucket}")
    assert (answer.code, wrong(answer)) == (1, {"way.authorities"})
    found = seen(answer)
    assert found["way.proxy"]["detail"] == "none"
    assert found["way.authorities"]["detail"].endswith("(AWS_CA_BUNDLE), which does not exist")
    assert "AWS_CA_BUNDLE" in found["way.authorities"]["hint"]


def test_locked_state(runferry: Command, home: Path, fred_out: Path) -> None:
    """
    Given a state that another program does not let go of
    When the doctor is asked
    Then that is said, without waiting for it.
    """
    assert runferry("upload", fred_out / "RUN1").code == 0
    with closing(sqlite3.connect(home / "state.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        answer = runferry("doctor", "--json")
    assert (answer.code, wrong(answer)) == (1, {"databases.state"})
    assert "locked" in seen(answer)["databases.state"]["detail"]


def test_denied(
    runferry: Command, s3_bucket: str, strict_server: StrictServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given credentials that may not delete, and a server that loses metadata
    When the doctor is asked
    Then exactly these are wrong, with what to do.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", strict_server.url)
    strict_server.rules += [MODES["nodelete"](), MODES["nometa"]()]
    answer = runferry("doctor", "--json", "--bucket", f"s3://{s3_bucket}")
    assert (answer.code, wrong(answer)) == (1, {"store.head", "store.delete"})
    assert "x-amz-meta" in seen(answer)["store.head"]["detail"]
    assert "s3:DeleteObject" in seen(answer)["store.delete"]["hint"]


def test_report_is_safe_to_mail(
    runferry: Command,
    home: Path,
    tmp_path: Path,
    s3_bucket: str,
    strict_server: StrictServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given secrets in the environment, in the settings, in ~/.aws, in the URL of a proxy, and in the
    words of a server that refuses
    When a report is written
    Then it is in a new file for its owner only, and none of them is in it, nor on the screen.
    """
    secrets = {place: f"{place}{CANARY}" for place in ("env", "set", "aws", "prx", "srv", "tok")}
    aws = tmp_path / "aws"
    aws.mkdir()
    (aws / "credentials").write_text(
        f"[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = {secrets['aws']}\n"
    )
    (aws / "config").write_text("[default]\nregion = us-east-1\n")
    home.mkdir()
    (home / "settings.toml").write_text(
        f'profile = "lab"\n[profiles.lab]\nbucket = "{s3_bucket}"\n'
        f'endpoint_url = "{strict_server.url}"\n'
        'access_key_id = "${LAB_KEY_ID}"\nsecret_access_key = "${LAB_SECRET}"\n'
    )
    for name, value in {
        "AWS_SHARED_CREDENTIALS_FILE": str(aws / "credentials"),
        "AWS_CONFIG_FILE": str(aws / "config"),
        "AWS_SECRET_ACCESS_KEY": secrets["env"],
        "AWS_SESSION_TOKEN": secrets["tok"],
        "LAB_KEY_ID": "AKIAI44QH8DHBEXAMPLE",
        "LAB_SECRET": secrets["set"],
        "HTTPS_PROXY": f"http://me:{secrets['prx']}@proxy.example:3128",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    echo = (
        "<Error><Code>SignatureDoesNotMatch</Code><Message>Your key"
        f" aws_secret_access_key={secrets['srv']} and {secrets['set']}</Message>"
        f"<SecretAccessKey>{secrets['srv']}</SecretAccessKey></Error>"
    ).encode()
    refusal = HttpAnswer(403, echo, {"Content-Type": "application/xml"})
    strict_server.rules.append(lambda request: refusal if request.method == "PUT" else None)

    answer = runferry("doctor", "--report")

    assert answer.code == 1
    (report,) = tmp_path.glob("runferry-report-*.txt")
    assert report.name in answer.out
    assert report.stat().st_mode & 0o777 == 0o600
    text = report.read_text()
    assert "store: put" in text
    assert "profiles.lab.secret_access_key" in text
    assert REDACTED in text
    for secret in (*secrets.values(), CANARY):
        assert secret not in text + answer.out + answer.err
    default = runferry("doctor", "--report", "--bucket", f"s3://{s3_bucket}")
    everything = (
        default.out
        + default.err
        + "".join(path.read_text() for path in tmp_path.glob("runferry-report-*.txt"))
    )
    assert CANARY not in everything


def test_report_that_cannot_be_written(
    runferry: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given a working directory that cannot be written
    When a report is to be written there
    Then that is said, after all that was seen.
    """
    if os.geteuid() == 0:
        directory = Path("/proc")
    else:
        directory = tmp_path / "closed"
        directory.mkdir(mode=0o500)
    monkeypatch.chdir(directory)
    answer = runferry("doctor", "--report", "--json")
    assert answer.code == 1
    assert "cannot be written here" in answer.err
    assert all(json.loads(line)["outcome"] for line in answer.out.splitlines())
