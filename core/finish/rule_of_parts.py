"""When a run that consists of several directories is finished."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, repeat

from core.finish.pid_file import NamedProcess
from core.finish.rule import DAY, Check, Evidence, Outcome, Reached, Verdict
from core.finish.rule_around import RuleAround
from core.finish.running import run_finder, runs_of, unless_dead
from core.finish.seen_through import seen_through
from core.ports.processes import Process
from core.ports.tree import FileSample, SampleRequest, Scan
from core.printable import one_line

_BETWEEN = " "
_ORDER = (Outcome.RUNNING, Outcome.FAILED, Outcome.STOPPED, Outcome.DONE)
"""A run is what its first part is that comes first here: it is done when all of them are."""


class RuleOfParts(RuleAround):
    """Another rule, asked about each part of such a run by itself."""

    def requests(self, scan: Scan) -> Sequence[SampleRequest]:
        """Below each part."""
        if not scan.parts[1:]:
            return self._rule.requests(_only(scan))
        return [
            replace(request, path=f"{part.name}/{request.path}")
            for part in scan.parts
            for request in self._rule.requests(part)
        ]

    def named_processes(
        self, scan: Scan, samples: Mapping[str, FileSample]
    ) -> Sequence[NamedProcess]:
        """Of all parts."""
        if not scan.parts[1:]:
            return self._rule.named_processes(seen_through(_only(scan), samples), samples)
        return [*chain.from_iterable(self._named(part, samples) for part in scan.parts)]

    def judge(self, evidence: Evidence) -> Verdict:
        """Done when all parts are; the reason names the part that it is of."""
        parts = evidence.scan.parts
        if not parts[1:]:
            scan = seen_through(_only(evidence.scan), evidence.samples)
            return self._rule.judge(replace(evidence, scan=scan))
        proofs = chain(evidence.proof.split(_BETWEEN), repeat(""))
        looks = [self._of_part(evidence, *part) for part in zip(parts, proofs, strict=False)]
        verdicts = [unless_dead(self._rule.judge(look), look, self.program) for look in looks]
        return _of_all([one_line(part.name) for part in parts], verdicts)

    def _named(self, part: Scan, samples: Mapping[str, FileSample]) -> Sequence[NamedProcess]:
        own = _samples_of(samples, part)
        return self._rule.named_processes(seen_through(part, own), own)

    def _of_part(self, evidence: Evidence, part: Scan, proof: str) -> Evidence:
        samples = _samples_of(evidence.samples, part)
        here, ended = (
            [process for process in processes if self._may_be_of(process, part, evidence)]
            for processes in (evidence.processes, evidence.ended)
        )
        scan = seen_through(part, samples)
        return Evidence(scan, samples, here, proof, ended, evidence.dead_job)

    def _may_be_of(self, process: Process, part: Scan, evidence: Evidence) -> bool:
        """Unless it is known to be of others: one that is at work somewhere else may be of any."""
        by_file = [p.path for p in evidence.scan.parts if self._is_named(process, p, evidence)]
        run_at = run_finder({p.path: p.path for p in evidence.scan.parts})
        owners = by_file or runs_of(self.places_of(process), run_at)
        return not owners or part.path in owners

    def _is_named(self, process: Process, part: Scan, evidence: Evidence) -> bool:
        return any(named.pid == process.pid for named in self._named(part, evidence.samples))


def _only(scan: Scan) -> Scan:
    """As the only part of it, if it has one, sees it."""
    return scan.parts[0] if scan.parts else scan


def _samples_of(samples: Mapping[str, FileSample], part: Scan) -> Mapping[str, FileSample]:
    inside = f"{part.name}/"
    return {
        path.removeprefix(inside): sample
        for path, sample in samples.items()
        if path.startswith(inside)
    }


def _of_all(parts: Sequence[str], verdicts: Sequence[Verdict]) -> Verdict:
    places = [_ORDER.index(verdict.outcome) for verdict in verdicts]
    first = places.index(min(places))
    deciding = verdicts[first]
    done = deciding.outcome is Outcome.DONE
    days = _sum([verdict.days and Reached(*verdict.days, DAY) for verdict in verdicts])
    return replace(
        deciding,
        reason=f"{', '.join(parts) if done else parts[first]}: {deciding.reason}",
        checks=tuple(chain.from_iterable(map(_checks, parts, verdicts))),
        days=(int(days.done), int(days.planned)) if days else None,
        alive=any(verdict.alive for verdict in verdicts),
        proof=_BETWEEN.join(verdict.proof for verdict in verdicts),
        final=deciding.final and all(v.outcome is not Outcome.RUNNING for v in verdicts),
        reached=_sum([verdict.reached for verdict in verdicts]),
    )


def _sum(reached: Sequence[Reached | None]) -> Reached | None:
    """How far all are together; None unless all tell, in the same unit. The end of one unknown, that of all is."""
    told = [*filter(None, reached)]
    if len(told) < len(reached) or len({each.unit for each in told}) != 1:
        return None
    planned = [each.planned for each in told]
    whole = sum(planned) if all(planned) else 0
    return Reached(sum(each.done for each in told), whole, told[0].unit)


def _checks(part: str, verdict: Verdict) -> Sequence[Check]:
    return [replace(check, name=f"{part} {check.name}") for check in verdict.checks]
