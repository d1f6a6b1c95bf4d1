"""The plots on the pages of rules: what the examples hold when they run, and that the kept numbers are of today's examples."""

from __future__ import annotations

import json
from itertools import chain

import pytest

from tests.lab import plots
from tests.lab.core import marks
from tests.lab.run import LibraryMissingError

pytestmark = pytest.mark.usefixtures("lab")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(code, marks=[*chain(*(marks(name) for name in plot.packages if name != "python"))])
        for code, plot in plots.PLOTS.items()
    ],
)
def test_bad_holds_and_the_others_do_not(code: str) -> None:
    """The example of the page grows; the good one and the fixed one hold no more than the one that is in use."""
    try:
        measured = plots.measure(code)
    except LibraryMissingError as missing:
        pytest.skip(str(missing))
    assert max(measured["bad"]) > 4
    others = [measured[name] for name in ("good", "fixed") if name in measured]
    assert others
    assert max(map(max, others)) <= 1


@pytest.mark.parametrize("code", plots.PLOTS)
def test_the_numbers_are_of_the_page(code: str) -> None:
    """An example that changes is measured again: `python -m tests.lab.plots --write`, with every library of the lab."""
    kept = json.loads(plots.KEPT.read_text(encoding="utf-8"))
    assert set(kept["plots"]) == set(plots.PLOTS)
    plot = kept["plots"][code]
    assert plot["page"] == plots.page_hash(code)
    assert ("fixed" in plot) == bool(plots.fixed(code, plots.blocks(code, "Bad")[plots.PLOTS[code].bad]))
    assert all(len(plot[name]) == kept["calls"] + 1 for name in ("bad", "good", "fixed") if name in plot)
    assert max(plot["bad"]) > 4
