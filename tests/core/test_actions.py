"""What may be reached where nothing may be changed."""

from core.actions import ACTIONS, changes, undeclared


def test_every_action_is_declared() -> None:
    """As one that looks, or as one that changes: a new key has to say so."""
    assert undeclared() == frozenset()


def test_what_changes() -> None:
    """What is not known changes; what is the same key elsewhere may only look."""
    assert changes("upload", "watch")
    assert not changes("sort", "watch")
    assert changes("retry", "transfers")
    assert not changes("retry", "browse")
    assert changes("open", "settings")
    assert changes("unheard_of", "watch")
    assert set(ACTIONS) - {name for name in ACTIONS if changes(name, "browse")}
