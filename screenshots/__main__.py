"""`python -m screenshots` remakes all pictures and the key sheet; with `keys` the key sheet alone."""

import logging
import os
import sys
import time
from collections.abc import Sequence

from screenshots.key_sheet import KEY_SHEET, key_sheet
from screenshots.picture import picture, place_of
from screenshots.scenes import SCENES

_OF_THIS_TERMINAL = ("NO_COLOR", "TMUX", "DISPLAY", "WAYLAND_DISPLAY", "TEXTUAL_THEME")


def main(arguments: Sequence[str]) -> None:
    """In UTC and without a desktop: the same on every machine."""
    KEY_SHEET.write_text(key_sheet())
    if [*arguments] == ["keys"]:
        return
    logging.disable()
    os.environ["TZ"] = "UTC"
    time.tzset()
    for name in _OF_THIS_TERMINAL:
        os.environ.pop(name, None)
    for scene in SCENES:
        place_of(scene).write_text(picture(scene))
        print(scene.name)


if __name__ == "__main__":
    main(sys.argv[1:])
