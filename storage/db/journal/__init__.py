"""The tables of `state.db`, by what they are about."""
