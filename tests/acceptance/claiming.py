"""A process that registers jobs; the ids go to stdout. Arguments: bucket and number."""

import sys

from tui.composition.options import Options
from tui.composition.session import Session


def main(bucket: str, count: int) -> None:
    """One after the other, as fast as it can."""
    with Session(Options(bucket=f"s3://{bucket}")) as session:
        for number in range(count):
            sys.stdout.write(f"{session.register_job(f'job {number}').id}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
