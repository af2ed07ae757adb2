"""Command line and terminal app. Only `tui.bootstrap` knows the adapters."""
