"""The speed bench: what is measured, how it is counted, and that the pages say what was measured."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import corpus, layers, linters, programs, speed, speed_tables
from bench.speed import PARTS, Samples, Size
from bench.speed_tables import TABLES, TARGETS, WITH_US

pytest_plugins = ["bench.testing"]
TINY = Size(1, 1, 1, 1, 1, 1, 1, (30,), (2,))
MEASURED: dict[str, Any] = json.loads(speed.RESULT.read_text(encoding="utf-8"))


@pytest.mark.usefixtures("home", "analysis")
def test_choosing_a_part_of_the_corpus_is_repeatable() -> None:
    """The same files for the same corpus; only those that are wanted, and no more than are needed."""
    files = [source.file for source in corpus.sources(corpus.load())]
    assert len(speed.choose(files, 10_000, lambda _: True)) == 3
    assert speed.choose(files, 1, lambda _: True) == speed.choose(files, 1, lambda _: True)
    assert len(speed.choose(files, 1, lambda _: True)) == 1
    assert speed.choose(files, 10_000, lambda _: False) == []


@pytest.mark.usefixtures("home", "analysis")
def test_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Samples of all files, of some packages and of files with a client, and what they are drawn from."""
    monkeypatch.setattr(speed, "FIRST", [package.name for package in corpus.load()])
    samples, drawn = speed.draw(TINY)
    assert [len(files) for files in (samples.all, samples.first, samples.client)] == [1, 1, 1]
    assert (drawn["packages"], drawn["files"], drawn["lines"]) == (1, 1, 14)


def test_flake8_runs_without_and_with_the_plugin(tmp_path: Path) -> None:
    """Both are measured over a copy of the files; the first is what the other is compared with."""
    file = tmp_path / "a.py"
    file.write_text("import os\n", encoding="utf-8")
    found = speed.compare([file], lambda folder, _: programs.flake8(folder, [programs.OURS], 1), 1, warm=False)
    assert (found["files"], found["lines"], found["base"]) == (1, 1, "flake8")
    assert found["programs"]["flake8"]["processor"]["ratio"] == [1, 1, 1]
    assert found["programs"][WITH_US]["memory"]["median"] > 5


def test_the_command_and_its_cache(tmp_path: Path) -> None:
    """A cold run begins without a cache each time, a cached one keeps it."""
    folder = programs.lay_out([Path(__file__)], tmp_path / "files")
    made = programs.command(folder, tmp_path, (1,))
    assert [one.name for one in made] == [speed_tables.COLD, speed_tables.CACHED]
    (tmp_path / "cold1").mkdir()
    (tmp_path / "cold1" / "left").touch()
    made[0].prepare()
    assert not (tmp_path / "cold1").exists()
    assert (folder / "f0.py").read_bytes() == Path(__file__).read_bytes()


def test_other_programs(tmp_path: Path) -> None:
    """Their checks are named, their files given."""
    (tmp_path / "f0.py").touch()
    assert f"--select={programs.RUFF_CHECKS}" in programs.ruff(tmp_path).command
    assert str(tmp_path / "f0.py") in programs.pylint(tmp_path).command


def test_which_layer_works() -> None:
    """The innermost frame of ours says it; what LibCST or Python do for it counts for it."""
    ours = "/x/flake8_httpleak"
    assert layers.layer_of([f"{ours}/rules/facts.py", f"{ours}/analyze.py"]) == "rules"
    assert layers.layer_of(["/x/libcst/_parser.py", f"{ours}/source/trees.py", f"{ours}/ownership/a.py"]) == "parse"
    assert layers.layer_of([f"{ours}/source/names.py"]) == "names"
    assert layers.layer_of([f"{ours}/analyze.py"]) == layers.layer_of(["/x/y.py"]) == "other"


@pytest.mark.skipif(sys.platform == "win32", reason="no such timers")
def test_layers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Seconds by layer, what processes pay once, and what fixes take."""
    monkeypatch.setattr(layers, "IMPORTS", {"one": "import json"})
    text = "import requests\n\n\ndef f(u):\n    r = requests.get(u, stream=True)\n    return r.status_code\n"
    files = [tmp_path / "a.py", tmp_path / "b.py"]
    files[0].write_text(text, encoding="utf-8")
    files[1].write_text("import os\n", encoding="utf-8")
    found = layers.measure(files)
    assert (found["files"], found["lines"], found["client_files"], found["client_lines"]) == (2, 7, 1, 6)
    assert found["seconds"]["gate"] >= 0
    assert list(found["imports"]) == ["one"]
    assert found["fixes"]["findings"] == 1


def test_targets() -> None:
    """A target is met by the figure as it is shown; whoever misses one is told so in words."""
    target = TARGETS[0]
    measured: dict[str, Any] = json.loads(json.dumps(MEASURED))
    ratio = measured["all"]["programs"][WITH_US]["processor"]["ratio"]
    ratio[0] = 1.034
    assert target.is_met(measured)
    ratio[0] = 1.036
    assert not target.is_met(measured)
    assert "**missed**" in speed_tables.targets(measured)


def test_every_part_has_a_table() -> None:
    """What is measured is shown: on the page, or in the README."""
    assert set(PARTS) <= TABLES.keys()
    pages = [path.read_text(encoding="utf-8") for path in (speed.PAGE, speed.README)]
    assert speed_tables.shown(pages) == TABLES.keys()


def test_the_pages_show_what_was_measured() -> None:
    """Their tables are those of `bench/speed.json`."""
    for path in (speed.PAGE, speed.README):
        page = path.read_text(encoding="utf-8")
        assert speed_tables.fill(page, MEASURED) == page


def test_the_results() -> None:
    """All parts, five rounds or more, with the versions that are pinned; no file crashed."""
    assert set(PARTS) <= MEASURED.keys()
    for part in ("all", "client", "slow_all", "slow_client", "command_all", "command_client"):
        assert MEASURED[part]["rounds"] >= 5
    pins = linters.PINS.read_text(encoding="utf-8")
    for name in (programs.BUGBEAR, programs.ASYNC, "pylint", "ruff"):
        assert f"{name}=={MEASURED['versions'][name]}\n" in pins
    assert MEASURED["corpus"]["packages"] == sum(package.speed for package in corpus.read_pins()) >= 40
    assert MEASURED["corpus"]["lines"] > 3_000_000
    assert MEASURED["everything"]["crashes"] == []


def test_main(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One part is measured anew, the others stay; a quick look writes nothing; the pages follow."""
    result, page, readme = tmp_path / "speed.json", tmp_path / "page.md", tmp_path / "readme.md"
    result.write_text(json.dumps(MEASURED), encoding="utf-8")
    for path in (page, readme):
        path.write_text("<!-- table: start -->\n<!-- end -->\n", encoding="utf-8")
    for name, path in {"RESULT": result, "PAGE": page, "README": readme}.items():
        monkeypatch.setattr(speed, name, path)
    monkeypatch.setattr(speed, "draw", lambda _: (Samples([], [], [], [], []), MEASURED["corpus"]))
    monkeypatch.setattr(programs, "versions", lambda: MEASURED["versions"])
    new = json.loads(json.dumps(MEASURED["start"]))
    new["without"]["rounds"] = 12345
    monkeypatch.setattr(speed, "start_up", lambda _: new)
    assert speed.main(["--only", "start", "--quick"]) == 0
    assert "Medians of 12345 rounds" in capsys.readouterr().out
    assert json.loads(result.read_text(encoding="utf-8")) == MEASURED
    assert speed.main(["--only", "start"]) == 0
    written = json.loads(result.read_text(encoding="utf-8"))
    assert written["start"] == new
    assert written["all"] == MEASURED["all"]
    assert set(written["minutes"]) == set(MEASURED["minutes"])
    assert "Medians of 12345 rounds" in page.read_text(encoding="utf-8")
    page.write_text("<!-- table: start -->\n<!-- end -->\n", encoding="utf-8")
    assert speed.main(["--pages"]) == 0
    assert "Medians of 12345 rounds" in page.read_text(encoding="utf-8")


def test_what_is_not_linear_is_said() -> None:
    """Where work is given up after a number of steps, the end of a row hides how it began."""
    measured: dict[str, Any] = {
        "growth": {
            "length": {"rows": [[100, 2.0], [1000, 2.0]], "exponent": 1.0},
            "nesting": {"depths": [1, 2, 4], "kinds": {"if": {"ms": [1, 2, 4], "exponent": 1.0}}},
        }
    }
    said = speed_tables.growth(measured)
    assert "Linear: the cost of long files" in said
    assert "None is steeper than linear" in said
    measured["growth"]["length"]["exponent"] = 1.3
    measured["growth"]["nesting"]["kinds"]["for"] = {"ms": [1, 8, 8], "exponent": 1.0}
    said = speed_tables.growth(measured)
    assert "Not linear: the cost of long files" in said
    assert "Steeper than linear somewhere: `for`." in said
