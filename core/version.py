"""The version of RunFerry."""

VERSION = "0.1.0"
