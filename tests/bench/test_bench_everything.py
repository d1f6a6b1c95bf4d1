"""The run over everything: where files come from, what is counted, what fails it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import everything
from bench.corpus import Package, Source
from bench.reports import FileRun

pytest_plugins = ["bench.testing"]


def test_parts() -> None:
    """The standard library without its tests and without installed packages, the tests, the packages."""
    parts = everything.parts()
    standard = {source.path for source in parts[everything.STANDARD]()}
    assert "json/decoder.py" in standard
    assert not any("site-packages" in path or path.startswith("test/") for path in standard)
    installed = {source.path for source in parts[everything.INSTALLED]()}
    assert "flake8/checker.py" in installed
    assert standard.isdisjoint({source.path for source in parts[everything.TESTS]()})


def some(tmp_path: Path, *texts: str) -> list[Source]:
    """Files with these texts."""
    files = [tmp_path / f"f{number}.py" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    return [Source(Package("some", "", ""), file.name, file) for file in files]


def test_measure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Files, lines, findings with every rule on, what is no Python; an empty file is Python."""
    given = some(tmp_path, "import requests\nrequests.get('https://a.example')\n", "import os\n", "def (\n", "")
    monkeypatch.setattr(everything, "parts", lambda: {"some": lambda: iter(given), "other": lambda: iter(())})
    found = everything.measure(["some"], 0)
    (row,) = found["parts"]
    assert [row[name] for name in ("files", "lines", "unreadable", "client_files", "crashes")] == [4, 3, 1, 1, 0]
    assert row["findings"] == 1  # HTL601, which is opt-in
    assert found["slowest"][0]["file"] == "some: f0.py"


def test_theslowest(tmp_path: Path) -> None:
    """Ten, the slowest first."""
    (source,) = some(tmp_path, "")
    runs = [FileRun(source, seconds=float(number)) for number in range(15)]
    assert [run.seconds for run in everything.slowest(runs)] == [float(number) for number in range(14, 4, -1)]


def test_a_crash_fails_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is named, with its file."""
    from flake8_httpleak import analyze

    def broken(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(analyze, "analyze", broken)
    monkeypatch.setattr(everything, "parts", lambda: {"some": lambda: iter(some(tmp_path, "import requests\n"))})
    assert everything.main(["-j", "0"]) == 1
    assert "some: f0.py: KeyError" in capsys.readouterr().out
