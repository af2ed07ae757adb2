"""Which links lead out of a run, however many there are and however long their texts."""

import pytest

from core.source.inner_links import leading_out

MANY = 2000


@pytest.mark.parametrize("ending", ["x", "s/" * 40])
def test_long_texts_of_a_harmful_archive(ending: str) -> None:
    """Not all of them are followed, which would take minutes; the first ones are, and no run has such."""
    deep = "d/" * 2000
    links = {f"RUN4/l{n:04}": f"{deep}{ending}" for n in range(MANY)}
    led = leading_out({**links, f"RUN4/{deep}s": "."}, {"RUN4"})
    assert "RUN4/l1999" in led
    assert ("RUN4/l0000" in led) == (ending != "x")


def test_many_links_of_a_run() -> None:
    """All are followed, also far down and over one another."""
    folder = "RUN4/" + "/".join(f"a_long_name_of_a_folder_{n}" for n in range(8))
    up = "../" * 8
    links = {f"{folder}/table.{n}": f"{up}inputs/{n % 7}/table" for n in range(40 * MANY)}
    links |= {f"RUN4/inputs/{n}": "../tables" for n in range(6)}
    assert leading_out({**links, "RUN4/inputs/6": "../../tables"}, {"RUN4"}) == {
        *(
            link
            for link in links
            if link.startswith(folder) and int(link.rpartition(".")[2]) % 7 == 6
        ),
        "RUN4/inputs/6",
    }
