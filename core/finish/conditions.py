"""Conditions that any rule of the settings may set, whatever simulator it is for."""

import re
from collections.abc import Iterator
from fnmatch import translate
from itertools import islice

from core.finish.bystanders import results_but
from core.finish.rule import Check, Evidence
from core.finish.running import NO_WRITER, no_writer
from core.ports.tree import Scan
from core.printable import one_line
from core.settings import RuleKind, RuleSettings

EMPTY = "nothing written yet, which is normal for a simulation that writes at its end"


class Conditions:
    """No live program, enough files, nothing there that must be absent."""

    def __init__(self, rule: RuleSettings) -> None:
        self._program = rule.program or (f"process of {rule.pid_file}" if rule.pid_file else "")
        self._min_files = rule.min_files
        self._min_bytes = rule.min_bytes
        self._any_file = rule.kind is not RuleKind.QUIET
        self._is_result = results_but(rule.ignore)
        self._absent = re.compile("|".join(map(translate, rule.absent)))
        self._any_absent = bool(rule.absent)

    def idle(self, evidence: Evidence) -> Check:
        """Fails while the program works in the RUN directory."""
        if not self._program:
            return Check(NO_WRITER, True, "not looked at: the rule names no program", looked=False)
        return no_writer(self._program, evidence.processes)

    def on_files(self, scan: Scan) -> Iterator[Check]:
        """What the names and sizes of the files tell."""
        yield self._enough_files(scan)
        if self._min_bytes:
            so_far = f"there are {scan.bytes} of {self._min_bytes} bytes"
            yield Check("enough bytes", scan.bytes >= self._min_bytes, so_far)
        names = scan.names if self._any_absent else ()
        found = min(filter(self._must_be_absent, names), default="")
        reason = f"{one_line(found)} is there" if found else "nothing there that must be absent"
        yield Check("nothing unfinished", not found, reason)

    def _enough_files(self, scan: Scan) -> Check:
        name, least = "enough files", self._min_files
        there = self._counted(scan, least)
        if there >= least:
            return Check(name, True, f"files: {scan.files}, at least {least} asked for")
        what = "files" if self._any_file else "results that are not empty"
        return Check(name, False, f"there are {there} of {least} {what}")

    def _counted(self, scan: Scan, enough: int) -> int:
        """Of results no more than it takes."""
        if self._any_file:
            return scan.files
        rows = zip(scan.names, scan.numbers[1::3], strict=True)
        results = (name for name, size in rows if size > 0 and self._is_result(name))
        return sum(1 for _ in islice(results, enough))

    def _must_be_absent(self, path: str) -> bool:
        name = path.rpartition("/")[2]
        return bool(self._absent.match(path) or self._absent.match(name))
