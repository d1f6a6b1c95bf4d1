"""The audit: what is judged is kept, what gets worse fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import audit, corpus, verdicts
from bench.corpus import HERE, CorpusError
from bench.reports import Report
from bench.verdicts import Verdict

pytest_plugins = ["bench.testing"]

pytestmark = pytest.mark.usefixtures("analysis")


@pytest.fixture(autouse=True)
def kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that verdicts are kept in."""
    path = home / "verdicts.jsonl"
    monkeypatch.setattr(verdicts, "VERDICTS", path)
    return path


def _report(place: str, code: str = "HTL201") -> Report:
    return Report("shop-api", "1.0", "shop/api.py", 6, 6, code, "never closed", "sure", "reference", "f", place)


def _verdict(place: str, word: str, code: str = "HTL201", version: str = "1.0", second: str = "") -> Verdict:
    return Verdict("shop-api", "shop/api.py", code, place, version, word, "because", second)


def test_reports_are_judged_and_compared(home: Path, kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Reports are judged and compared."""
    assert audit.main(["--jobs", "0"]) == 0
    out = capsys.readouterr().out
    assert "3 files, 16 lines, 1 files import a client; 0 crashes" in out
    assert out.count("new: shop-api==1.0 shop/api.py:") == 2

    saved = [json.loads(line) for line in (home / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
    entry = home / "entry.jsonl"
    rows = [{"package": "shop-api", "fingerprint": row["fingerprint"], "code": "HTL201"} for row in saved]
    rows[0] |= {"verdict": "right", "reason": "the class closes it nowhere"}
    rows[1] |= {"verdict": "wrong", "reason": "for the test"}
    entry.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert audit.main(["judge", str(entry)]) == 0
    assert len(kept.read_text(encoding="utf-8").splitlines()) == 2

    capsys.readouterr()
    assert audit.main(["run", "-p", "shop-api", "--jobs", "0"]) == 1
    out = capsys.readouterr().out
    assert "WRONG AND BACK: shop-api==1.0 shop/api.py:13 HTL201" in out
    assert "50.0%" in out
    assert "new:" not in out


def test_show_prints_code(capsys: pytest.CaptureFixture[str]) -> None:
    """Show prints code."""
    assert audit.main(["show", "shop-api", "HTL2", "--to", "1"]) == 0
    out = capsys.readouterr().out
    assert out.count("=== ") == 1
    assert ">    6         self.session = requests.Session()" in out
    assert audit.main(["show", "nobody"]) == 2


def test_right_ones_that_are_gone_and_wrong_ones_that_are_back() -> None:
    """Right ones that are gone and wrong ones that are back."""
    judged = [_verdict("a", "right"), _verdict("b", "wrong"), _verdict("c", "right", version="0.9"), _verdict("d", "right")]
    found = verdicts.compare([_report("b"), _report("d", "HTL202"), _report("e")], judged, {"shop-api": "1.0"})
    assert [verdict.fingerprint for _, verdict in found.back] == ["b"]
    assert [(verdict.fingerprint, now) for verdict, now in found.gone] == [("a", ""), ("d", "HTL202")]
    assert [report.fingerprint for report in found.new] == ["d", "e"]
    assert not verdicts.compare([], judged, {"plain": "2.0"}).gone  # the package was not analysed


def test_the_table_counts_for_each_code() -> None:
    """The table counts for each code."""
    judged = [_verdict("a", "right", second="wrong"), _verdict("b", "arguable")]
    lines = list(verdicts.table([_report("a"), _report("b"), _report("c")], judged))
    assert lines[1].split() == ["HTL201", "3", "1", "0", "1", "1", "100.0%", "0", "of", "1"]


def test_a_second_opinion_stands_beside_the_first(tmp_path: Path) -> None:
    """A second opinion stands beside the first."""
    file = tmp_path / "second.jsonl"
    row = {"package": "shop-api", "fingerprint": "a", "code": "HTL201", "verdict": "wrong"}
    file.write_text(json.dumps({**row, "reason": "a helper closes it"}), encoding="utf-8")
    entered = verdicts.judge(file, {}, [_verdict("a", "right")], second=True)
    assert [(one.verdict, one.second, one.second_reason) for one in entered] == [("right", "wrong", "a helper closes it")]
    with pytest.raises(CorpusError, match="no first verdict"):
        verdicts.judge(file, {}, [], second=True)

    file.write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(CorpusError, match="a reason is needed, the first verdict was another"):
        verdicts.judge(file, {}, [_verdict("a", "right")], second=True)
    assert verdicts.judge(file, {}, [_verdict("a", "wrong")], second=True)[0].second_reason == ""


def test_the_second_opinions_that_are_kept() -> None:
    """The second opinions that are kept: enough to say something, one word each, and a reason wherever they differ."""
    kept = [verdict for verdict in verdicts.read(HERE / "verdicts.jsonl") if verdict.second]
    assert len(kept) >= 60
    assert not [verdict.key for verdict in kept if verdict.second != verdict.verdict and not verdict.second_reason]


def test_a_second_opinion_is_one_of_three_words(kept: Path) -> None:
    """A second opinion is one of three words."""
    verdicts.write([_verdict("a", "right", second="maybe")])
    with pytest.raises(CorpusError, match="a verdict"):
        verdicts.read(kept)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ('{"package": "p"}', "fingerprint is missing"),
        ('{"package": "p", "fingerprint": "a", "code": "HTL201", "verdict": "fine"}', "'fine'"),
        ('{"package": "p", "fingerprint": "a", "code": "HTL201", "verdict": "right", "reason": "x"}', "no such report"),
        ('{"package": "shop-api", "fingerprint": "a", "code": "HTL201", "verdict": "right"}', "a reason is needed"),
        ("[]", "a JSON object is needed"),
        ("{", "entry.jsonl:1"),
    ],
)
def test_bad_judgements_are_refused(tmp_path: Path, row: str, text: str) -> None:
    """Bad judgements are refused."""
    file = tmp_path / "entry.jsonl"
    file.write_text(row + "\n", encoding="utf-8")
    report = _report("a")
    with pytest.raises(CorpusError, match=text):
        verdicts.judge(file, {verdicts.key(report): report}, [])


def test_the_kept_verdicts_can_be_read() -> None:
    """The kept verdicts can be read."""
    names = {package.name for package in corpus.read_pins(corpus.HERE / "corpus.toml")}
    assert {verdict.package for verdict in verdicts.read(corpus.HERE / "verdicts.jsonl")} <= names
