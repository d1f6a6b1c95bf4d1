"""flake8 formatters, through the real flake8."""

from __future__ import annotations

import io
import json
import sys
from argparse import Namespace
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
from flake8.violation import Violation

from flake8_httpleak.formatters import Json
from flake8_httpleak.plugin import STRICT
from tests.conftest import Flake8
from tests.report.test_formats import schema

LEAK = "import requests, os\n\n\ndef f(u):\n    r = requests.get(u, stream=True, timeout=9)\n    return r.status_code\n"
NAMES = ["json", "sarif", "rdjson", "rdjsonl", "github", "gitlab"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_sarif(flake8: Flake8, tmp_path: Path, jobs: str) -> None:
    """Ends, levels and steps are there although flake8 does not hand them over; other plugins' codes are carried."""
    for name in ("b.py", "a.py"):
        (tmp_path / name).write_text(LEAK)
    done = flake8("--isolated", "-j", jobs, "--format=httpleak-sarif", "--statistics", "--benchmark", ".")
    said = json.loads(done.stdout)
    jsonschema.validate(said, schema("sarif.json"))
    run = said["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["E401", "F401", "HTL101"]
    places = [(one["ruleId"], one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]) for one in run["results"]]
    assert sorted({uri for _, uri in places}) == ["a.py", "b.py"]
    leaks = [one for one in run["results"] if one["ruleId"] == "HTL101"]
    assert [one["locations"][0]["physicalLocation"]["region"]["endColumn"] for one in leaks] == [48, 48]
    assert all(one["codeFlows"] for one in leaks)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("name", NAMES)
def test_standard_input(flake8: Flake8, name: str) -> None:
    """Every format, as editors call flake8."""
    text = "\ufeff" + LEAK.replace("\n", "\r\n")
    done = flake8("--isolated", f"--format=httpleak-{name}", "--stdin-display-name", "src/a.py", "-", text=text)
    assert "src/a.py" in done.stdout
    assert "HTL101" in done.stdout
    assert "48" in done.stdout or name == "gitlab"  # the end of the call
    assert done.stderr == ""


@pytest.mark.parametrize("name", NAMES)
def test_nothing(flake8: Flake8, tmp_path: Path, name: str) -> None:
    """A clean run prints an empty document, or nothing where that is the empty document."""
    (tmp_path / "a.py").write_text("x = 1\n")
    done = flake8("--isolated", f"--format=httpleak-{name}", "a.py")
    if name in {"rdjsonl", "github"}:
        assert done.stdout == ""
    else:
        json.loads(done.stdout)
    assert done.returncode == 0


def test_output_file(flake8: Flake8, tmp_path: Path) -> None:
    """A second run replaces the document of the first; silenced findings are in none."""
    (tmp_path / "a.py").write_text(LEAK)
    (tmp_path / "b.py").write_text(LEAK.replace("timeout=9)", "timeout=9)  # noqa: HTL"))
    for _ in range(2):
        done = flake8("--isolated", "--select=HTL", "--format=httpleak-json", "--output-file=out/x.json", "a.py", "b.py")
        assert done.stdout == ""
    said = json.loads((tmp_path / "out" / "x.json").read_text())
    assert [(one["path"], one["code"]) for one in said["findings"]] == [("a.py", "HTL101")]


def collected(path: Path, *violations: tuple[str, int, int]) -> list[dict[str, Any]]:
    """Run a formatter by hand over a file that flake8 has reported on."""
    formatter = Json(Namespace(output_file=None, color="never", filenames=[str(path)], stdin_display_name="stdin", tee=False))
    formatter.start()
    for code, line, column in violations:
        formatter.handle(Violation(code, str(path), line, column, "said", None))
    formatter.finished(str(path))
    formatter.output_fd = io.StringIO()
    kept = formatter.output_fd
    kept.close = lambda: None
    formatter.stop()
    found: list[dict[str, Any]] = json.loads(kept.getvalue())["findings"]
    return found


def test_other_plugins_alone(tmp_path: Path) -> None:
    """A file without a finding of ours is not analysed again."""
    (tmp_path / "a.py").write_text(LEAK)
    assert [one["code"] for one in collected(tmp_path / "a.py", ("F401", 1, 1))] == ["F401"]


def test_a_file_that_changed(tmp_path: Path) -> None:
    """What flake8 said is not lost when the file has gone, has other findings now, or is no Python any more."""
    path = tmp_path / "a.py"
    for text in (None, "x = 1\n", "def (:\n"):
        if text:
            path.write_text(text)
        assert [(one["code"], one["message"]) for one in collected(path, ("HTL101", 5, 9), ("E902", 0, 0))] == [
            ("E902", "said"),
            ("HTL101", "said"),
        ]


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt])
def test_an_analysis_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]) -> None:
    """As in the plugin: flake8's own words are enough, unless HTTPLEAK_STRICT asks for the error. Ctrl-C passes."""
    path = tmp_path / "a.py"
    path.write_text(LEAK)

    def analyse(*_: object) -> None:
        raise error

    module = ModuleType("flake8_httpleak.analyze")
    module.analyze = analyse  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    with pytest.raises(error):
        collected(path, ("HTL101", 5, 9))
    if error is KeyError:
        monkeypatch.setenv(STRICT, "0")
        assert [one["message"] for one in collected(path, ("HTL101", 5, 9))] == ["said"]
