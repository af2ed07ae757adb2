"""A front before a real S3 server that obeys rules: what they refuse never gets there."""

import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.servers.fault_server import Answer, Fault, FaultServer, Seen
from tests.servers.strict.request import Request

Change = Callable[[Answer], Answer]
"""What is made of the real server's answer."""
Rule = Callable[[Request], Answer | Change | None]
"""Judges one request: the answer that it gets instead, a change of the real one, or None to pass.

Called on many threads, one request at a time.
"""


class Refused(NamedTuple):
    """A request that a rule answered, or whose answer a rule made a refusal of."""

    request: Request
    answer: Answer


class StrictServer(FaultServer):
    """Runs while the block lasts; the first of `rules` that answers a request decides.

    Rules may be added and removed at any time; planned faults go before them, as weather does.
    `refused` is what the rules refused so far.
    """

    def __init__(self, upstream_url: str, *rules: Rule, port: int = 0) -> None:
        super().__init__(upstream_url, port)
        self.rules = list(rules)
        self.refused: list[Refused] = []

    def take(self, seen: Seen) -> Fault | None:
        """The planned fault for a request, or else what the rules make of it."""
        fault = super().take(seen)
        if fault:
            return fault
        request = Request.of(seen)
        with self._lock:
            return self._judged(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Of clients that are gone nobody wants to know."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def asked(self, bucket: str = "") -> list[Request]:
        """The requests so far, of one bucket or of all."""
        with self._lock:
            requests = [Request.of(seen) for seen in self.seen]
        return [request for request in requests if bucket in ("", request.bucket)]

    def outside(self, bucket: str, prefix: str) -> list[Request]:
        """Those that named, listed or copied something of the bucket that is not below `prefix`."""
        return [request for request in self.asked(bucket) if not request.is_below(prefix)]

    def _judged(self, request: Request) -> Fault | None:
        changes: list[Change] = []
        for rule in list(self.rules):
            verdict = rule(request)
            if isinstance(verdict, Answer):
                return self._fault(request, verdict, changes)
            if verdict:
                changes.append(verdict)
        return self._fault(request, None, changes) if changes else None

    def _fault(self, request: Request, instead: Answer | None, changes: list[Change]) -> Fault:
        if instead:
            self.refused.append(Refused(request, instead))

        def changed(answer: Answer) -> Answer:
            for change in changes:
                if (after := change(answer)).status != answer.status:
                    with self._lock:
                        self.refused.append(Refused(request, after))
                answer = after
            return answer

        return Fault(request.method, "", lambda: instead, changed)
