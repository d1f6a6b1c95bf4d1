"""Known findings: not reported again after edits, moves and renames; what has gone is said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from flake8_httpleak.analyze import analyze
from flake8_httpleak.baseline import Baseline, BaselineError, load_baseline, text_of
from flake8_httpleak.options import Options
from tests.cli.conftest import Run, here, httpleak
from tests.cli.test_check import LEAK, SAID, write
from tests.conftest import Flake8
from tests.test_plugin_end_to_end import codes

__all__ = ["here", "httpleak"]
SECOND_ALSO = "\n\n\n" + LEAK.partition("\n\n\n")[2] + "\n\n" + LEAK.replace("def f", "def g").partition("\n\n\n")[2]
SECOND = LEAK.replace("def f", "def g").partition("\n\n\n")[2]


def known(text: str, path: str, baseline: Baseline) -> bool:
    """Whether everything in a file is known."""
    return not baseline.new(path, analyze(text, path, Options()), text.splitlines())


@pytest.fixture
def baseline(httpleak: Run) -> Baseline:
    """Write a baseline with the command, and read it."""
    write("src/a.py", LEAK)
    done = httpleak("check", "--baseline=known.json", "--write-baseline")
    assert (done.code, done.out, done.err) == (0, "", f"httpleak: 1 finding written to {Path('known.json').absolute()}\n")
    return load_baseline("known.json")


def test_edits(baseline: Baseline) -> None:
    """Lines before and after, comments, white space, another function of the kind."""
    assert known(LEAK, "src/a.py", baseline)
    assert known("# x\n\n" + LEAK.replace("r = ", "r  =  ") + "\n\nx = 1\n", "src/a.py", baseline)
    assert known(LEAK.replace("    r =", "    print(u)\n    r ="), "src/a.py", baseline)
    assert not known(LEAK.replace("timeout=9", "timeout=8"), "src/a.py", baseline)
    assert not known(LEAK.replace("def f", "def g"), "src/a.py", baseline)
    assert not known(
        LEAK.replace("    return", "    r = requests.get(u, stream=True, timeout=9)\n    return"), "src/a.py", baseline
    )


def test_moves(baseline: Baseline) -> None:
    """A function that is the same in another file, also among others; one that was changed as well is new."""
    assert known(LEAK, "src/b.py", baseline)
    assert known("import os\n" + LEAK, "lib/c.py", baseline)
    assert not known(LEAK.replace("return r", "return 0 + r"), "src/b.py", baseline)


def test_new_findings(httpleak: Run, baseline: Baseline) -> None:
    """Only they are reported; from any folder, by configuration too."""
    assert httpleak("check", "--baseline=known.json").code == 0
    write("src/a.py", LEAK + "\n\n" + SECOND)
    done = httpleak("check", "--baseline=known.json")
    assert (done.code, done.out) == (1, f"src/{SAID}".replace(":5:", ":10:"))
    write("pyproject.toml", "[tool.httpleak]\nbaseline = 'known.json'\n")
    assert httpleak("check").out == done.out
    assert httpleak("check", "--baseline=").out.count("\n") == 2


def test_what_has_gone(httpleak: Run, baseline: Baseline) -> None:
    """Said for files that were checked and for files that are no more, not for those that were not looked at."""
    write("src/b.py", "x = 1\n")
    assert httpleak("check", "--baseline=known.json", "src/b.py").err == ""
    write("src/a.py", "x = 1\n")
    done = httpleak("check", "--baseline=known.json")
    assert (done.code, done.out) == (0, "")
    assert done.err.splitlines() == [
        "src/a.py: no longer found: HTL101 response of 'requests.get' is never closed; use 'with'",
        "httpleak: 1 of the baseline's findings has gone; --write-baseline takes it out",
    ]
    Path("src/a.py").unlink()
    assert "no longer found" in httpleak("check", "--baseline=known.json", "src/b.py").err
    assert httpleak("check", "--baseline=known.json", "--write-baseline").code == 0
    assert httpleak("check", "--baseline=known.json").err == ""


def test_the_file(httpleak: Run, baseline: Baseline) -> None:
    """Sorted, a line each, the same whenever it is written."""
    write("src/b.py", LEAK + "\n\n" + SECOND)
    httpleak("check", "--baseline=known.json", "--write-baseline")
    text = Path("known.json").read_text()
    said = json.loads(text)
    assert [(one["path"], one["scope"], one["code"]) for one in said["findings"]] == [
        ("src/a.py", "f", "HTL101"),
        ("src/b.py", "f", "HTL101"),
        ("src/b.py", "g", "HTL101"),
    ]
    assert len(text.splitlines()) == 5
    assert text_of([*baseline.known, *baseline.known]) == text_of(baseline.known)
    assert json.loads(text_of([]))["findings"] == []
    done = httpleak("check", "--baseline=src/b.py/x", "--write-baseline")
    assert (done.code, done.err.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x", "is no baseline; write it again with --write-baseline"),
        ("[]", "is no baseline; write it again with --write-baseline"),
        ('{"schema": 1, "findings": [{"path": "a"}]}', "is no baseline; write it again with --write-baseline"),
        ('{"schema": 1, "findings": [1]}', "is no baseline; write it again with --write-baseline"),
        ('{"schema": 2, "findings": []}', "was written by another version; write it again with --write-baseline"),
    ],
)
def test_bad_files(text: str, said: str, tmp_path: Path) -> None:
    """One line with the way out."""
    path = tmp_path / "known.json"
    path.write_text(text)
    with pytest.raises(BaselineError) as error:
        load_baseline(str(path))
    assert str(error.value) == f"{path}: {said}"


def test_under_flake8(baseline: Baseline, flake8: Flake8, here: Path) -> None:
    """By option and by configuration, in two processes, for a function that moved, and for standard input."""
    shutil.copytree(here, flake8_folder := here.parent, dirs_exist_ok=True)
    moved = flake8_folder / "src" / "moved.py"
    moved.write_text("import requests" + SECOND_ALSO)
    arguments = ["--isolated", "--select=HTL", "--httpleak-baseline=known.json"]
    assert codes(flake8(*arguments, "-j", "2", "src").stdout) == [("moved.py", 10, "HTL101")]
    assert flake8("--isolated", "--select=HTL", "src").stdout.count("HTL101") == 3
    assert flake8(*arguments, "--stdin-display-name=src/a.py", "-", text=LEAK).stdout == ""
    (flake8_folder / ".flake8").write_text("[flake8]\nselect = HTL\nhttpleak-baseline = known.json\n")
    assert flake8("src/a.py").stdout == ""
    done = flake8("--isolated", "--httpleak-baseline=missing.json", "src")
    assert done.stdout.splitlines()[1].startswith("httpleak-baseline: missing.json: cannot be read")
