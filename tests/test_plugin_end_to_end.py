"""Through the real flake8, in a process of its own, as users run it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Flake8

LEAK = "import requests\n\n\ndef f(u):\n    r = requests.get(u, stream=True, timeout=9)\n    return r.status_code\n"
SPREAD = """\
import requests


def f(u):
    r = requests.get(
        u,
        stream=True,
        timeout=9,
    )
    return r.status_code
"""
NO_TIMEOUT = "import requests\n\n\ndef f(u):\n    return requests.get(u).json()\n"
# Stands in for the analysis where a test is about settings only: no test of them must wait for a rule to exist.
STANDIN = """
import sys, types
from flake8_httpleak.diagnostics import Diagnostic, Level, Position, Reclaim, Span
def analyze(source, filename, options, tree, roots):
    found = []
    for number, line in enumerate(source.splitlines(), 1):
        code = "HTL101" if "stream=True" in line else "HTL601" if "get(u)" in line else ""
        wanted = code == "HTL101" or "HTL601".startswith(options.enable)
        if code and wanted and options.reclaim == "reference":
            span = Span(Position(number, 8), Position(number, 9))
            found.append(Diagnostic(code, "name", "text", span, Level.SURE, Reclaim.REFERENCE))
    if "fail" in source:
        raise KeyError("x" * 99)
    return found
module = types.ModuleType("flake8_httpleak.analyze")
module.analyze = analyze
sys.modules[module.__name__] = module
class Nothing:
    name, version = "standin", "1"
    def __init__(self, tree): pass
    def run(self): return iter(())
"""
LOCAL = "[flake8:local-plugins]\nextension =\n    XST = standin:Nothing\npaths = .\n"
REPORT = re.compile(r"(.+?):(\d+):(\d+): (\S+) .+")


def codes(output: str) -> list[tuple[str, int, str]]:
    """File name, line and code of every report; every line of the output must be one."""
    found = [REPORT.fullmatch(line) for line in output.splitlines()]
    assert all(found), output
    return [(Path(match[1]).name, int(match[2]), match[4]) for match in found if match]


@pytest.fixture
def standin(tmp_path: Path, flake8: Flake8) -> Flake8:
    """Run flake8 with a configuration, and the stand-in for the analysis."""
    (tmp_path / "standin.py").write_text(STANDIN)

    def run(*arguments: str, config: str = "", name: str = ".flake8", strict: bool = True) -> subprocess.CompletedProcess[str]:
        (tmp_path / name).write_text(f"[flake8]\n{config}\n{LOCAL}")
        return flake8(*arguments, strict=strict)

    return run


def test_a_finding(flake8: Flake8, tmp_path: Path) -> None:
    """Path, line, column, code, message; exit code 1, nothing on stderr."""
    (tmp_path / "a.py").write_text(LEAK)
    done = flake8("--isolated", "a.py")
    assert done.stdout.startswith("a.py:5:9: HTL101 ")
    assert codes(done.stdout) == [("a.py", 5, "HTL101")]
    assert (done.returncode, done.stderr) == (1, "")


def test_version_and_help(flake8: Flake8) -> None:
    """Users see that the plugin is there, and what it can be told."""
    assert "flake8-httpleak: " in flake8("--version").stdout
    shown = flake8("--help").stdout
    assert all(option in shown for option in ("--httpleak-enable", "--httpleak-clients", "--httpleak-reclaim"))


@pytest.mark.parametrize("comment", ["# noqa", "# noqa: HTL101", "# noqa: HTL1", "# NOQA:E501,HTL101"])
def test_noqa(flake8: Flake8, tmp_path: Path, comment: str) -> None:
    """On the line of the call; `--disable-noqa` brings the finding back."""
    (tmp_path / "a.py").write_text(LEAK.replace("timeout=9)", f"timeout=9)  {comment}"))
    assert flake8("--isolated", "a.py").stdout == ""
    assert codes(flake8("--isolated", "--disable-noqa", "a.py").stdout) == [("a.py", 5, "HTL101")]


@pytest.mark.parametrize("place", ["get(", "        u,", "stream=True,", "    )"])
def test_noqa_on_any_line_of_the_call(flake8: Flake8, tmp_path: Path, place: str) -> None:
    """Formatters spread calls over lines and leave the comment where it was."""
    (tmp_path / "a.py").write_text(SPREAD.replace(place, f"{place}  # noqa: HTL101", 1))
    assert flake8("--isolated", "a.py").stdout == ""
    assert codes(flake8("--isolated", "--disable-noqa", "a.py").stdout) == [("a.py", 5, "HTL101")]


def test_noqa_for_something_else(flake8: Flake8, tmp_path: Path) -> None:
    """Another code, or a line outside the call, hides nothing."""
    (tmp_path / "a.py").write_text(SPREAD.replace("stream=True,", "stream=True,  # noqa: HTL102"))
    (tmp_path / "b.py").write_text(SPREAD.replace("status_code", "status_code  # noqa: HTL101"))
    assert codes(flake8("--isolated", "a.py", "b.py").stdout) == [("a.py", 5, "HTL101"), ("b.py", 5, "HTL101")]


def test_noqa_for_the_file(flake8: Flake8, tmp_path: Path) -> None:
    """flake8's own comment for a whole file."""
    (tmp_path / "a.py").write_text("# flake8: noqa\n" + LEAK)
    assert flake8("--isolated", "a.py").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["--select=HTL"], True),
        (["--select=HTL101"], True),
        (["--select=E,F"], False),
        (["--select=HTL2"], False),
        (["--ignore=HTL101"], False),
        (["--ignore=HTL1"], False),
        (["--ignore=E1"], True),
        (["--extend-ignore=HTL"], False),
        (["--per-file-ignores=a.py:HTL101"], False),
        (["--per-file-ignores=b.py:HTL101"], True),
    ],
)
def test_select_and_ignore(flake8: Flake8, tmp_path: Path, arguments: list[str], shown: bool) -> None:  # noqa: FBT001 - a table's column
    """flake8's selections work on our codes and prefixes."""
    (tmp_path / "a.py").write_text(LEAK)
    found = codes(flake8("--isolated", *arguments, "a.py").stdout)
    assert found == ([("a.py", 5, "HTL101")] if shown else [])


def test_two_processes(flake8: Flake8, standin: Flake8, tmp_path: Path) -> None:
    """`-j 2`: the same findings, and settings that the workers must know."""
    names = "abcdef"
    for name in names:
        (tmp_path / f"{name}.py").write_text(LEAK)
    alone = flake8("--isolated", "-j", "1", "--exclude=standin.py", ".").stdout
    assert codes(alone) == [(f"{name}.py", 5, "HTL101") for name in names]
    assert flake8("--isolated", "-j", "2", "--exclude=standin.py", ".").stdout == alone
    for name in names:
        (tmp_path / f"{name}.py").write_text(NO_TIMEOUT)
    found = standin("-j", "2", "--exclude=standin.py", ".", config="httpleak-enable = HTL6")
    assert codes(found.stdout) == [(f"{name}.py", 5, "HTL601") for name in names]


def test_standard_input(flake8: Flake8) -> None:
    """As editors do it."""
    done = flake8("--isolated", "--stdin-display-name", "src/shown.py", "-", text=LEAK)
    assert done.stdout.startswith("src/shown.py:5:9: HTL101 ")


@pytest.mark.parametrize("name", ["setup.cfg", "tox.ini", ".flake8"])
def test_configuration_files(standin: Flake8, tmp_path: Path, name: str) -> None:
    """Opt-in families, ignores and our own options from each file that flake8 reads."""
    (tmp_path / "a.py").write_text(LEAK)
    (tmp_path / "b.py").write_text(NO_TIMEOUT)
    enabled = standin("a.py", "b.py", name=name, config="httpleak-enable = HTL6,\n    HTL9")
    assert codes(enabled.stdout) == [("a.py", 5, "HTL101"), ("b.py", 5, "HTL601")]
    ignored = "extend-ignore = HTL1\nper-file-ignores =\n    b.py: HTL601\nhttpleak-enable = HTL6"
    assert standin("a.py", "b.py", name=name, config=ignored).stdout == ""
    assert standin("a.py", "b.py", name=name, config="httpleak-reclaim = never").stdout == ""


def test_reclaim(flake8: Flake8, tmp_path: Path) -> None:
    """A dropped response of requests is freed with its last reference; `collector` asks for worse."""
    (tmp_path / "a.py").write_text(LEAK)
    assert codes(flake8("--isolated", "--httpleak-reclaim=reference", "a.py").stdout) == [("a.py", 5, "HTL101")]
    assert flake8("--isolated", "--httpleak-reclaim=collector", "a.py").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ([], False),
        (["--ignore=E1"], False),
        (["--ignore="], False),
        (["--select=HTL"], False),
        (["--extend-select=HTL"], False),
        (["--httpleak-enable=HTL9"], False),
        (["--httpleak-enable=HTL6", "--ignore=HTL6"], False),
        (["--httpleak-enable=HTL6"], True),
        (["--httpleak-enable=HTL9,HTL601"], True),
        (["--httpleak-enable=HTL"], True),
        (["--httpleak-enable=HTL6", "--ignore=E1"], True),
        (["--extend-select=HTL6"], True),
        (["--extend-select=HTL601"], True),
        (["--select=HTL6"], True),
    ],
)
def test_opt_in(standin: Flake8, tmp_path: Path, arguments: list[str], shown: bool) -> None:  # noqa: FBT001 - a table's column
    """On by our option or by naming the family in flake8's; never because a user's `ignore` replaces the default one."""
    (tmp_path / "a.py").write_text(NO_TIMEOUT)
    found = codes(standin(*arguments, "a.py").stdout)
    assert found == ([("a.py", 5, "HTL601")] if shown else [])


def test_user_tables(flake8: Flake8, tmp_path: Path) -> None:
    """A table of the user's own, named relative to the configuration file, opens the gate for its roots."""
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "acme.toml").write_text(
        'schema = 1\nname = "acme"\nroots = ["acme.http"]\n\n[kinds.Stream]\nrole = "response"\nrelease = ["close"]\n\n'
        '[[functions]]\ncalls = ["acme.http.open_stream"]\nkind = "Stream"\n'
    )
    (tmp_path / "a.py").write_text("from acme import http\n\n\ndef f(u):\n    r = http.open_stream(u)\n    return r.status\n")
    (tmp_path / ".flake8").write_text("[flake8]\nhttpleak-clients = tables/acme.toml\n")
    assert codes(flake8("a.py").stdout) == [("a.py", 5, "HTL101")]
    assert flake8("--isolated", "a.py").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--httpleak-enable=HTL8"],
            "httpleak-enable: no code begins with 'HTL8'; name a family (HTL6, HTL9) or a code (HTL601)",
        ),
        (["--httpleak-reclaim=all"], "httpleak-reclaim: 'all' is not one of never, collector, reference"),
        (["--httpleak-clients=missing.toml"], r"httpleak-clients: .*missing\.toml: cannot be read \(No such file or directory\)"),
        (["--httpleak-clients=bad.toml"], r"httpleak-clients: .*bad\.toml:3: root: unknown key; did you mean 'roots'\?"),
    ],
)
def test_bad_settings(flake8: Flake8, tmp_path: Path, arguments: list[str], said: str) -> None:
    """One line after flake8's own, exit code 1, no file is read and nothing else is said, also with two processes."""
    (tmp_path / "bad.toml").write_text('schema = 1\nname = "bad"\nroot = ["bad"]\n')
    for name in "ab":
        (tmp_path / f"{name}.py").write_text("import os\n" + LEAK)
    done = flake8("--isolated", "-j", "2", *arguments, "a.py", "b.py")
    first, second = done.stdout.splitlines()
    assert first == "There was a critical error during execution of Flake8:"
    assert second == said or re.fullmatch(said, second)
    assert (done.returncode, done.stderr) == (1, "")


def test_errors_of_ours_end_nothing(standin: Flake8, tmp_path: Path) -> None:
    """With an analysis that fails, other plugins' reports are as ever and `-vv` names the error's type, not its text."""
    (tmp_path / "a.py").write_text("import os\n" + LEAK + "# fail\n")
    done = standin("a.py", strict=False)
    assert codes(done.stdout) == [("a.py", 1, "F401")]
    loud = standin("-vv", "a.py", strict=False)
    assert "no findings for a.py: KeyError" in loud.stdout + loud.stderr
    assert "xxxx" not in loud.stdout + loud.stderr
    assert "KeyError" in standin("a.py").stderr
