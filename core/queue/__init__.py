"""Transfers that wait, travel and are told about, and the agent that carries them."""
