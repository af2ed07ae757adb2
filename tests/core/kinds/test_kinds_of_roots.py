"""Which kind of runs lies where, and what their names say."""
