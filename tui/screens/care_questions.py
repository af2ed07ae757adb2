"""What happens when something stored is deleted, archived or adopted: all of it, in words."""

from collections.abc import Iterable, Mapping, Sequence

from core.care.job_contents import JobContents
from core.care.move_plan import MovePlan
from core.care.run_contents import RunContents
from core.model import Artifact, ArtifactKind
from core.printable import printable
from core.stored.orphans import OrphanKind
from tui.widgets.cells import Tone
from tui.widgets.panes import Line, line
from tui.wording.formatting import plural, size
from tui.wording.titles import directory_of, job_title, run_title

_SHOWN = 200
"""Names in a list that nobody reads to its end."""
_HERE = "Files on this machine stay."
_FINAL = "This cannot be undone."
_FROZEN = frozenset({"GLACIER", "DEEP_ARCHIVE"})
_READING = {
    "GLACIER_IR": "They stay listed, and are read as before; reading costs more.",
    "GLACIER": "They stay listed. Before one can be read it has to be restored, which takes hours.",
    "DEEP_ARCHIVE": "They stay listed. Before one can be read it has to be restored, which takes a day.",
}
_READ_AS_BEFORE = "They stay listed, and are read as before."


def delete_job_lines(contents: JobContents, where: str) -> Sequence[Line]:
    """Everything that is stored of a job."""
    job = contents.job
    head = f"Delete {job_title(job)}: {plural(contents.runs, 'run')}, {_amount(contents)}"
    never = line(f"Number {job.id} is never given to another job. {_HERE}", Tone.DIM)
    return (line(head, Tone.STRONG), line(f"in {where}. {_FINAL}"), never, *_listed(contents))


def delete_runs_lines(found: Sequence[RunContents], where: str) -> Sequence[Line]:
    """Runs of one job, or one version of a run: with each what stays and why."""
    first = found[0]
    count = sum(len(contents.what.objects) for contents in found)
    together = size(sum(contents.stored_bytes for contents in found))
    amount = f"{plural(count, 'object')}, {together}"
    head = f"Delete {runs_title(found)} of {job_title(first.job)}: {amount}"
    listed = [shown for contents in found for shown in _listed_run(contents)]
    return (line(head, Tone.STRONG), line(f"in {where}. {_FINAL}"), line(_HERE, Tone.DIM), *listed)


def runs_title(found: Sequence[RunContents]) -> str:
    """As in "RUN3", "seed_003 v2", "2 runs"."""
    first = found[0]
    if len(found) > 1:
        return plural(len(found), "run")
    title = run_title(first.run_id, directory_of(first.artifacts))
    return title + (f" v{first.version}" if first.version else "")


def moved_title(plan: MovePlan) -> str:
    """As in "RUN3"."""
    return run_title(plan.run_id, directory_of(plan.artifacts))


def move_lines(plan: MovePlan) -> Sequence[Line]:
    """What is copied, what goes then, what stays."""
    to = f"run {plan.to_run} of {job_title(plan.to_job)}"
    copied = f"{amount_of(plan.copied)} are copied within the store and recorded there."
    stays = [line(f" {printable(key.rpartition('/')[2])}") for key in plan.stays[:_SHOWN]]
    return (
        line(f"Move {moved_title(plan)} of {job_title(plan.job)} to {to}", Tone.STRONG),
        line(f"{copied} Nothing is sent."),
        line("All of it is looked at again; only then the old one is removed."),
        line("Uploads from its directory go to the new place.", Tone.DIM),
        *_names(plan.artifacts),
        *([line(f"{plural(len(stays), 'object')} of others stay:", Tone.WARN)] if stays else []),
        *stays,
    )


def archive_lines(
    what: str, found: Sequence[Artifact], storage_class: str, where: str
) -> Sequence[Line]:
    """`found` are those that are not in the archive yet; `what` as in "3 marked runs"."""
    if not found:
        nothing = f"Nothing of {what} is left to be archived: what may be is in {storage_class}."
        return (line(nothing),)
    return (
        line(f"Archive {what}: {amount_of(found)}", Tone.STRONG),
        line(f"in {where} go to {storage_class}."),
        line(_READING.get(storage_class, _READ_AS_BEFORE), _tone(storage_class)),
        line("Configurations, and what is archived already, stay where they are.", Tone.DIM),
        *_names(found),
    )


def adopt_lines(found: Sequence[Artifact]) -> Sequence[Line]:
    """What is known of what other tools stored, and what becomes of it."""
    if not found:
        return (line("Nothing here is unmanaged: all of it is known to RunFerry."),)
    one = len(found) == 1
    many = "They become artifacts, results versions of their runs"
    version = "It becomes an artifact, results a version of their run" if one else many
    return (
        line(f"Adopt {amount_of(found)}", Tone.STRONG),
        line(f"All of {'it' if one else 'them'} is read once, to record what is inside."),
        line(f"{version}: listed with digests, checked, found by content."),
        line("Nothing is sent, moved or overwritten.", Tone.DIM),
        *_names(found),
    )


def amount_of(found: Sequence[Artifact]) -> str:
    """As in "4 objects, 609 MiB"."""
    return f"{plural(len(found), 'object')}, {size(sum(a.size for a in found))}"


def _amount(contents: JobContents) -> str:
    return f"{plural(len(contents.objects), 'object')}, {size(contents.stored_bytes)}"


def _listed(contents: JobContents) -> Sequence[Line]:
    """Run by run; then what is left over, and what stays."""
    uploads = sum(orphan.kind is OrphanKind.UPLOAD for orphan in contents.orphans)
    orphans = len(contents.orphans) - uploads
    unmanaged = len(contents.unmanaged)
    rest = (
        (unmanaged, "unmanaged artifact", "stored by another tool"),
        (orphans, "orphan", "no version refers to them"),
        (uploads, "unfinished upload", "what was sent is freed"),
    )
    return (
        *(line(f" {text}") for text in _by_run((*contents.artifacts, *contents.replaced))),
        *(line(f" {plural(n, noun)}: {why}") for n, noun, why in rest if n),
        *_staying(contents.foreign),
    )


def _listed_run(contents: RunContents) -> Sequence[Line]:
    again = contents.again
    becomes = (
        f" v{again.version} becomes the latest again: copied, as a new version" if again else ""
    )
    return (
        *_listed(contents.what),
        *([line(becomes)] if becomes else []),
        *(line(f" stays: {judged.stays}", Tone.WARN) for judged in contents.stays[:_SHOWN]),
    )


def _staying(foreign: Sequence[str]) -> Sequence[Line]:
    if not foreign:
        return ()
    names = [line(f"   {printable(key.rpartition('/')[2])}", Tone.DIM) for key in foreign[:_SHOWN]]
    return (line(f"{plural(len(foreign), 'object')} of other tools stay:", Tone.WARN), *names)


def _by_run(artifacts: Iterable[Artifact]) -> Sequence[str]:
    """As in "run 3: results v1, results v2, logs, 406 MiB"; what is the job's own comes last."""
    runs: dict[int | None, list[Artifact]] = {}
    for artifact in artifacts:
        runs.setdefault(artifact.run_id, []).append(artifact)
    own = runs.pop(None, [])
    texts = [f"run {run_id}: {_kinds(found)}" for run_id, found in [*runs.items()][:_SHOWN]]
    more = [f"and {plural(len(runs) - _SHOWN, 'run')} more"] if len(runs) > _SHOWN else []
    return [*texts, *more, *([f"of the job itself: {_kinds(own)}"] if own else [])]


def _kinds(found: Sequence[Artifact]) -> str:
    together = size(sum(artifact.size for artifact in found))
    return ", ".join([*map(_kind, found), together])


def _kind(artifact: Artifact) -> str:
    version = f" v{artifact.version}" if artifact.version else ""
    return f"{KINDS[artifact.kind]}{version}"


def _names(found: Sequence[Artifact]) -> Sequence[Line]:
    shown = [line(f" {_name(artifact)}  {size(artifact.size)}") for artifact in found[:_SHOWN]]
    more = [line(f" and {len(found) - _SHOWN} more")] if len(found) > _SHOWN else []
    return [*shown, *more]


def _name(artifact: Artifact) -> str:
    return printable(artifact.key.rpartition("/")[2])


def _tone(storage_class: str) -> Tone:
    return Tone.WARN if storage_class in _FROZEN else Tone.PLAIN


KINDS: Mapping[ArtifactKind, str] = {
    ArtifactKind.JOB_CONFIG: "configuration",
    ArtifactKind.JOB_INPUT: "input",
    ArtifactKind.RUN_CONFIG: "configuration",
    ArtifactKind.RUN_RESULTS: "results",
    ArtifactKind.RUN_LOGS: "logs",
}
