"""The one name that RunFerry installs; in the wheel, `core`, `storage` and `tui` lie in here."""
