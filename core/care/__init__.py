"""A store kept in order: check, orphans, archive, delete, lifecycle, probe."""
