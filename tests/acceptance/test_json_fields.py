"""Scripts read `--json`: the fields that are promised are there, with values of their kind."""

from pathlib import Path

from tests.acceptance.conftest import Command

UPLOAD: dict[str, type] = {
    "job_id": int, "run_id": int, "version": int, "outcome": str, "key": str, "url": str,
    "sha256": str, "content_id": str, "files": int, "bytes": int, "stored_bytes": int,
}  # fmt: skip
SCAN: dict[str, type] = {
    "path": str,
    "run_id": int,
    "state": str,
    "reason": str,
    "files": int,
    "bytes": int,
}
LISTED: dict[str, type] = {
    "job_id": int, "run_id": int, "kind": str, "version": int, "key": str, "size": int,
    "sha256": str, "managed": bool, "verified_at": str, "verified_by": str,
}  # fmt: skip
JOB: dict[str, type] = {"job_id": int, "name": str, "status": str, "created_at": str, "tags": list}


def test_promised_fields(runferry: Command, fred_out: Path) -> None:
    """
    Given a run that is uploaded
    When each command tells of it with --json
    Then every object has the promised fields.
    """
    promised = [
        (("upload", fred_out / "RUN1", "--json"), UPLOAD),
        (("scan", fred_out, "--json"), SCAN),
        (("jobs", "uploads", "list", "--job-id", "1", "--json"), LISTED),
        (("jobs", "register", "--name", "flu", "--json"), JOB),
        (("jobs", "list", "--json"), JOB),
        (("jobs", "info", "--job-id", "1", "--json"), JOB),
    ]
    for command, fields in promised:
        answer = runferry(*command)
        assert answer.code == 0
        assert answer.records
        for record in answer.records:
            for name, kind in fields.items():
                assert isinstance(record[name], kind), (command, name)
