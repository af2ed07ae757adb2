"""Which words of FRED in a RUN directory are those of an earlier run into it.

FRED never removes err.txt, and LOG stays as it was when FRED is started again without one. After an
error FRED writes nothing.
"""

from collections.abc import Iterator, Mapping
from itertools import chain

from core.finish.fred_files import ERR, LOG, OUT, FredFiles
from core.finish.fred_log import death_of, error_line
from core.finish.fred_order import is_kept, results_in_order
from core.ports.tree import FileSample, Scan

_SOON_NS = 2_000_000_000
_LONG_NS = 300_000_000_000
"""A copy without file times may be as slow; FRED is not between its simulation and its results."""


def earlier_words(scan: Scan, samples: Mapping[str, FileSample]) -> frozenset[str]:
    """Of LOG and err.txt those that tell nothing of the run that is there now."""
    if samples.keys().isdisjoint({LOG, ERR}):
        return frozenset()
    times = dict(scan.file_times())
    return frozenset(chain(_err(scan, times, samples), _log(scan, times, samples)))


def _err(scan: Scan, times: Mapping[str, int], samples: Mapping[str, FileSample]) -> Iterator[str]:
    """An error is written into both at the same moment, so that a later LOG tells more."""
    if ERR not in samples or not error_line(samples[ERR]):
        return
    goes_on = LOG in samples and times[LOG] > times[ERR] + _SOON_NS
    if goes_on or _last_of_others(scan, times, ERR) > times[ERR] + _LONG_NS:
        yield ERR


def _log(scan: Scan, times: Mapping[str, int], samples: Mapping[str, FileSample]) -> Iterator[str]:
    if LOG not in samples:
        return
    late = times[LOG] + _LONG_NS
    if death_of(samples[LOG]):
        if _last_of_others(scan, times, LOG) > late:
            yield LOG
    elif OUT in samples:
        results = results_in_order(samples[OUT].head)
        whole = set(results) <= times.keys()
        if whole and is_kept(results, times) and times[results[0]] > late:
            yield LOG


def _last_of_others(scan: Scan, times: Mapping[str, int], name: str) -> int:
    freds = FredFiles(scan)
    return max((when for path, when in times.items() if path != name and path in freds), default=0)
