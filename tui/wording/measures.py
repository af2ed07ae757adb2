"""How far a run is, as text."""

from core.finish.rule import DAY, Reached


def reached(run: Reached | None) -> str:
    """As in "97/180", or "97" of a run whose length is not known."""
    if run is None:
        return ""
    return f"{run.done:.15g}/{run.planned:.15g}" if run.planned else f"{run.done:.15g}"


def reached_in_words(run: Reached) -> str:
    """As in "day 97/180", or "step 12,000 of 100,000": large numbers are read in groups."""
    if run.unit == DAY:
        return f"{DAY} {reached(run)}"
    of = f" of {run.planned:,.15g}" if run.planned else ""
    return f"{run.unit} {run.done:,.15g}{of}"


def share_of(run: Reached) -> float:
    """From 0 to 1; of a run whose length is not known 0."""
    return min(1.0, run.done / run.planned) if run.planned else 0.0


def as_plain(run: Reached | None) -> dict[str, object]:
    """For a JSON object; empty where nothing is known."""
    return {"progress": run._asdict()} if run else {}
