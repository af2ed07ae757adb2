"""Which results root is which job, which directory which run."""
