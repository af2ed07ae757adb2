"""Pictures of the README and the key sheet, made from the real app on fixed data.

`python -m screenshots` writes the SVGs beside this file, and `docs/keys.md`.
"""
