"""The settings file: TOML, environment and flags become validated `Settings`."""
