"""How what runs have in common, and what not, is said."""

from collections.abc import Iterator, Sequence

from core.compare.bands import Bands, Spread
from core.compare.named_run import NamedRun
from core.compare.outliers import Oddity, Outlier
from core.printable import printable
from tui.wording.figures import figure

DAY_COLUMNS = ("day", "runs", "low90", "low50", "median", "high50", "high90")


def where(run: NamedRun) -> str:
    """As in "stored v2, local"."""
    stored = "" if run.version is None else f"stored v{run.version}" if run.version else "stored"
    return ", ".join(filter(None, (stored, "local" if run.path else "")))


def spread_text(spread: Spread) -> str:
    """As in "median 96, 50 % 91-101, 90 % 84-112"."""
    half = f"{figure(spread.low50)}-{figure(spread.high50)}"
    most = f"{figure(spread.low90)}-{figure(spread.high90)}"
    return f"median {figure(spread.median)}, 50 % {half}, 90 % {most}"


def outlier_text(outlier: Outlier) -> str:
    """As in "RUN7 (peak 2 310, day 61)"."""
    return f"{printable(outlier.name)} ({oddity_text(outlier)})"


def oddity_text(outlier: Outlier) -> str:
    """The same without its name."""
    if outlier.oddity is Oddity.DIED_OUT:
        return f"died out on day {figure(outlier.day)}"
    return f"{outlier.oddity} {figure(outlier.value)}, day {figure(outlier.day)}"


def days_of(bands: Bands) -> Iterator[Sequence[float]]:
    """A row for each day, as `DAY_COLUMNS` are."""
    columns = (
        bands.days,
        bands.runs,
        bands.low90,
        bands.low50,
        bands.median,
        bands.high50,
        bands.high90,
    )
    return zip(*columns, strict=True)


def csv_lines(bands: Bands) -> Iterator[str]:
    """CSV with a header: plain numbers, a row for each day."""
    yield ",".join(DAY_COLUMNS)
    for row in days_of(bands):
        yield ",".join(map(plain, row))


def plain(value: float) -> str:
    """For programs: 12, 0.5, 1.25e-07."""
    return f"{value:.12g}"
