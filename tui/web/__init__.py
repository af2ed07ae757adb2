"""The app in a browser of this machine: the extra `web`."""
