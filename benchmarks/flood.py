"""10,000 open+append+close a second to 200 files: what watching costs, and how late the news is.

Budgets: at most two looks after the quiet period, 2 s from the end of the countdown to the first
byte. The peers are watchdog as it comes, with all events and with those that RunFerry asks for.
"""

import json
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median

from benchmarks.live import cpu_seconds, environ_of, piped, runferry, temporary_directory
from benchmarks.measure import python

ROUNDS, SECONDS, RATE, RUNS = 3, 5, 10_000, 4
QUIET, COUNTDOWN = 3.0, 2.0
PEER = """
import sys, time
from watchdog import events
from watchdog.observers import Observer
class Nothing(events.FileSystemEventHandler):
    def dispatch(self, event):
        pass
wanted = [events.DirCreatedEvent, events.DirDeletedEvent, events.DirMovedEvent,
    events.FileCreatedEvent, events.FileDeletedEvent, events.FileMovedEvent,
    events.FileClosedEvent]
observer = Observer()
observer.schedule(Nothing(), sys.argv[1], recursive=True,
    event_filter=wanted if sys.argv[2] == "filtered" else None)
observer.start()
time.sleep(3600)
"""


def writer(root: str, seconds: float = SECONDS) -> list[str]:
    """50 files in each run."""
    module = "tests.acceptance.flood_writer"
    return [sys.executable, "-m", module, root, str(RUNS), "50", str(RATE), str(seconds)]


def cpu_share(command: Sequence[str], root: str, env: Mapping[str, str]) -> float:
    """Of one core, while the writer writes."""
    with piped(command, env) as watching:
        time.sleep(2)  # the programs start, the tree is empty
        with piped(writer(root)) as writing:
            writing.lines.readline()
            start, before = time.perf_counter(), cpu_seconds(watching.process.pid)
            writing.lines.readline()
            used = cpu_seconds(watching.process.pid) - before
            return used / (time.perf_counter() - start)


def compare_cpu() -> None:
    """Interleaved rounds, each on a new tree."""
    shares: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        with temporary_directory() as directory:
            root = f"{directory}/tree"
            rule = ("--rule", "sentinel", "--json")
            for name, command in {
                "runferry": runferry("watch", root, *rule),
                "watchdog, filtered": python(PEER, root, "filtered"),
                "watchdog": python(PEER, root, "all"),
            }.items():
                Path(root).mkdir(exist_ok=True)
                share = cpu_share(command, root, environ_of(f"{directory}/home"))
                shares.setdefault(name, []).append(share)
    print(f"\n{RATE:,} appends/s for {SECONDS} s  ({ROUNDS} rounds, medians; ratio = peer / ours)")
    for name, found in shares.items():
        ratio = median(f / o for f, o in zip(found, shares["runferry"], strict=True))
        print(f"  {name:<20} CPU {median(found) * 100:5.1f} % of a core  x{ratio:.2f}")


class News:
    """The events of an agent, with their moments in seconds since 1970."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._records = [json.loads(line) for line in lines]

    def moments(self, event: str, state: str = "") -> dict[str, float]:
        """By RUN directory, when it was said last."""
        return {
            record["path"]: datetime.fromisoformat(record["at"]).timestamp()
            for record in self._records
            if record["event"] == event and state in {"", record["state"]}
        }


def latencies(directory: str, server: socket.socket) -> tuple[list[float], list[float], float]:
    """Seconds without those of waiting on purpose.

    From the last write to "done" and from the countdown to the start of the upload, of each
    run; from the countdown to the first byte at the store.
    """
    root, home = f"{directory}/tree", f"{directory}/home"
    Path(root).mkdir()
    env = environ_of(home, countdown_seconds=str(COUNTDOWN), parallel="4") | {
        "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{server.getsockname()[1]}",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    options = ("--rule", "sentinel", "--quiet", str(QUIET), "--auto-upload", "--json")
    command = runferry("watch", root, *options, "--bucket", "s3://nowhere")
    with piped(command, env) as agent, piped(writer(root)) as writing:
        writing.process.wait()
        connection, _ = server.accept()
        connection.recv(1)
        first_byte = time.time()
        lines: list[str] = []
        while sum('"transfer_started"' in line for line in lines) < RUNS:
            lines.append(agent.lines.readline())
        connection.close()
    news = News(lines)
    finished = news.moments("run_state_changed", "done")
    counted = {p: at + COUNTDOWN for p, at in news.moments("auto_upload_announced").items()}
    started = news.moments("transfer_started")
    written = {path: Path(path, "DONE").stat().st_mtime for path in finished}
    return (
        [finished[path] - written[path] - QUIET for path in finished],
        [started[path] - counted[path] for path in started],
        first_byte - min(counted.values()),
    )


def measure_latency() -> None:
    """Under the flood until the last write; the store is a socket that never answers."""
    late, started, sent = list[float](), list[float](), list[float]()
    for _ in range(ROUNDS):
        with temporary_directory() as directory, socket.create_server(("127.0.0.1", 0)) as server:
            said, begun, byte = latencies(directory, server)
            late, started, sent = [*late, *said], [*started, *begun], [*sent, byte]
    print(f"\nafter the flood  ({ROUNDS} rounds of {RUNS} runs)")
    for what, found in {
        f"last write to finished, without {QUIET:.0f} s of quiet": late,
        "end of countdown to start of upload": started,
        "end of countdown to first byte at the store": sent,
    }.items():
        print(f"  {what:<52} median {median(found):5.2f} s  most {max(found):5.2f} s")


def main() -> None:
    """Prints CPU shares, then latencies."""
    compare_cpu()
    measure_latency()


if __name__ == "__main__":
    main()
