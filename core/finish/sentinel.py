"""The finish rule for simulators that leave a marker file."""

from collections.abc import Mapping, Sequence

from core.finish.rule import Check, Outcome, Verdict
from core.ports.tree import EntryType, FileSample, SampleRequest, Scan

_NEWER_SLACK_NS = 2_000_000_000


class SentinelRule:
    """Complete when a success file is there, failed when a failure file is.

    A marker older than any other file (2 s slack) is left over from an earlier run in the same
    directory and counts for nothing.
    """

    name = "sentinel"
    requests: Sequence[SampleRequest] = ()

    def __init__(self, success: Sequence[str], failure: Sequence[str] = ()) -> None:
        self._success = tuple(success)
        self._failure = tuple(failure)

    def judge(self, scan: Scan, samples: Mapping[str, FileSample]) -> Verdict:
        """The verdict; needs no file contents."""
        files = {e.path: e.mtime_ns for e in scan.entries if e.type is EntryType.FILE}
        if not files:
            return Verdict(Outcome.EMPTY, "nothing written yet")
        newest = max(files.values())
        for names, outcome in ((self._failure, Outcome.FAILED), (self._success, Outcome.COMPLETE)):
            for name in (n for n in names if n in files):
                if files[name] + _NEWER_SLACK_NS >= newest:
                    return Verdict(outcome, f"{name} is there", (Check(name, True, "is there"),))
                reason = f"{name} is older than other files: left over from an earlier run"
                return Verdict(Outcome.RUNNING, reason, (Check(name, False, reason),))
        wanted = " or ".join(self._success) or "a success file"
        check = Check(wanted, False, f"{wanted} is not there yet")
        return Verdict(Outcome.RUNNING, check.reason, (check,))
