"""Story: a researcher lists things in a narrow terminal, and a script does so without one."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.acceptance.conftest import Command
from tests.acceptance.processes import runferry_asks

SGR = re.compile(r"\x1b\[[0-9;]*m")
OF_RUN1 = ("--job-id", "1", "--run-id", "1")
LISTS = [
    (("jobs", "list"), "JOB STATUS CREATED RUNS NAME", r"job 1      created    \S+Z     1 run  "),
    (("jobs", "info", "--job-id", "1"), "RUN STATUS STORED RESULTS", r"  run 1      DONE        "),
    (("jobs", "uploads", "list", "--job-id", "1"), "RUN KIND V STORED SIZE KEY", r"run 1      run_results  v1 .* B  "),
    (("members", *OF_RUN1), "SIZE STORED WRITTEN NAME", r" +[0-9,]+ B  +[0-9,]+ B  \S+Z  RUN1/"),
    (("config", "show"), "SETTING VALUE FROM", r'profile +"local" +default$'),
    (("scan", "{out}"), "STATE FILES SIZE RUN", r"\w+ +[0-9]+ files +[0-9,]+ B  /"),
    (("store", "orphans", "list"), "KIND SIZE SINCE ORPHAN", r"unmanaged +4 B  \S+Z  jobs/9/"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "titles", "line"), LISTS, ids=[" ".join(words[:2]) for words, *_ in LISTS]
)
def test_lists(
    runferry: Command,
    home: Path,
    fred_out: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    titles: str,
    line: str,
) -> None:
    """
    Given a job whose name is long and looks like markup, and an object of another tool
    When it is listed in a terminal of 60 columns, and into a pipe
    Then the one gets a table that fits and hides nothing, the other one whole line each, no titles.
    """
    runferry("upload", fred_out / "RUN1", "--name", f"[red]{'influenza ' * 9}[/red]")
    loose = home / "store/jobs/9/2026/11/20/120000/run_1_results.zip"
    loose.parent.mkdir(parents=True)
    loose.write_bytes(b"data")
    command = [word.format(out=fred_out) for word in words]
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    code, shown = runferry_asks("nothing", b"", *command)
    table = SGR.sub("", shown).splitlines()
    assert code == 0
    assert [text for text in table if text.split() == titles.split()]
    assert max(map(cell_len, table[-5:])) <= 60
    out = runferry(*command).out
    assert re.search(line, out, re.MULTILINE)
    assert titles.split() not in [text.split() for text in out.splitlines()]
    if "[red]" in out:
        assert "[red]influenza" in "".join(table)


def test_search_in_a_job_that_is_not_there(runferry: Command) -> None:
    """
    Given no job 99
    When something is searched in it
    Then that is said, as without a search.
    """
    runferry("jobs", "register", "--name", "a")
    listed = ("jobs", "uploads", "list", "--search", "x", "--job-id")
    answer = runferry(*listed, "99")
    assert (answer.code, "Job 99 does not exist" in answer.err) == (1, True)
    assert runferry(*listed, "1").code == 0


def test_one_clock(runferry: Command, fred_out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Given a user who is not in the zone of UTC
    When a job with a run is shown in a terminal, and into a pipe
    Then all times are the user's in the one, and in UTC with its sign in the other.
    """
    runferry("upload", fred_out / "RUN1", "--name", "flu")
    monkeypatch.setenv("TZ", "XXX+05:00")
    monkeypatch.setenv("TERM", "xterm")
    info = ("jobs", "info", "--job-id", "1")
    shown = SGR.sub("", runferry_asks("nothing", b"", *info)[1])
    (record,) = runferry(*info, "--json").records
    created = datetime.fromisoformat(record["created_at"]) - timedelta(hours=5)
    assert f"{created:%Y-%m-%d %H:%M}  " in shown
    assert not re.search(r"\dZ", shown)
    assert re.search(r"^ *1 +done ", shown, re.MULTILINE)
    piped = runferry(*info).out
    assert record["created_at"] in piped
    assert "DONE" in piped
