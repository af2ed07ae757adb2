"""Runs all of them: `make bench`."""

from benchmarks import event_loop_lag, ferry, first_frame, flood, idle, many_runs, pack, scan

for program in (scan, pack, first_frame, flood, idle, event_loop_lag, many_runs, ferry):
    program.main()
