"""Clients made anew open a connection for each call, kept ones open one; the rules' pages give the times that were measured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flake8_httpleak.report.pages import all_pages
from tests.lab.churn import CALLS, HEAD, PAIRS, Cost, Pair, kept, measure, trust
from tests.lab.run import Bench

EACH = [pytest.param(pair, scheme, id=f"{pair.name}-{scheme}") for pair in PAIRS for scheme in pair.schemes]
PAGES = ("HTL301", "HTL302", "HTL303", "HTL304", "HTL305", "HTL502")


@pytest.mark.parametrize(("pair", "scheme"), EACH)
def test_a_connection_for_each_call(lab: Bench, tmp_path: Path, pair: Pair, scheme: str) -> None:
    """The server sees as many connections as calls, and one if the client is kept."""
    if scheme == "https" and not lab.server.tls_port:
        pytest.skip("no certificate can be made here")
    cost = measure(lab, pair, scheme, trust(tmp_path, lab), rounds=1)
    assert (cost.connections, cost.kept_connections) == (CALLS, 1)
    if scheme == "https":  # by at least a handshake, which is more than what other work on the machine costs
        assert cost.ms > 1.5 * cost.kept_ms


def test_every_pair_was_measured() -> None:
    """The rows that are kept are those of the pairs."""
    assert [(row.name, row.scheme) for row in kept()] == [(pair.name, scheme) for pair in PAIRS for scheme in pair.schemes]
    assert all((row.connections, row.kept_connections) == (CALLS, 1) for row in kept())


@pytest.mark.parametrize("code", PAGES)
def test_pages_say_what_was_measured(code: str) -> None:
    """Each row on a rule's page is one that was measured, and both ways to connect are there."""
    (page,) = [page for page in all_pages() if page.code == code]
    assert HEAD in page.text
    shown = re.findall(r"^\| `.*\|$", page.text, re.MULTILINE)
    rows: dict[str, Cost] = {row.cells(): row for row in kept()}
    assert set(shown) <= rows.keys()
    assert {rows[line].scheme for line in shown} == {"http", "https"}
