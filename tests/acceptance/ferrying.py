"""A process that uploads a RUN directory once it reads a line; prints job id and outcome.

Arguments: the directory, and the bucket if there is one.
"""

import sys

from core.progress import Progress
from core.upload.upload_request import UploadRequest
from tui.composition.options import Options
from tui.composition.session import Session


def main(source: str, bucket: str = "") -> None:
    """Everything that takes time is done before."""
    with Session(Options(bucket=f"s3://{bucket}" if bucket else "")) as session:
        ferry_run = session.uploads.ferry_run
        print("ready", flush=True)  # noqa: T201 - the test waits for it
        sys.stdin.readline()
        result = ferry_run(UploadRequest(source), Progress())
        print(result.manifest.job_id, result.outcome.value)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
