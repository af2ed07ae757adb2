"""Of several versions of the same, one."""

from collections.abc import Iterable

from core.model import Artifact


def one_of_each(artifacts: Iterable[Artifact], version: int | None = None) -> list[Artifact]:
    """The version that is asked for, of what has it; else the latest of each."""
    chosen: dict[tuple[int | None, str], Artifact] = {}
    for artifact in artifacts:
        key = (artifact.run_id, artifact.kind.value)
        if version in {None, artifact.version}:
            chosen[key] = max(chosen.get(key, artifact), artifact, key=lambda a: a.version)
    return list(chosen.values())
