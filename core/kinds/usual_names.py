"""The names that simulators, schedulers and people give to the directories of runs."""

import re

from core.kinds.run_names import RunNames

_DATE, _TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}", "[0-9]{2}-[0-9]{2}-[0-9]{2}"
_WHAT = (
    "run|seed|case|job|task|rep|repl|replica|replicate|repeat|iter|iteration|trial|sim|simulation|"
    "sample|member|ens|ensemble|realization|realisation|exp|experiment|scenario|traj|trajectory|"
    "walker|workdir"
)
_LABEL = "(?:[A-Z][A-Z0-9]{0,7}|[a-z][0-9]{0,3})"

FRED_NAMES = RunNames(
    ("run_([1-9][0-9]{0,9})/RUN[0-9]+", "RUN([0-9]+)"), "such as RUN4, or run_4 with RUN1 in it"
)
"""Systems that number RUN directories by seed put those of one run into a `run_17`."""

USUAL_NAMES = RunNames(
    (
        "run_([1-9][0-9]{0,9})/RUN[0-9]+",
        f"multirun/{_DATE}/{_TIME}/([0-9]+)",  # Hydra, a sweep
        f"outputs/{_DATE}/{_TIME}",  # Hydra
        "(?i)(?:job|array|task)[-_.]?[0-9]+[-_.]([0-9]+)",  # an array of a scheduler
        f"(?i)(?:{_WHAT})[-_.]?([0-9]+)",
        f"(?i:{_WHAT})[-_.]{_LABEL}",
        f"[0-9]{{4}}-?[0-9]{{2}}-?[0-9]{{2}}[-_](?i:{_WHAT})(?:[-_.]?([0-9]+))?",
        f"(?i:{_WHAT})[-_.]{_DATE}(?:[-_T]{_TIME})?",
    ),
    "such as RUN4, seed_001, run-12, job_123_4 or case-A",
)
"""`job_123_4`, `seed_001`, `run-12`, `case-A`, `2026-11-30_run` and their like."""

LIKE_A_RUN = re.compile(rf"(?i)(?:{_WHAT})[-_. ]?[0-9]+(?:[^0-9a-z].*|)", re.DOTALL)
"""`run7`, `RUN_8`, `RUN4.old`: called nearly as runs are, whatever those are called. To be matched in full."""
