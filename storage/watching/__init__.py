"""Says that something happened below a root: by inotify where it can be relied on."""
