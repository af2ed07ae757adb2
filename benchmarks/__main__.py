"""Runs all of them: `make bench`."""

from benchmarks import first_frame, pack, scan

for program in (scan, pack, first_frame):
    program.main()
