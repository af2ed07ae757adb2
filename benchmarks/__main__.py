"""Runs all of them: `make bench`."""

from benchmarks import (
    ensemble,
    event_loop_lag,
    ferry,
    first_frame,
    flood,
    idle,
    many_runs,
    members,
    pack,
    previews,
    redraw,
    scan,
)

PROGRAMS = (
    scan,
    pack,
    previews,
    redraw,
    members,
    ensemble,
    first_frame,
    flood,
    idle,
    event_loop_lag,
    many_runs,
    ferry,
)
for program in PROGRAMS:
    program.main()
