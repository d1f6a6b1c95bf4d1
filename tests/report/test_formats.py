"""Every format: what it says of one finding with everything, of other plugins' violations, of hostile text; and its schema."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from flake8_httpleak.diagnostics import Diagnostic, Fix, Level, Position, Reclaim, Related, Span, Step, TextEdit
from flake8_httpleak.report import FORMATS, Entry, Problem, Report, entries_of
from flake8_httpleak.report.json import SCHEMA
from flake8_httpleak.report.model import Severity, foreign_entries, relative, severity_of, uri
from flake8_httpleak.report.showing import visible

ROOT = Path(__file__).parents[2]
SCHEMAS = Path(__file__).parents[1] / "data" / "schemas"
PUBLISHED = os.environ.get("HTTPLEAK_SCHEMAS", "")
LINES = ["import requests", "", "def f(é):", "    é = 1; r = requests.get(é)", "    g(r)", "    return r.status_code"]


def span(line: int, start: int, end: int, last: int = 0) -> Span:
    """Make a range."""
    return Span(Position(line, start), Position(last or line, end))


FIX = Fix(
    "wrap in 'with'",
    safe=True,
    edits=(TextEdit(span(5, 0, 4), "        "), TextEdit(span(4, 11, 30), "with requests.get(é) as r:\n       ")),
)
FOUND = Diagnostic(
    "HTL101",
    "response-never-released",
    "response of 'requests.get' is never closed; use 'with'",
    span(4, 15, 30),
    Level.SURE,
    Reclaim.NEVER,
    "f",
    "requests",
    (Step(span(4, 15, 30), "acquired"), Step(Span(Position(0, 0), Position(0, 0)), "nowhere"), Step(span(6, 4, 24), "returned")),
    (Related(span(5, 4, 8), "given away"), Related(Span(Position(0, 0), Position(0, 0)), "nowhere")),
    (4, 4),
)


@pytest.fixture
def report() -> Report:
    """A finding with everything, one without anything, another plugin's, and a file that could not be read."""
    bare = Diagnostic("HTL401", "pool-unbounded", "no bound", span(4, 15, 3, 5), Level.HINT, Reclaim.REFERENCE)
    return Report(
        (
            *entries_of("./src/ä b.py", [FOUND, bare], LINES, {FOUND: (FIX,)}),
            *foreign_entries("src/ä b.py", [("F401", 1, 0, "'os' imported but unused"), ("X1", 99, 3, "")], LINES),
        ),
        (Problem("gone.py", "has gone"),),
    )


def schema(name: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Read one of the hand-made schemas."""
    return json.loads((SCHEMAS / name).read_text(encoding="utf-8"))


def published(name: str, said: object) -> None:
    """Validate against a published schema, where one is at hand."""
    if PUBLISHED:
        jsonschema.validate(said, json.loads((Path(PUBLISHED) / name).read_text(encoding="utf-8")))


def test_text(report: Report) -> None:
    """As flake8 prints it; problems go elsewhere."""
    assert FORMATS["text"](report).splitlines() == [
        "./src/ä b.py:4:16: HTL101 response of 'requests.get' is never closed; use 'with'",
        "./src/ä b.py:4:16: HTL401 no bound",
        "src/ä b.py:1:1: F401 'os' imported but unused",
        "src/ä b.py:99:4: X1 ",
    ]


def test_json(report: Report) -> None:
    """Everything is there, columns from 1, and the schema holds; the documentation has the same schema."""
    said = json.loads(FORMATS["json"](report))
    jsonschema.validate(said, json.loads(SCHEMA.read_text(encoding="utf-8")))
    first, second, third, _ = said["findings"]
    assert first["path"] == "src/ä b.py"
    assert (first["start"], first["end"]) == ({"line": 4, "column": 16}, {"line": 4, "column": 31})
    assert (first["severity"], first["level"], first["reclaim"], first["scope"]) == ("error", "sure", "never", "f")
    assert [step["text"] for step in first["steps"]] == ["acquired", "nowhere", "returned"]
    assert first["fixes"][0]["edits"][0]["start"] == {"line": 5, "column": 1}
    assert second["fixes"] == []
    assert "end" not in third
    assert "level" not in third
    assert said["problems"] == [{"path": "gone.py", "text": "has gone"}]
    assert SCHEMA.read_text() == (ROOT / "docs" / "reference" / SCHEMA.name).read_text()


def test_sarif(report: Report) -> None:
    """Rules with their pages, relative URIs, the way as a code flow, related places, fixes, notifications."""
    said = json.loads(FORMATS["sarif"](report))
    jsonschema.validate(said, schema("sarif.json"))
    published("sarif-schema-2.1.0.json", said)
    run = said["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["F401", "HTL101", "HTL401", "X1"]
    assert rules[1]["name"] == "ResponseNeverReleased"
    assert "## Bad" in rules[1]["help"]["markdown"]
    first, second, third, fourth = run["results"]
    assert rules[first["ruleIndex"]]["id"] == first["ruleId"] == "HTL101"
    assert [one["level"] for one in run["results"]] == ["error", "note", "warning", "warning"]
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "src/%C3%A4%20b.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 4, "startColumn": 16, "endLine": 4, "endColumn": 31},
    }
    flow = first["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [one["location"]["message"]["text"] for one in flow] == ["acquired", "returned"]
    assert [one["message"]["text"] for one in first["relatedLocations"]] == ["given away"]
    assert first["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"] == {"text": "        "}
    assert not {"codeFlows", "relatedLocations", "fixes"} & second.keys()
    assert third["locations"][0]["physicalLocation"]["region"] == {"startLine": 1, "startColumn": 1}
    assert fourth["message"] == {"text": "X1"}
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"] == {"text": "has gone"}


def test_sarif_of_an_unknown_code() -> None:
    """A code of ours that this version does not know, absolute paths: still SARIF."""
    entry = Entry("/elsewhere/a.py", "HTL999", "x", span(1, 0, 1), Severity.NOTE, "f")
    said = json.loads(FORMATS["sarif"](Report((entry,))))
    jsonschema.validate(said, schema("sarif.json"))
    assert said["runs"][0]["tool"]["driver"]["rules"] == [{"id": "HTL999"}]
    assert said["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "file:///elsewhere/a.py"
    }


def test_rdjson(report: Report) -> None:
    """Columns in bytes, a fix of several edits is one suggestion; lines hold the same."""
    said = json.loads(FORMATS["rdjson"](report))
    jsonschema.validate(said, schema("rdjson.json"))
    published("DiagnosticResult.json", said)
    first = said["diagnostics"][0]
    assert first["location"]["range"] == {"start": {"line": 4, "column": 17}, "end": {"line": 4, "column": 33}}
    (suggestion,) = first["suggestions"]
    assert suggestion["range"] == {"start": {"line": 4, "column": 13}, "end": {"line": 5, "column": 5}}
    assert suggestion["text"] == "with requests.get(é) as r:\n       \n        "
    assert [one["message"] for one in first["related_locations"]] == ["acquired", "returned", "given away"]
    assert said["diagnostics"][3]["location"]["range"] == {"start": {"line": 99, "column": 4}}
    lines = [json.loads(line) for line in FORMATS["rdjsonl"](report).splitlines()]
    assert lines == [{**one, "source": {"name": "flake8-httpleak"}} for one in said["diagnostics"]]


def test_rdjson_keeps_what_stands_between_edits() -> None:
    """In one line, and over several."""
    edits = (TextEdit(span(1, 0, 1), "A"), TextEdit(span(1, 3, 4), "D"), TextEdit(span(3, 0, 1), "I"))
    found = Diagnostic("HTL101", "n", "m", span(1, 0, 1), Level.SURE, Reclaim.NEVER)
    fixes = {found: (Fix("a", safe=False, edits=edits), Fix("nothing", safe=True, edits=()))}
    report = Report(tuple(entries_of("a.py", [found], ["abcdef", "gh", "ij"], fixes)))
    (suggestion,) = json.loads(FORMATS["rdjson"](report))["diagnostics"][0]["suggestions"]
    assert suggestion["text"] == "AbcDef\ngh\nI"
    assert "related_locations" not in json.loads(FORMATS["rdjson"](report))["diagnostics"][0]


def test_github(report: Report) -> None:
    """Commands with ends; no columns where a range has several lines."""
    assert FORMATS["github"](report).splitlines() == [
        (
            "::error file=src/ä b.py,line=4,col=16,endLine=4,endColumn=31,title=HTL101 response-never-released"
            "::HTL101 response of 'requests.get' is never closed; use 'with'"
        ),
        "::notice file=src/ä b.py,line=4,endLine=5,title=HTL401 pool-unbounded::HTL401 no bound",
        "::warning file=src/ä b.py,line=1,col=1,title=F401::F401 'os' imported but unused",
        "::warning file=src/ä b.py,line=99,col=4,title=X1::X1 ",
        "::warning file=gone.py,title=flake8-httpleak::has gone",
    ]


def test_gitlab(report: Report) -> None:
    """Unique fingerprints, severities in GitLab's words, paths from the root."""
    said = json.loads(FORMATS["gitlab"](report))
    jsonschema.validate(said, schema("gitlab.json"))
    for one in said:
        published("codeclimate.json", one)
    assert [one["severity"] for one in said] == ["critical", "minor", "major", "major"]
    assert [one["location"]["lines"] for one in said][:2] == [{"begin": 4, "end": 4}, {"begin": 4, "end": 5}]
    assert len({one["fingerprint"] for one in said}) == len(said)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_found(name: str) -> None:
    """A report of nothing is still of its format."""
    text = FORMATS[name](Report())
    if name in {"text", "rdjsonl", "github"}:
        assert text == ""
    else:
        json.loads(text)


NASTY = "a\x1b[31m\n::error::x\r,:%\u202e\x9b\ud800.py"


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_paths_and_messages(name: str) -> None:
    """No control character reaches a terminal, no second command, and JSON stays JSON."""
    found = Diagnostic("HTL101", "n", NASTY, span(1, 0, 1), Level.SURE, Reclaim.NEVER, scope=NASTY)
    text = FORMATS[name](Report(tuple(entries_of(NASTY.replace("\ud800", "\udce9"), [found], ["x" + NASTY]))))
    text.encode()
    if name in {"text", "github"}:
        assert len(text.splitlines()) == 1
        assert not text[1:].count("::error::x\n") or name == "text"
    if name == "text":
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)


@pytest.mark.parametrize(
    ("reclaim", "level", "wanted"),
    [
        ("never", "sure", "error"),
        ("never", "path", "error"),
        ("never", "exc", "warning"),
        ("collector", "sure", "warning"),
        ("collector", "hint", "note"),
        ("reference", "path", "note"),
        ("reference", "exc", "note"),
    ],
)
def test_severity(reclaim: str, level: str, wanted: str) -> None:
    """Two axes give one severity."""
    found = Diagnostic("HTL101", "n", "m", span(1, 0, 1), Level(level), Reclaim(reclaim))
    assert severity_of(found) == wanted


def test_paths() -> None:
    """Below the working directory they are relative, elsewhere they stay."""
    assert relative(str(Path.cwd() / "a" / "b.py")) == "a/b.py"
    assert relative("/elsewhere/b.py") == "/elsewhere/b.py"
    assert relative("././b.py") == "b.py"
    assert uri("./a b#c?.py") == "a%20b%23c%3F.py"
    assert uri("/x/\udce9.py") == "file:///x/%E9.py"


def test_visible() -> None:
    """Tabs and letters stay."""
    assert visible("a\tb é\x1b[1m\u202e") == "a\tb é\\x1b[1m\\u202e"
