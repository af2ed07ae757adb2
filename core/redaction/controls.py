"""Terminal control sequences: what text from elsewhere must not do to the user's terminal."""

import re

# Where something was removed. No other control character is left, so it cannot be in the text.
JOINT = "\0"

# Every alternative ends where the next control character begins, so all of it is linear.
_SEQUENCE = re.compile(
    r"""
      (?:\x1b\[ | \x9b) [0-?]*+ [ -/]*+ [@-~]                    # CSI: colours, cursor, erase
    | (?:\x1b[]PX^_] | [\x90\x98\x9d-\x9f])                      # OSC, DCS, SOS, PM, APC: title,
      [^\x07\x1b\x80-\x9f\n]*+ (?:\x07 | \x1b\\ | \x9c)          #   clipboard (52), links (8)
    | \x1b [ -/]*+ [0-~]                                         # character sets, reset
    | [\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]                      # what is left of C0, DEL, C1
    | [\u00ad\u200b\u2060\ufeff]                                 # invisible, splits words unseen
    | [\u202a-\u202e\u2066-\u2069]                               # turns the direction of the text
    """,
    re.VERBOSE,
)
_DANGEROUS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]"
)


def disarm(text: str) -> str:
    """`text` with a `JOINT` for each control sequence; newlines and tabs stay, CR becomes LF."""
    if not _DANGEROUS.search(text):
        return text
    return _SEQUENCE.sub(JOINT, text.replace("\r\n", "\n").replace("\r", "\n"))
