"""Runs as ZIP streams, and ZIPs taken apart again."""
