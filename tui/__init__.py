"""Command line and terminal app. Only `tui.composition` knows the adapters."""
