"""Running the analysis: reports that can be recognised again, crashes that stay with their file."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import corpus, reports
from bench.reading import excerpt, scope_at

pytest_plugins = ["bench.testing"]

Before = Callable[[Callable[[], None]], None]


@pytest.mark.usefixtures("home", "analysis")
def test_analyse_reports_and_counts() -> None:
    """Analyse reports and counts."""
    run = reports.analyse(corpus.sources(corpus.load()), jobs=0)
    assert [(file.source.path, file.client) for file in run.files] == [
        ("shop/api.py", True),
        ("broken.py", False),
        ("plain.py", False),
    ]
    assert [(one.package, one.path, one.line, one.code, one.scope) for one in run.reports] == [
        ("shop-api", "shop/api.py", 6, "HTL201", "Shop.__init__"),
        ("shop-api", "shop/api.py", 13, "HTL201", "load"),
    ]
    assert not run.crashes
    assert run.slowest()[0].source.path == "shop/api.py"


@pytest.mark.usefixtures("home")
def test_an_error_of_the_analysis_is_a_crash_of_its_file(analysis: Before) -> None:
    """An error of the analysis is a crash of its file."""

    def fail() -> None:
        raise KeyError("boom")

    analysis(fail)
    run = reports.analyse(corpus.sources(corpus.load()), jobs=0)
    assert [file.source.path for file in run.crashes] == ["shop/api.py"]
    assert run.crashes[0].crash.startswith("KeyError: 'boom' (test_bench_reports.py:")


@pytest.mark.skipif(multiprocessing.get_start_method() != "fork", reason="the stand-in for the analysis lives in this process")
@pytest.mark.usefixtures("home")
def test_a_process_that_dies_costs_one_file(analysis: Before) -> None:
    """A process that dies costs one file."""
    analysis(lambda: os._exit(3))
    run = reports.analyse(corpus.sources(corpus.load()))
    assert {file.source.path: file.crash for file in run.files} == {
        "shop/api.py": "the process died",
        "broken.py": "",
        "plain.py": "",
    }


def test_a_fingerprint_survives_moved_lines_and_tells_equal_lines_apart(tmp_path: Path) -> None:
    """A fingerprint survives moved lines and tells equal lines apart."""

    def prints(text: str) -> list[str]:
        file = tmp_path / f"{len(list(tmp_path.iterdir()))}.py"
        file.write_text(text, encoding="utf-8")
        lines = text.splitlines(keepends=True)
        numbers = [number for number, line in enumerate(lines, 1) if "Session" in line]
        return [reports.fingerprint(file, "a.py", lines, number, number) for number in numbers]

    body = "    s = Session()\n    s.get()\n    s = Session()\n"
    first = prints(f"def f():\n{body}")
    assert len(set(first)) == 2
    assert prints(f"# moved\n\ndef f():\n    x = 1\n{body}") == first
    assert prints(f"def g():\n{body}") != first
    assert prints(f"def g():\n{body}\ndef f():\n{body}")[2:] == first


def test_an_excerpt_shows_the_function_and_what_the_class_does_with_the_field(home: Path) -> None:
    """An excerpt shows the function and what the class does with the field."""
    corpus.load()
    file = home / "src" / "shop-api-1.0" / "shop" / "api.py"
    assert scope_at(file, 13) == "load"
    text = excerpt(file, 6)
    assert ">    6         self.session = requests.Session()" in text
    assert "     8     def stop(self):" in text
    assert "def load" not in text
    assert "pass" in excerpt(file, 6, whole_class=True)
