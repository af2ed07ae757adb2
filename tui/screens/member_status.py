"""How far a file was read, and what was found in it, in words."""

from collections.abc import Sequence

from core.printable import brief
from tui.screens.member_reading import MemberReading
from tui.widgets.cells import Tone
from tui.widgets.member_view import Offer
from tui.widgets.panes import Line, failure_lines, line
from tui.wording.action_keys import key, keyed
from tui.wording.formatting import number, of_total, size

_WIDTH = 60


def fetching_lines(reading: MemberReading) -> Sequence[Line]:
    """While there is nothing to see of it: how far it is, or why there is nothing."""
    name = line(f" {brief(reading.name)}", Tone.STRONG)
    if reading.failure:
        keys = line(keyed(" {retry} tries again   {back} back"), Tone.DIM)
        return [name, *failure_lines(reading.failure, _WIDTH), line(), keys]
    return [name, line(f" {_fetched(reading)}, {key('back')} stops", Tone.DIM)]


def status_line(
    reading: MemberReading, offer: Offer, *, shows_match: bool = True
) -> Sequence[Line]:
    """One line below a file; none when all of it is here and nothing was looked for."""
    if reading.failure:
        return [line(f" {reading.failure.what} {key('retry')} tries again", Tone.BAD)]
    if reading.working and not reading.is_whole(offer):
        return [line(f" {_fetched(reading)}, {key('back')} stops", Tone.BUSY)]
    said = "   ".join(filter(None, (_found(reading, shows_match), _part(reading, offer))))
    if since := _since(reading):
        return [[(f" {since}", Tone.WARN), (f"   {said}" if said else "", Tone.DIM)]]
    return [line(f" {said}", Tone.DIM)] if said else ()


def _since(reading: MemberReading) -> str:
    """What somebody else did to the file meanwhile."""
    if reading.gone:
        return "The file is gone; this was in it"
    again = key("read_again")
    if reading.grown > 0:
        return f"{size(reading.grown)} more since it was read: {again} reads again"
    shorter = f"It became shorter since it was read: {again} reads again"
    return shorter if reading.grown < 0 else ""


def _fetched(reading: MemberReading) -> str:
    if reading.size < 0:
        return f"{size(reading.bytes_read)} are here"
    return of_total(min(reading.bytes_read, reading.size), reading.size)


def _part(reading: MemberReading, offer: Offer) -> str:
    if reading.is_whole(offer):
        return ""
    read = _fetched(reading)
    if reading.at_limit(offer):
        return f"{read} read   {key('read_on')} reads on"
    return f"{read} read; more comes as you go on"


def _found(reading: MemberReading, shows_match: bool) -> str:
    found = reading.found
    if found is None:
        return ""
    what = f"“{brief(found.needle)}”"
    if found.line is None:
        return f"{what} is not in what was read"
    around = ", from the other end" if found.around else ""
    keys = keyed("{next_match} {previous_match}")
    around += "" if shows_match else ", beyond what is shown of it"
    return f"{what} in line {number(found.line + 1)}{around}   {keys} next, previous"
