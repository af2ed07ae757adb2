"""The suite on a system that has only what every Unix has."""
