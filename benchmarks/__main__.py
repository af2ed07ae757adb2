"""Runs all of them: `make bench`."""

from benchmarks import event_loop_lag, ferry, first_frame, flood, idle, pack, scan

for program in (scan, pack, first_frame, flood, idle, event_loop_lag, ferry):
    program.main()
