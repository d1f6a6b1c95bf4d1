"""The sample of acquisition sites, and a reader's decisions against reports."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bench import corpus, recall
from bench.recall import Decision, Site

pytest_plugins = ["bench.testing"]
CALLS = """import requests as rq, boto3, aiohttp
from urllib.request import urlopen
from own import Session, client

a = rq.Session()
b = urlopen(u)
c = Session()
d = boto3.client("s3")
e = client("x")
f = thing.get(u, stream=True)
g = rq.get(u)
h = self.session.get(u)
i = table.get(u)
j = k.get_object(Bucket=b)
"""


def test_calls_that_look_like_acquiring() -> None:
    """Calls that look like acquiring."""
    found = {ast.unparse(call.func) for call in recall.acquiring_calls(ast.parse(CALLS))}
    assert found == {"rq.Session", "urlopen", "boto3.client", "thing.get", "self.session.get", "k.get_object"}
    assert not list(recall.acquiring_calls(ast.parse("x = Session(); y = thing.get(u, stream=True)")))


def test_the_same_seed_draws_the_same_sites_and_not_too_many_from_one_package() -> None:
    """The same seed draws the same sites and not too many from one package."""
    sites = [Site(f"p{number % 30}", "1", "a.py", number, "x") for number in range(900)]
    drawn = recall.draw(sites, 100, 1)
    assert drawn == recall.draw(sites[::-1], 100, 1)
    assert len(drawn) == 100
    assert max(sum(site.package == f"p{number}" for site in drawn) for number in range(30)) <= 5
    assert drawn != recall.draw(sites, 100, 2)


@pytest.mark.parametrize(
    ("leaks", "codes", "expected"),
    [
        ("yes", ["HTL202"], "found"),
        ("yes", ["HTL301"], "other family"),
        ("yes", [], "missed"),
        ("no", [], "quiet"),
        ("no", ["HTL201"], "false alarm"),
        ("arguable", ["HTL201"], "arguable"),
        ("beyond", [], "beyond"),
        ("beyond", ["HTL201"], "beyond found"),
    ],
)
def test_a_decision_against_reports(leaks: str, codes: list[str], expected: str) -> None:
    """A decision against reports."""
    assert recall.verdict(Decision("p", "1", "a.py", 1, leaks, "HTL201", "sure", "x"), codes) == expected


def test_a_leak_that_is_left_out_on_purpose_is_still_not_found() -> None:
    """It has a name of its own in the table; once it is reported again it counts as every other."""
    decision = Decision("p", "1", "a.py", 1, "yes", "HTL201", "sure", "x", left_out="measured")
    assert recall.verdict(decision, []) == "left out"
    assert recall.verdict(decision, ["HTL201"]) == "found"
    kept = [one for one in recall.read_decisions() if one.left_out]
    assert all(one.leaks == "yes" and "boto3" in one.left_out for one in kept)  # the README says so


def test_the_kept_decisions_belong_to_the_pinned_packages() -> None:
    """The kept decisions belong to the pinned packages."""
    pins = {(package.name, package.version) for package in corpus.read_pins()}
    decisions = recall.read_decisions()
    assert len(decisions) >= 100
    assert {(decision.package, decision.version) for decision in decisions} <= pins
    assert all(bool(decision.code) == (decision.leaks != "no") for decision in decisions)


def test_a_bad_decision_is_refused(tmp_path: Path) -> None:
    """A bad decision is refused."""
    file = tmp_path / "recall.jsonl"
    for row in ("{", '{"package": "p"}'):
        file.write_text(row + "\n", encoding="utf-8")
        with pytest.raises(corpus.CorpusError, match=r"recall.jsonl:1"):
            recall.read_decisions(file)


@pytest.mark.usefixtures("home", "analysis")
def test_sampling_prints_each_site_with_its_function(capsys: pytest.CaptureFixture[str]) -> None:
    """Sampling prints each site with its function."""
    assert recall.main(["sample", "--count", "20"]) == 0
    out = capsys.readouterr().out
    assert "=== 1 shop-api==1.0 shop/api.py:" in out
    assert recall.main(["list", "--count", "1"]) == 0
    assert capsys.readouterr().out.startswith("1 shop-api shop/api.py:")
