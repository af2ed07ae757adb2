"""FRED's finish rule on small, made-up evidence; the real trees are in the acceptance tests."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from core.finish.fred import FredRule
from core.finish.job_process import SeenJob
from core.finish.rule import Evidence, Outcome, Verdict
from core.ports.processes import Process
from core.ports.tree import EntryType, FileSample, Scan, TreeEntry

HEADER = b"Day,Date,EpiWeek,Popsize,INF.newS\n"
LOG = FileSample(
    head=b"READ_params: start_date = |2020-Jan-01|\nREAD_params: end_date = |2020-Feb-29|\n",
    tail=b"Excluding initialization, 60 days took 0.7 seconds\nFRED finished\nFRED took 1.8 seconds\n",
)
COMPLETE = {
    "out.csv": FileSample(head=HEADER, tail=b"\n", lines=61),
    "DAILY/Date.txt": FileSample(tail=b"\n", lines=60),
    "LOG": LOG,
}


SECOND = 1_000_000_000
RUN = "/x/OUT/RUN1"


def judge(
    samples: Mapping[str, FileSample],
    *extra: str,
    times: Mapping[str, int] | None = None,
    processes: Sequence[Process] = (),
    dead_job: SeenJob | None = None,
) -> Verdict:
    """Files are there when they have a sample, or are `extra`; `times` are their mtimes in ns."""
    names = [name for name in samples if not name.startswith("..")]
    found = dict.fromkeys((*names, *extra), SECOND) | dict(times or {})
    entries = [TreeEntry(name, EntryType.FILE, 1, when, 0o644) for name, when in found.items()]
    scan = Scan.of(RUN, entries, "f")
    return FredRule().judge(Evidence(scan, samples, processes, dead_job=dead_job))


def sample(text: bytes) -> FileSample:
    """A short file: head and tail are all of it."""
    return FileSample(text, text, text.count(b"\n"))


def test_complete() -> None:
    """All conditions hold, and each says so."""
    verdict = judge(COMPLETE)
    assert verdict.outcome is Outcome.DONE
    assert verdict.days == (60, 60)
    assert all(check.passed and check.reason for check in verdict.checks)


def test_log_is_optional() -> None:
    """Without LOG the number of days comes from DAILY/Date.txt."""
    without = {name: sample for name, sample in COMPLETE.items() if name != "LOG"}
    assert judge(without).outcome is Outcome.DONE


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"out.csv": None}, "out.csv is not there yet"),
        (
            {"out.csv": FileSample(head=b"Day Date EpiWeek Popsize \n", tail=b"\n", lines=61)},
            "not final",
        ),
        ({"out.csv": FileSample(head=HEADER, tail=b",", lines=61)}, "cut"),
        ({"out.csv": FileSample(head=HEADER, tail=b"\n", lines=60)}, "59 of 60 rows"),
        ({"LOG": FileSample(tail=b"day 3 finished")}, "LOG has not ended"),
        ({"LOG": None, "DAILY/Date.txt": None}, "not known yet"),
    ],
)
def test_not_complete(change: dict[str, FileSample | None], reason: str) -> None:
    """One missing condition is enough, and the reason names it."""
    samples = {name: s for name, s in (COMPLETE | change).items() if s is not None}
    verdict = judge(samples)
    assert verdict.outcome in {Outcome.RUNNING, Outcome.STOPPED}
    assert reason in verdict.reason


@pytest.mark.parametrize("name", ["INF.csv.tmp", "out.csv.tmp", "INF.header"])
def test_temporary_files(name: str) -> None:
    """Post-processing is under way."""
    verdict = judge(COMPLETE, name)
    assert verdict.outcome is Outcome.RUNNING
    assert name in verdict.reason


def test_temporary_files_of_others() -> None:
    """FRED makes its own beside out.csv, nowhere below."""
    assert judge(COMPLETE, "mine/INF.csv.tmp").outcome is Outcome.DONE


@pytest.mark.parametrize(
    ("times", "outcome"),
    [
        ({"health_records.txt": 2}, Outcome.RUNNING),
        ({"health_records.txt": 1.04}, Outcome.DONE),
        ({"DAILY/INF.S.txt": 2, "LOG": 2}, Outcome.RUNNING),
        ({"WEEKLY/INF.txt": 2}, Outcome.DONE),
        ({"DAILY/Date.txt": 2, "DAILY/INF.S.txt": 3}, Outcome.DONE),
        ({"DAILY/Date.txt": 0, "LOG": 3}, Outcome.RUNNING),
    ],
    ids=["later run", "slack", "later run that died", "weekly", "copied", "copied, unsure"],
)
def test_newer_file(times: dict[str, float], outcome: Outcome) -> None:
    """Something newer than out.csv belongs to the next run, unless the times cannot be FRED's."""
    verdict = judge(COMPLETE, times={name: int(when * SECOND) for name, when in times.items()})
    assert verdict.outcome is outcome
    if outcome is Outcome.RUNNING:
        assert "newer than out.csv: a later run, or copied without times" in verdict.reason


LATER = {
    "log": ["LOG"],
    "daily": ["DAILY/INF.S.txt"],
    "dates": ["DAILY/EpiWeek.txt"],
    "table": ["INF.csv", "DAILY/INF.S.txt"],
    "records": ["health_records.txt"],
    "births": ["births.txt"],
    "deaths": ["deaths.txt"],
    "map": ["VIS/INF.Is/loc-3.txt"],
    "places": ["VIS/COUNTIES"],
    "network": ["Friends-7.txt", "Friends-7.vna"],
    "updates": ["API/request.12"],
    "warning": ["err.txt"],
    "progress": ["progress.txt"],
}
BYSTANDERS = (
    "VIS/MAPS/FAILED",
    "VIS/MAPS/data-0-0-5684",
    "VIS/MAPS/map0000.png",
    "VIS/MAPS/.done.0",
    "VIS/CF/total-0.txt",
    "WEEKLY/INF.S.txt",
    "summary.txt",
    "summary.csv",
    "notes-2026.txt",
    "plots/fig.png",
    "plots/DAILY/INF.S.txt",
    ".DS_Store",
    "DAILY/.DS_Store",
    "DAILY/._INF.S.txt",
    "._INF.csv",
    "DAILY/peak.txt",
    "DAILY/INF.S.txt~",
    "slurm-10.out",
    "LOG.gz",
    "mine/LOG",
    "mine/out.csv",
    "INF.csv.bak",
)


@pytest.mark.parametrize("names", LATER.values(), ids=LATER)
def test_what_fred_writes_belongs_to_a_later_run(names: list[str]) -> None:
    """Each of its files alone is enough."""
    samples = (
        COMPLETE | {"err.txt": sample(b"FRED WARNING: x\n")} if "err.txt" in names else COMPLETE
    )
    others = {"DAILY/INF.S.txt", "Friends-7.vna"} - set(names)
    verdict = judge(
        samples, *others, times={names[0]: 2 * SECOND, **dict.fromkeys(names[1:], SECOND)}
    )
    assert verdict.outcome is Outcome.RUNNING
    assert f"{names[0]} is newer than out.csv" in verdict.reason


@pytest.mark.parametrize("name", BYSTANDERS)
def test_what_others_add_leaves_it_complete(name: str) -> None:
    """Later files of people, their scripts, schedulers and FRED's tools prove no later run."""
    verdict = judge(COMPLETE, "DAILY/INF.S.txt", "INF.csv", times={name: 9 * SECOND})
    assert verdict.outcome is Outcome.DONE


def test_a_later_run_shows_behind_what_others_add() -> None:
    """The newest file of all is not asked for, but whether one of FRED's is newer."""
    times = {"plots/fig.png": 9 * SECOND, "health_records.txt": 3 * SECOND}
    verdict = judge(COMPLETE, times=times)
    assert verdict.outcome is Outcome.RUNNING
    assert verdict.reason.startswith("health_records.txt is newer")


JOB = SeenJob(Process(7, (), "/x/WORK", "fred_job", "b"), seen_at=100)


@pytest.mark.parametrize(
    ("status", "written_at", "outcome"),
    [
        (b"RUNNING\n", 99, Outcome.DONE),
        (b"RUNNING\n", 101, Outcome.RUNNING),
        (b"SETUP\n", 99, Outcome.RUNNING),
        (b"", 99, Outcome.RUNNING),
    ],
)
def test_the_job_has_died(status: bytes, written_at: int, outcome: Outcome) -> None:
    """Its status says for ever that it runs; one that was written later is of another job there."""
    around = {"../../META/STATUS": FileSample(head=status, mtime_ns=written_at * SECOND)}
    verdict = judge(COMPLETE | around, dead_job=JOB)
    assert verdict.outcome is outcome
    assert ("fred_job (pid 7) has ended" in verdict.reason) is (outcome is Outcome.DONE)
    unfinished = COMPLETE | around | {"LOG": sample(b"day 3\n")}
    assert judge(unfinished, dead_job=JOB).outcome is Outcome.RUNNING
    assert judge(COMPLETE | around).outcome is Outcome.RUNNING


def test_a_copy_without_times_still_needs_the_end_of_its_log() -> None:
    """A LOG without its last line is never complete."""
    cut = COMPLETE | {"LOG": sample(b"day 3\n")}
    assert judge(cut, times={"DAILY/Date.txt": 2 * SECOND}).outcome is Outcome.RUNNING


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(b"FINISHED\n", Outcome.DONE), (b"RUNNING\n", Outcome.RUNNING), (b"", Outcome.RUNNING)],
)
def test_waits_for_the_job(status: bytes, outcome: Outcome) -> None:
    """Inside a job WEEKLY files are still to come; an empty status means look again."""
    assert judge(COMPLETE | {"../../META/STATUS": FileSample(head=status)}).outcome is outcome


def test_job_over_run_not_complete() -> None:
    """A job that ended without this run's results proves that nothing writes them any more."""
    samples = {"LOG": FileSample(tail=b""), "../../META/STATUS": FileSample(head=b"FINISHED\n")}
    verdict = judge(samples)
    assert verdict.outcome is Outcome.STOPPED
    assert "the job has ended but" in verdict.reason


def test_errors_fail() -> None:
    """err.txt of the run and errors.txt of its parent, with their texts."""
    aborted = judge({"err.txt": FileSample(head=b"\nFRED ERROR: no place\n")})
    assert (aborted.outcome, aborted.reason) == (Outcome.FAILED, "err.txt: FRED ERROR: no place")
    refused = judge({"../errors.txt": FileSample(head=b"No locations\n")})
    assert (refused.outcome, refused.reason) == (Outcome.FAILED, "errors.txt: No locations")


@pytest.mark.parametrize(
    ("found", "times", "final"),
    [
        ({"err.txt": sample(b"FRED ERROR: x\n")}, {"err.txt": 5}, True),
        ({"err.txt": sample(b"FRED ERROR: x\n")}, {"err.txt": 5, "LOG": 6}, True),
        ({"err.txt": sample(b"FRED ERROR: x\n")}, {"err.txt": 5, "LOG": 9}, False),
        ({"return_code.txt": sample(b"1\n")}, {"return_code.txt": 5}, True),
        ({"return_code.txt": sample(b"1\n")}, {"return_code.txt": 5, "LOG": 9}, False),
        ({"return_code.txt": sample(b"0\n")}, {"return_code.txt": 5}, False),
        ({"../errors.txt": sample(b"x\n")}, {}, False),
        ({"err.txt": sample(b"FRED WARNING: x\n"), "../errors.txt": sample(b"x\n")}, {}, False),
    ],
)
def test_a_failure_is_final_when_it_was_written_last(
    found: dict[str, FileSample], times: dict[str, int], final: bool
) -> None:
    """What is older than other files (2 s slack), or lies beside the run, may be of an earlier one."""
    verdict = judge(found, times={name: when * SECOND for name, when in times.items()})
    assert verdict.final is final


DEATHS = {
    "aborted": (b"FRED ERROR: no place\n", "FRED ERROR: no place"),
    "no err.txt": (
        b"FRED ERROR: Can't open errorfile \n\nFRED ERROR: Bad format\n",
        "FRED ERROR: Bad format",
    ),
    "warning without err.txt": (
        b"FRED ERROR: Can't open errorfile x/err.txt\n\nFRED WARNING: y\n",
        "FRED ERROR: Can't open errorfile x/err.txt",
    ),
    "library": (
        b"fred_open_file: opening\nFRED failed reading program file /x/Nope.fred\n",
        "FRED failed reading program file /x/Nope.fred",
    ),
    "no program": (b"FRED program file x not found\n", "FRED program file x not found"),
    "statement": (
        b"FRED Error: multiple properties: |a = b c = d|\nFRED Error: missing semi-colon?   ^\n",
        "FRED Error: multiple properties: |a = b c = d|",
    ),
    "rule": (
        b"FRED_VERBOSE: <Rule.cc, LINE:420> COMPILE RULE UNKNOWN TYPE: |x|\n",
        "COMPILE RULE UNKNOWN TYPE: |x|",
    ),
    "program": (
        b"FRED_VERBOSE: <Fred.cc, LINE:336> FRED terminating compile 0 error 1\n",
        "FRED terminating compile 0 error 1",
    ),
    "county": (b"County mortality_rate x.txt not found\n", "County mortality_rate x.txt not found"),
    "assertion": (
        b"FRED: Person.cc:1088: void Person::report(int): Assertion `fp != NULL' failed.\nAborted\n",
        "Assertion `fp != NULL' failed.",
    ),
    "memory": (
        b"terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n",
        "std::bad_alloc",
    ),
    "shell": (
        b"day 3 finished\nrun.sh: line 4:   394 Segmentation fault      FRED -p m.fred\n",
        "Segmentation fault",
    ),
    "csh": (b"day 3 finished\nKilled\n", "Killed"),
    "scheduler": (
        b"day\nslurmstepd: error: *** JOB 10 ON n1 CANCELLED AT 2026-11-30 DUE TO TIME LIMIT ***\n",
        "DUE TO TIME LIMIT",
    ),
    "after the simulation": (
        LOG.tail + b"\nFRED ERROR: Fred: can't open file x/DAILY/Date.txt\n",
        "FRED ERROR: Fred: can't open file x/DAILY/Date.txt",
    ),
}


@pytest.mark.parametrize(("text", "said"), DEATHS.values(), ids=DEATHS)
def test_a_death_that_only_the_log_tells(text: bytes, said: str) -> None:
    """err.txt cannot always be written, and not all of FRED's ends are written there."""
    verdict = judge({"LOG": sample(b"FRED started Mon\n" + text)})
    assert verdict.outcome is Outcome.FAILED
    assert verdict.reason.startswith("LOG: ")
    assert said in verdict.reason
    assert verdict.final


@pytest.mark.parametrize(("text", "said"), DEATHS.values(), ids=DEATHS)
def test_a_log_that_goes_on(text: bytes, said: str) -> None:
    """FRED was started again, into the same LOG."""
    again = sample(b"FRED started Mon\n" + text + b"FRED started Tue\nday 0 finished\n")
    verdict = judge(COMPLETE | {"LOG": again})
    assert verdict.outcome is Outcome.RUNNING
    assert verdict.reason == "LOG has not ended"


@pytest.mark.parametrize(
    "text",
    [
        b"FRED WARNING: delete_events: item not found\n",
        b"FRED_VERBOSE: <County.cc, LINE:1446> WARNING: NO SCHOOL FOUND on day 0\n",
        b"Killed 3 birds\n",
        b"READ_params: note = |FRED ERROR: x|\n",
        b"Killed\n" + b"day finished\n" * 6,
    ],
)
def test_no_death(text: bytes) -> None:
    """What FRED says while it goes on, or a model in its own words."""
    assert judge({"LOG": sample(text)}).outcome is Outcome.RUNNING


def test_the_error_of_an_older_log_says_so() -> None:
    """FRED may have been started again without LOG."""
    verdict = judge(COMPLETE | {"LOG": sample(b"FRED ERROR: x\n")}, times={"LOG": SECOND // 2})
    assert verdict.outcome is Outcome.FAILED
    assert "older than out.csv: remove LOG" in verdict.reason


MINUTE = 60 * SECOND
ERROR = {"err.txt": sample(b"FRED ERROR: x\n")}
BEGUN = {"LOG": sample(b"FRED started Mon\nday 3 finished\n")}
DIED = {"LOG": sample(b"FRED started Mon\nFRED ERROR: x\n")}
LONG_AFTER = dict.fromkeys(
    ("DAILY/INF.newS.txt", "INF.csv", "DAILY/Popsize.txt", "DAILY/Date.txt", "DAILY/EpiWeek.txt"),
    9 * MINUTE,
) | {"out.csv": 9 * MINUTE}


@pytest.mark.parametrize(
    ("found", "times", "outcome"),
    [
        (COMPLETE | ERROR, {"err.txt": 1, "LOG": 4 * SECOND, "out.csv": 4 * SECOND}, Outcome.DONE),
        (BEGUN | ERROR, {"err.txt": 1, "LOG": 4 * SECOND}, Outcome.RUNNING),
        (BEGUN | ERROR, {"err.txt": 1, "LOG": SECOND}, Outcome.FAILED),
        (DIED | ERROR, {"err.txt": 1, "LOG": 9 * MINUTE}, Outcome.FAILED),
        (ERROR, {"err.txt": 1, "births.txt": 9 * MINUTE}, Outcome.RUNNING),
        (ERROR, {"err.txt": 1, "births.txt": 4 * MINUTE}, Outcome.FAILED),
        (ERROR, {"err.txt": 1, "notes.txt": 9 * MINUTE}, Outcome.FAILED),
        (COMPLETE | DIED, LONG_AFTER, Outcome.DONE),
        (COMPLETE | BEGUN, LONG_AFTER, Outcome.DONE),
        (COMPLETE | BEGUN, LONG_AFTER | {"LOG": 6 * MINUTE}, Outcome.RUNNING),
        (COMPLETE | BEGUN, LONG_AFTER | {"LOG": 10 * MINUTE}, Outcome.RUNNING),
        (COMPLETE | BEGUN, LONG_AFTER | {"INF.csv": 8 * MINUTE}, Outcome.RUNNING),
        (COMPLETE | BEGUN, {"out.csv": 9 * MINUTE}, Outcome.RUNNING),
        (DIED, {"births.txt": 9 * MINUTE}, Outcome.RUNNING),
        (DIED, {"births.txt": 4 * MINUTE}, Outcome.FAILED),
    ],
)
def test_words_of_an_earlier_run(
    found: dict[str, FileSample], times: dict[str, int], outcome: Outcome
) -> None:
    """FRED leaves err.txt when it is started again, and LOG when it is started without one."""
    verdict = judge(found, times=times)
    assert verdict.outcome is outcome
    assert all(check.reason for check in verdict.checks)


def test_rows_of_another_log() -> None:
    """A run of other length, without LOG, into the directory of one with LOG."""
    samples = COMPLETE | {"out.csv": FileSample(head=HEADER, tail=b"\n", lines=31)}
    samples["DAILY/Date.txt"] = FileSample(tail=b"\n", lines=30)
    assert judge(samples, times=LONG_AFTER).outcome is Outcome.DONE
    assert judge(samples, times=LONG_AFTER | {"LOG": 6 * MINUTE}).outcome is Outcome.STOPPED


@pytest.mark.parametrize(
    ("out", "extra", "outcome"),
    [
        (FileSample(head=HEADER, tail=b",", lines=40), "x", Outcome.STOPPED),
        (FileSample(head=HEADER, tail=b"\n", lines=40), "x", Outcome.STOPPED),
        (FileSample(head=HEADER, tail=b"\n", lines=81), "x", Outcome.RUNNING),
        (FileSample(head=HEADER, tail=b",", lines=40), "INF.csv.tmp", Outcome.RUNNING),
        (FileSample(head=HEADER, tail=b",", lines=40), "births.txt", Outcome.RUNNING),
        (FileSample(head=HEADER[:20], tail=b",", lines=40), "x", Outcome.RUNNING),
    ],
    ids=["cut", "rows", "another run's rows", "under way", "later run", "not the last table"],
)
def test_a_full_disk(out: FileSample, extra: str, outcome: Outcome) -> None:
    """FRED has written out.csv for the last time, with fewer rows than days: nothing will follow."""
    for status in (b"RUNNING\n", None):
        samples = COMPLETE | {"out.csv": out}
        if status:
            samples |= {"../../META/STATUS": FileSample(head=status)}
        verdict = judge(samples, times={extra: 9 * SECOND})
        assert verdict.outcome is outcome
        assert ("was the disk full?" in verdict.reason) == (outcome is Outcome.STOPPED)


RUNNER_LOG = "../../../run_4_simulation.log"
COMPLETE_4 = {name: text for name, text in COMPLETE.items() if name != "LOG"}


@pytest.mark.parametrize(
    ("text", "found", "written", "outcome", "reason"),
    [
        (b"SIMULATION FAILED\n\nday 3 finished\n", {}, 9, Outcome.FAILED, "SIMULATION FAILED"),
        (b"SIMULATION FAILED\n\nx\n\nFRED ERROR: y\n", {}, 9, Outcome.FAILED, "FRED ERROR: y"),
        (b"FRED failed reading program file x\n", {}, 9, Outcome.FAILED, "program file x"),
        (b"FRED started\n", {}, 9, Outcome.STOPPED, "FRED has ended but out.csv is not there yet"),
        (LOG.tail, COMPLETE_4, 9, Outcome.DONE, "all finish checks hold"),
        (
            b"SIMULATION FAILED\n",
            {"births.txt": sample(b"x")},
            0,
            Outcome.RUNNING,
            "out.csv is not",
        ),
        (b"SIMULATION FAILED\n", COMPLETE_4, 0, Outcome.DONE, "all finish checks hold"),
    ],
    ids=["killed", "aborted", "refused", "no results", "complete", "again", "complete again"],
)
def test_what_its_runner_tells(
    text: bytes, found: dict[str, FileSample], written: int, outcome: Outcome, reason: str
) -> None:
    """simulation_runner writes FRED's output when FRED has ended; an older log is of an earlier run."""
    log = FileSample(text, text, mtime_ns=written * SECOND)
    entries = [TreeEntry(name, EntryType.FILE, 1, 5 * SECOND, 0o644) for name in found]
    scan = Scan.of("/x/job_1/OUT/run_4/RUN11998", entries, "f")
    assert FredRule().requests(scan)[0].path == RUNNER_LOG
    verdict = FredRule().judge(Evidence(scan, {RUNNER_LOG: log, **found}))
    assert verdict.outcome is outcome
    assert reason in verdict.reason
    assert not verdict.final


def test_an_old_log_of_its_runner_beside_a_new_directory() -> None:
    """Somebody has removed the results, and FRED is at work on them again."""
    text = b"SIMULATION FAILED\n"
    samples = {RUNNER_LOG: FileSample(text, text, mtime_ns=SECOND)}
    scan = Scan.of("/x/job_1/OUT/run_4/RUN11998", [], "f")
    later = replace(scan, own_mtime_ns=9 * SECOND)
    assert FredRule().judge(Evidence(scan, samples)).outcome is Outcome.FAILED
    assert FredRule().judge(Evidence(later, samples)).outcome is Outcome.RUNNING


def test_fred_that_only_checked() -> None:
    """It ends well, without results."""
    text = b"FRED terminating after check_properties\nFRED finished\nFRED took 0.8 seconds\n"
    verdict = judge({"LOG": sample(b"FRED_VERBOSE: <Fred.cc, LINE:342> " + text)})
    assert (verdict.outcome, verdict.reason) == (
        Outcome.STOPPED,
        "LOG says that FRED was not to simulate, only to check",
    )


def test_errors_of_a_later_run_do_not_fail_a_complete_one() -> None:
    """errors.txt describes only the most recent run of its directory."""
    assert judge(COMPLETE | {"../errors.txt": FileSample(head=b"x")}).outcome is Outcome.DONE


def test_a_warning_is_no_error() -> None:
    """err.txt may hold warnings only."""
    samples = COMPLETE | {"err.txt": FileSample(head=b"FRED WARNING: x\n")}
    assert judge(samples).outcome is Outcome.DONE


@pytest.mark.parametrize(
    ("code", "outcome", "reason"),
    [
        (b"0\n", Outcome.DONE, "return_code.txt says 0"),
        (b"0\r\n", Outcome.DONE, "return_code.txt says 0"),
        (b"1", Outcome.FAILED, "return_code.txt says 1"),
        (b"-11\n", Outcome.FAILED, "return_code.txt says -11"),
        (b"", Outcome.RUNNING, "return_code.txt is being written"),
        (b" \n", Outcome.RUNNING, "return_code.txt is being written"),
        (b"\x00\xff", Outcome.FAILED, "return_code.txt says \\x00\\xff"),
    ],
)
def test_return_code(code: bytes, outcome: Outcome, reason: str) -> None:
    """Newer FRED says it itself; an empty file is looked at again."""
    verdict = judge({"return_code.txt": sample(code)})
    assert (verdict.outcome, verdict.reason) == (outcome, reason)
    assert verdict.checks


def test_return_code_and_a_log_without_end() -> None:
    """A LOG that has not ended, or cannot be read, is never complete."""
    code = {"return_code.txt": sample(b"0\n")}
    verdict = judge(code | {"LOG": sample(b"day 3\n")})
    assert (verdict.outcome, verdict.reason) == (Outcome.RUNNING, "LOG has not ended")
    assert judge(code, "LOG").reason == "LOG cannot be read as a file"


def test_empty() -> None:
    """Nothing there yet is normal for a whole simulation, and the reason says so."""
    verdict = judge({})
    assert verdict.outcome is Outcome.RUNNING
    assert "which is normal until a FRED simulation ends" in verdict.reason


class TestLiveProcess:
    @pytest.mark.parametrize(
        "samples",
        [
            COMPLETE,
            {"return_code.txt": sample(b"0\n")},
            {"err.txt": sample(b"FRED ERROR: x\n")},
            {"../errors.txt": sample(b"No locations\n")},
            {"../../META/STATUS": sample(b"FINISHED\n")},
            {},
        ],
        ids=["complete", "return code", "err.txt", "errors.txt", "job ended", "empty"],
    )
    def test_outranks_everything(self, samples: dict[str, FileSample]) -> None:
        """A run into a finished directory shows in nothing else."""
        verdict = judge(samples, processes=[Process(77, (), "/x"), Process(78, (), "/x")])
        assert verdict.outcome is Outcome.RUNNING
        assert verdict.reason == "FRED is running (pid 77, 78)"
        assert verdict.alive
        assert len(verdict.checks) > 1

    @pytest.mark.parametrize(
        ("arguments", "directory"),
        [
            ("", "/x/OUT/RUN1"),
            ("-p model.fred -r 7 -d out", "/x/out/RUN7"),
            ("-r7 -dout", "/x/out/RUN7"),
            ("-r 007 -d out/", "/x/out/RUN7"),
            ("-d /y/./z/../OUT", "/y/OUT/RUN1"),
            ("-d ../y", "/y/RUN1"),
            ("-p -d", "/x/OUT/RUN1"),
            ("-r 1 -r 2", "/x/OUT/RUN2"),
            ("-r " + "9" * 5000, "/x/OUT/RUN" + "9" * 5000),
            ("-r two", "/x/OUT/RUNtwo"),
            ("-d", "/x/RUN1"),
            ("-c -d o\udcff", "/x/o\udcff/RUN1"),
        ],
    )
    def test_where_it_writes(self, arguments: str, directory: str) -> None:
        """By -d and -r, each with its value beside it or attached."""
        process = Process(1, tuple(arguments.split()), "/x")
        assert FredRule().places_of(process) == (directory,)


class TestHostileContent:
    def test_reasons_are_one_short_line(self) -> None:
        """Whatever bytes are on the disk."""
        noise = b"FRED ERROR: \x00\x1b[2J\xff\xfe\r" + b"x" * 100_000
        for name in ("err.txt", "../errors.txt", "return_code.txt"):
            reason = judge({name: sample(noise)}).reason
            assert len(reason) < 400
            assert reason.isprintable()
        assert "\\x00\\x1b[2J\\xff\\xfe" in judge({"err.txt": sample(noise)}).reason

    def test_several_lines(self) -> None:
        """They are shown as one, whatever ends them."""
        errors = {"../errors.txt": sample(b"\r\nFRED Error\r\n  no place\r\n")}
        assert judge(errors).reason == "errors.txt: FRED Error no place"

    def test_secret_at_the_cut(self) -> None:
        """A secret that is cut in two would no longer be recognised."""
        text = b"FRED ERROR: " + b"x" * 270 + b" AKIAIOSFODNN7EXAMPLE"
        assert "AKIA" not in judge({"err.txt": sample(text)}).reason

    def test_error_at_the_end_of_many_warnings(self) -> None:
        """FRED aborts at its last line, however much it has warned before."""
        err = FileSample(b"FRED WARNING: x\n" * 4000, b"FRED WARNING: x\nFRED ERROR: y\n")
        verdict = judge(COMPLETE | {"err.txt": err})
        assert (verdict.outcome, verdict.reason) == (Outcome.FAILED, "err.txt: FRED ERROR: y")

    def test_name_of_a_temporary_file(self) -> None:
        """A file name may be anything too."""
        assert judge(COMPLETE, "a\nb\udcff.csv.tmp").reason == r"a b\xff.csv.tmp is being written"

    @pytest.mark.parametrize("name", ["out.csv", "LOG", "DAILY/Date.txt", "err.txt"])
    def test_not_a_readable_file(self, name: str) -> None:
        """A pipe, a link, a directory, or no permission: what could not be read proves nothing."""
        samples = {other: text for other, text in COMPLETE.items() if other != name}
        verdict = judge(samples, name)
        assert verdict.outcome is Outcome.RUNNING
        assert verdict.reason == f"{name} cannot be read as a file"
        ended = judge(samples | {"../../META/STATUS": sample(b"FINISHED\n")}, name)
        assert ended.outcome is Outcome.RUNNING

    @pytest.mark.parametrize(
        "change",
        [
            {"out.csv": sample(b"")},
            {"out.csv": sample(b"\0" * 500)},
            {"out.csv": sample(b"\xff\xfeD\0a\0y\0")},
            {"LOG": sample(b"")},
            {"LOG": None, "DAILY/Date.txt": sample(b""), "out.csv": sample(HEADER)},
            {"LOG": None, "DAILY/Date.txt": FileSample(tail=b"4", lines=60)},
            {"LOG": sample(b"Excluding initialization, " + b"9" * 5000 + b" days took\n")},
            {"LOG": sample(b"DAY_TIMER day " + b"9" * 5000 + b" took\n")},
        ],
        ids=["empty", "zeros", "utf-16", "no log", "no dates", "dates cut", "days", "timer"],
    )
    def test_never_complete(self, change: dict[str, FileSample | None]) -> None:
        """Cut, empty and nonsensical files are no results, and none of them is fatal."""
        samples = {name: s for name, s in (COMPLETE | change).items() if s is not None}
        assert judge(samples).outcome is Outcome.RUNNING


def test_error_of_an_earlier_run() -> None:
    """FRED never removes err.txt: when it is older than the results, the reason says so."""
    samples = COMPLETE | {"err.txt": sample(b"FRED ERROR: x\n")}
    verdict = judge(samples, times={"err.txt": SECOND // 2})
    assert verdict.outcome is Outcome.FAILED
    assert "older than out.csv: remove err.txt" in verdict.reason


def test_an_empty_errors_txt_fails_nothing() -> None:
    """It is being written: look again."""
    assert judge({"../errors.txt": sample(b"")}, "LOG2").outcome is Outcome.RUNNING


def test_pauses_mean_nothing() -> None:
    """FRED says when it has finished."""
    assert FredRule().settle_seconds(30, 4000) == 30


def test_every_check_has_a_reason() -> None:
    """Also those that fail, in every state."""
    for samples in ({}, COMPLETE, {"LOG": LOG}, {"err.txt": sample(b"FRED ERROR: x")}):
        checks = judge(samples).checks
        assert all(check.name and check.reason for check in checks)
        assert len({check.name for check in checks}) == len(checks) >= 6


def test_days_of_a_running_simulation() -> None:
    """Done from the timers, planned from the dates; unknown dates plan nothing."""
    tail = b"Thu 2020-02-27 DAY_TIMER day 57 took 0.04 seconds\n"
    assert judge({"LOG": FileSample(head=LOG.head, tail=tail)}).days == (58, 60)
    assert judge({"LOG": FileSample(tail=tail)}).days == (58, 0)
