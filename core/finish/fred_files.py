"""Which files FRED writes itself while it runs."""

import re

from core.ports.tree import Scan

OUT, LOG, ERR, DATES = "out.csv", "LOG", "err.txt", "DAILY/Date.txt"
_VARIABLES = re.compile(r"DAILY/(?:Date|EpiWeek|Popsize|[^/\s.][^/\s]*\.[^/\s]+)\.txt")
_OTHERS = re.compile(
    r"LOG|out\.csv|(?:err|health_records|births|deaths|parameters|progress)\.txt"
    r"|VIS/(?:BBOX|COUNTIES|CENSUS_TRACTS|VARS|[^/]+/(?:loc|hh)-\d+\.txt)"
    r"|API/(?:log|requests|results_ready|(?:request|results)\.\d+)"
)
_TABLE = re.compile(r"([^/.][^/]*)\.csv")
_NETWORK = re.compile(r"([^/]+-\d+)\.(?:txt|vna)")


class FredFiles:
    """Tells them in one run from what others add to it.

    Others are people, their scripts, schedulers, and FRED's own tools: `fred_job` adds WEEKLY/,
    `fred_make_maps` VIS/MAPS/, both after the run.
    """

    def __init__(self, scan: Scan) -> None:
        self._names = scan.names

    def __contains__(self, path: str) -> bool:
        if _VARIABLES.fullmatch(path) or _OTHERS.fullmatch(path):
            return True
        if table := _TABLE.fullmatch(path):
            return self._has_variables_of(table[1])
        network = _NETWORK.fullmatch(path)
        return bool(network) and self._is_network(network[1])

    def _has_variables_of(self, condition: str) -> bool:
        """FRED makes each table of the files in DAILY/, which it writes first."""
        start = f"DAILY/{condition}."
        return any(name.startswith(start) for name in self._names)

    def _is_network(self, stem: str) -> bool:
        """FRED writes each network twice."""
        return {f"{stem}.txt", f"{stem}.vna"}.issubset(self._names)
