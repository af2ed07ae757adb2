"""Disks of a certain size."""

import threading

from core.ports.volumes import Space, Volumes

_PATIENCE = 60.0


class FakeVolumes(Volumes):
    """One volume under everything; counts the questions. While `answers` is not set, it hangs."""

    def __init__(self) -> None:
        self.spaces: dict[str, Space] = {}
        self.everywhere: Space | None = Space(1, 212 << 30, 1 << 40)
        self.asked: list[str] = []
        self.answers = threading.Event()
        self.answers.set()

    def space(self, path: str) -> Space | None:
        self.asked.append(path)
        assert self.answers.wait(_PATIENCE)
        return self.spaces.get(path, self.everywhere)
