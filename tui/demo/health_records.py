"""The lines of FRED's health_records.txt, one per change of a person's health."""

from datetime import date

from tui.demo.cases import Case, age_of
from tui.demo.epidemic import Day


def health_records(day: Day, on: date) -> str:
    """The lines of one day, ordered by the hour."""
    changes = [(case.hour, _exposure(case)) for case in day.exposed]
    changes += [
        (case.onset_hour, _modified(case, "Is", "No", "Symptoms"))
        for case in day.onsets
        if case.symptomatic
    ]
    changes += [
        (case.recovery_hour, _modified(case, "R", "Yes", "No"))
        for case in day.recoveries
        if case.stays_home
    ]
    changes.sort(key=lambda change: change[0])
    return "".join(
        f"HEALTH RECORD: {on} {_clock_hour(hour)} day {day.number} {change}\n"
        for hour, change in changes
    )


def _exposure(case: Case) -> str:
    who = f"person {case.person} age {age_of(case.person)} is"
    if case.infector is None:
        return f"{who} an IMPORTED EXPOSURE to INF"
    infector = case.infector.person
    source = f"person {infector} age {age_of(infector)}"
    return f"{who} EXPOSED to INF at {case.place} from {source}"


def _modified(case: Case, entering: str, before: str, after: str) -> str:
    return (
        f"person {case.person} ENTERING state INF.{entering} "
        f"MODIFIES state StayHome.{before} to StayHome.{after}"
    )


def _clock_hour(hour: int) -> str:
    """0 is 12am, 13 is 1pm."""
    return f"{hour % 12 or 12}{('am', 'pm')[hour // 12]}"
