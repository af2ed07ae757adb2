"""How fast content may travel."""
