"""Conditions that any rule of the settings may set, whatever simulator it is for."""

import re
from collections.abc import Iterator
from fnmatch import translate

from core.finish.rule import Check, Evidence
from core.finish.running import NO_WRITER, no_writer, working_directory
from core.ports.tree import Scan
from core.printable import one_line
from core.settings import RuleSettings

EMPTY = "nothing written yet, which is normal for a simulation that writes at its end"


class Conditions:
    """No live program, enough files, nothing there that must be absent."""

    def __init__(self, rule: RuleSettings) -> None:
        self._program = rule.program
        self._min_files = rule.min_files
        # A pattern that nothing matches stands for none.
        self._absent = re.compile("|".join(map(translate, rule.absent)) or r"(?!)")

    def idle(self, evidence: Evidence) -> Check:
        """Fails while the program works in the RUN directory."""
        if not self._program:
            return Check(NO_WRITER, True, "not looked at: the rule names no program", looked=False)
        return no_writer(self._program, evidence, working_directory)

    def on_files(self, scan: Scan) -> Iterator[Check]:
        """What the names of the files tell."""
        enough = scan.files >= self._min_files
        there = f"there are {scan.files} of {self._min_files} files"
        if enough:
            there = f"files: {scan.files}, at least {self._min_files} asked for"
        yield Check("enough files", enough, there)
        found = min(filter(self._must_be_absent, scan.names), default="")
        reason = f"{one_line(found)} is there" if found else "nothing there that must be absent"
        yield Check("nothing unfinished", not found, reason)

    def _must_be_absent(self, path: str) -> bool:
        name = path.rpartition("/")[2]
        return bool(self._absent.match(path) or self._absent.match(name))
