"""The store in signs and words, the same in the header, on all screens and in dialogs."""

from datetime import datetime

from core.queue.store_state import StoreCondition, StoreState
from tui.wording.formatting import age, clock_time

_SIGNS = {
    StoreCondition.OK: "●",
    StoreCondition.NO_BUCKET: "✗",
    StoreCondition.DENIED: "✗",
    StoreCondition.REFUSES: "✗",
    StoreCondition.OFFLINE: "○",
}
_WORDLESS = frozenset({StoreCondition.OK, StoreCondition.NOT_ASKED, StoreCondition.WAITS})
"""A dot that says it all; and of what is waited for a hint tells more."""
NEVER = "never synced"


def store_sign(state: StoreState) -> str:
    """One cell: a full dot only for a store that answers and was read lately."""
    return _SIGNS.get(state.condition, "◌")


def store_word(state: StoreState) -> str:
    """As in "no such bucket", or "stale since 14:06"; empty where the sign says enough."""
    if state.condition in _WORDLESS:
        return ""
    since = state.read_at.of_list
    if state.condition is StoreCondition.STALE and since:
        return f"stale since {clock_time(since)}"
    return state.condition.value


def store_reason(state: StoreState) -> str:
    """Why it is not ok; empty while nobody knows of a reason."""
    if state.outage:
        return state.outage.reason
    if state.refusal:
        return state.refusal.what
    return "" if state.current else store_word(state)


def reading_age(state: StoreState, read_at: datetime | None, now: datetime) -> str:
    """From when that is which is shown of the store, and whether it may be another by now."""
    if state.syncing:
        return "syncing …"
    if read_at is None:
        return NEVER
    return f"synced {_moment(read_at, now)}" if state.current else as_known_at(read_at, now)


def as_known_at(read_at: datetime, now: datetime) -> str:
    """Of what was read before the store stopped to answer, or to let itself be read."""
    return f"as known at {_moment(read_at, now)}"


def _moment(moment: datetime, now: datetime) -> str:
    return f"{clock_time(moment)} ({age(moment, now)})"
