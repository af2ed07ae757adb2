"""The demo's epidemic: seeded runs that appear, grow and finish on disk exactly as FRED's do."""
