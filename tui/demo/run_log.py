"""The text of FRED's LOG: set-up, one block a day, the end; same seed, same text.

Dates and durations in a LOG are real ones; here they come from a pretended clock.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from tui.demo.plan import FIPS, LOCATION, MODEL_FILE, SEED, DemoPlan

_SETUP = """\
FRED started {now}
FRED program file = {model}
fred_open_file: opening file $FRED_HOME/data/config.fred for reading
FRED reading program file $FRED_HOME/data/config.fred
{properties}
FRED finished reading program file {model}
Overridden from command line: Output_directory = OUT

FRED run {run} started {now}
seed = {seed}
RNG setup took 0.001246 seconds
condition 0 = INF
condition 1 = StayHome
PHASE 1: get_properties took 0.001606 seconds
FRED_VERBOSE: <State_Space.cc, LINE:78> state space INF number of states = 6
FRED_VERBOSE: <State_Space.cc, LINE:78> state space StayHome number of states = 4
read places entered
POPULATION_FILE: $FRED_HOME/data/country/usa/RTI_2010_ver1/{fips}
PHASE 2: read_all_places took 0.008124 seconds
read population entered
FRED_VERBOSE: <Person.cc, LINE:958> finished reading population, pop_size = {population}
population setup finished
Pop.setup took 0.003334 seconds
Places.setup_group_quarters took 0.004029 seconds
setup_households took 0.031655 seconds
setup_block_groups took 0.005805 seconds
setup_counties took 0.000029 seconds
setup_census_tracts took 0.026899 seconds
setup_partitions took 0.028038 seconds
place preparation took 0.219194 seconds
reassign workers took 0.004054 seconds
prepare_mixing_group_types took 0.005266 seconds
FRED_VERBOSE: <Epidemic.cc, LINE:289> Epidemic::initialize meta_agent INF
FRED_VERBOSE: <Epidemic.cc, LINE:1411> IMPORT OPTIMIZATION popsize = {population} \
susceptible_count = {population}
day 0 IMPORT: 10 tries yielded 10 imported cases of INF
prepare_conditions took 0.074419 seconds
update_elevations took 0.000006 seconds
quality control took 0.100711 seconds
FRED initialization complete {now}
FRED initialization took 1.070983 seconds

"""

_DAILY_TASKS = (
    "update places",
    "update demographics",
    "update population dynamics",
    "remove dead from population",
    "remove_migrants",
    "update travel",
    "INF report",
    "StayHome report",
    "report conditions",
    "report place_types",
    "print network_types",
    "report population",
)


def model_text(plan: DemoPlan) -> str:
    """The FRED program that would give such runs."""
    return "\n".join(["use FRED::Influenza", *_properties(plan), ""])


def command_line(plan: DemoPlan) -> str:
    """The line that `run_fred` leaves in COMMAND_LINE."""
    return f"run_fred -p {MODEL_FILE} -d OUT -s 1 -n {plan.runs}\n"


class RunLog:
    """Writes the LOG of one run, part by part, in order."""

    def __init__(self, plan: DemoPlan, run: int) -> None:
        self._plan = plan
        self._run = run
        self._rng = random.Random(plan.seed_of(run))  # noqa: S311 - repeatable on purpose
        self._now = datetime(2026, 1, 5, 9, 0, 0) + timedelta(minutes=run)  # noqa: DTZ001 - as ctime
        self._took = 0.0

    def setup(self) -> str:
        """All lines before the first day."""
        plan = self._plan
        return _SETUP.format(
            now=self._now.ctime(),
            model=MODEL_FILE,
            properties="\n".join(_echoes(plan)),
            run=self._run,
            seed=plan.seed_of(self._run),
            fips=FIPS,
            population=plan.population,
        )

    def day(self, day: int, exposed: int) -> str:
        """The block of one day; busy days take longer."""
        took = 0.004 + exposed * 0.00003 + self._rng.random() * 0.001
        self._took += took
        date = self._plan.date_of(day)
        lines = [
            f"day {day} {task} took {self._duration(task, took)} seconds" for task in _DAILY_TASKS
        ]
        lines += [
            f"day {day} maxrss {52_400 + day * 16}",
            f"day {day} cur_phys_mem_usage_gbs {0.05 + day * 0.00002:.4f}",
            f"day {day} finished {self._clock()}",
            f"{date.ctime()[:3]} {date} DAY_TIMER day {day} took {took:f} seconds",
        ]
        return "\n".join(lines) + "\n\n"

    def end(self) -> str:
        """The last lines. In FRED they come before the results are written."""
        return (
            "\nFRED simulation complete. Excluding initialization, "
            f"{self._plan.days} days took {self._took:f} seconds\n"
            f"FRED finished {self._clock()}\n"
            f"FRED took {self._took + 1.070983:f} seconds\n"
        )

    def _clock(self) -> str:
        return (self._now + timedelta(seconds=self._took)).ctime()

    def _duration(self, task: str, took: float) -> str:
        return f"{took if task == 'INF report' else self._rng.random() * 0.00002:f}"


def _properties(plan: DemoPlan) -> Iterator[str]:
    yield f"locations = {LOCATION}"
    for name, day in (("start_date", 0), ("end_date", plan.days - 1)):
        date = plan.date_of(day)
        yield f"{name} = {date.year}-{date.ctime()[4:7]}-{date.day:02d}"
    yield f"seed = {SEED}"
    yield "enable_health_records = 1"
    yield "health_records_run = -1"


def _echoes(plan: DemoPlan) -> Iterator[str]:
    """FRED repeats every property it reads, twice."""
    for line in _properties(plan):
        name, value = line.split(" = ")
        yield f"PARAM NAME = |{name}| VAL len {len(value)} VAL = |{value}|"
        yield f"READ_params: {name} = |{value}|"
