"""A user finds their jobs among those of a lab."""

from tests.acceptance.conftest import Command


def test_only_some_jobs(runferry: Command) -> None:
    """
    Given five jobs, one of which was completed
    When those of a status, an owner or a time are asked for
    Then only these are listed, the newest first, and no more than were asked for.
    """
    for number in range(1, 6):
        runferry("jobs", "register", "--name", f"job{number}")
    runferry("jobs", "set", "--job-id", "2", "--status", "completed")

    def listed(*options: str) -> list[int]:
        answer = runferry("jobs", "list", "--json", *options)
        assert answer.code == 0, answer
        return [record["job_id"] for record in answer.records]

    owner = runferry("jobs", "list", "--json").records[0]["owner"]
    assert listed("--status", "completed") == [2]
    assert listed("--status", "created", "--limit", "2") == [5, 4]
    assert listed("--owner", owner) == [5, 4, 3, 2, 1]
    assert listed("--owner", f"{owner}x") == []
    assert listed("--since", "1h", "--search", "job3") == [3]
    assert listed("--since", "2100-01-01") == []
    for wrong in ("yesterday", "2026-13-01", "0001-01-01T00:00:00+20:00"):
        assert runferry("jobs", "list", "--since", wrong).code == 2
