"""`httpleak explain`, `rules`, `clients`, `completion`; the command without flake8."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flake8_httpleak import __main__ as package_main
from flake8_httpleak.cli import main as cli_main
from flake8_httpleak.rules import registry
from tests.cli.conftest import Run, Terminal
from tests.cli.test_check import LEAK, SAID, write


def test_a_code(httpleak: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its page, in Markdown or rendered; opt-in codes say how to get them."""
    done = httpleak("explain", "htl101")
    assert done.code == 0
    assert done.out.startswith("# HTL101 response-never-released\n\nA streamed response")
    assert "## Good" in done.out
    assert "opt-in" not in done.out
    assert httpleak("explain", "HTL601").out.endswith("This code is opt-in: `--enable HTL601`.\n")
    Terminal(monkeypatch)
    assert "\x1b[" in httpleak("explain", "HTL101").out


def test_every_rule_has_a_page(httpleak: Run) -> None:
    """Headed by its code and name; what must stand on it is the rules' own test."""
    for rule in registry():
        assert httpleak("explain", rule.code).out.startswith(f"# {rule.code} {rule.name}\n\n")


def test_an_unknown_code(httpleak: Run) -> None:
    """The nearest one is named."""
    done = httpleak("explain", "HTL110")
    assert done.code == 2
    assert done.err.startswith(
        "httpleak: explain: there is no code 'HTL110' and no place FILE:LINE of that name; did you mean HTL10"
    )
    assert httpleak("explain", "xyz").err.endswith("; 'httpleak rules' lists them\n")
    write("htl101.py")
    done = httpleak("explain", "htl101.py")
    assert (done.code, done.err) == (2, "httpleak: explain: say which line of the file: htl101.py:LINE\n")


def test_a_place(httpleak: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is reported there with its steps, also what is hidden and by what."""
    write("a.py")
    steps = "    line 5: acquired\n    line 6: lost: the function returns\n"
    ways = (
        "line 5: 'requests.get' (requests.Response) in f: lost on every normal path\n"
        "    acquired (5) -> LOST: the function returns (6)\n"
    )
    fix = "fix: Wrap the uses in 'with' (httpleak fix)\n"
    done = httpleak("explain", "a.py:5")
    assert (done.code, done.out) == (0, SAID + steps + fix + ways)
    assert httpleak("explain", "a.py:5:9").out == done.out
    assert (
        "HTL101 is not shown: 'select', 'ignore' or 'per-file-ignores' leave it out\n"
        in httpleak("explain", "a.py:5", "--ignore=HTL1").out
    )
    write("a.py", LEAK.replace("timeout=9)", "timeout=9)  # noqa"))
    assert "HTL101 is hidden by a '# noqa' comment\n" in httpleak("explain", "a.py:5").out
    Terminal(monkeypatch)
    assert "●" in httpleak("explain", "a.py:5").out
    write("a.py", LEAK.replace("return r.status_code", "if u:\n        return r.status_code\n    r.close()"))
    assert "otherwise: closed" in httpleak("explain", "a.py:5").out


def test_a_bad_place(httpleak: Run) -> None:
    """No such file, or no Python."""
    assert httpleak("explain", "b.py:1").err == "httpleak: explain: b.py: cannot be read (No such file or directory)\n"
    write("b.py", "import requests\ndef (:\n")
    assert httpleak("explain", "b.py:1").code == 2


def test_why_silent(httpleak: Run) -> None:
    """What the analysis thought of the calls around a line where nothing is reported."""
    write("a.py", LEAK + "\n\ndef g(u):\n    return requests.get(u, stream=True)\n")
    nothing, *ways = httpleak("explain", "a.py:10").out.splitlines()
    assert nothing == "a.py:10: nothing is reported here"
    assert ways[0] == "line 10: 'requests.get' (requests.Response) in g: never lost"
    assert any("handed over" in way for way in ways)
    assert httpleak("explain", "a.py:6").out.splitlines()[1].startswith("line 5: 'requests.get'")
    assert httpleak("explain", "a.py:2").out.splitlines()[1] == "no resource of a client library is made around this line"
    write("b.py", "x = 1\n")
    assert httpleak("explain", "b.py:1").out.splitlines()[1] == "the file imports no HTTP client that a table knows"


def test_why_silent_with_a_table(httpleak: Run) -> None:
    """The user's own tables count."""
    write(
        "traced.toml",
        'schema = 1\nname = "acme"\nroots = ["acme"]\n\n[kinds.Stream]\nrole = "response"\nrelease = ["close"]\n\n'
        '[[functions]]\ncalls = ["acme.get"]\nkind = "Stream"\n',
    )
    write("a.py", "import acme\n\n\ndef f():\n    with acme.get() as r:\n        return r.x\n")
    assert "(acme.Stream) in f" in httpleak("explain", "a.py:5", "--clients=traced.toml").out


def test_rules(httpleak: Run) -> None:
    """Every rule, a line each."""
    done = httpleak("rules")
    lines = done.out.splitlines()
    assert [line[:6] for line in lines] == [rule.code for rule in registry()]
    assert "opt-in" in next(line for line in lines if line.startswith("HTL601"))


@pytest.mark.parametrize("width", [50, 80, 140])
def test_listings_on_a_terminal(httpleak: Run, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """As wide as it is, with nothing broken but between words, and the same words as in a pipe."""
    piped = {name: httpleak(name).out for name in ("rules", "clients")}
    Terminal(monkeypatch)
    monkeypatch.setenv("COLUMNS", str(width))
    for name, text in piped.items():
        shown = httpleak(name).out
        assert sorted(shown.split()) == sorted(text.split())
        assert (shown == text) == (max(map(len, text.splitlines())) <= width)
        assert width == 50 or max(map(len, shown.splitlines())) <= width
    assert "aiobotocore 3.10.0" in httpleak("clients").out


def test_clients(httpleak: Run) -> None:
    """The list of tables; a bad one is one line."""
    done = httpleak("clients")
    assert done.code == 0
    assert "requests" in done.out
    write("bad.toml", "x")
    done = httpleak("clients", "bad.toml")
    assert (done.code, done.err.count("\n")) == (2, 1)


def test_completion(httpleak: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script, or what to install."""
    assert "httpleak" in httpleak("completion", "bash").out
    monkeypatch.setitem(sys.modules, "shtab", None)
    done = httpleak("completion", "zsh")
    assert (done.code, done.err) == (2, "httpleak: completion needs the package 'shtab': pip install shtab\n")


WITHOUT = """
import sys
for name in ("flake8", "pycodestyle", "pyflakes", "mccabe"):
    sys.modules[name] = None
from flake8_httpleak.cli import main
code = main(sys.argv[1:])
heavy = sorted({name.split(".")[0] for name in sys.modules} & {"rich", "pygments", "libcst", "shtab"})
sys.stderr.write(" ".join(heavy))
raise SystemExit(code)
"""


@pytest.mark.parametrize(("text", "out", "code", "heavy"), [(LEAK, SAID, 1, "libcst"), ("import os\n", "", 0, "")])
def test_without_flake8(here: Path, text: str, out: str, code: int, heavy: str) -> None:
    """The command needs it no more than rich in a pipe, or LibCST for a file without a client."""
    write("a.py", text)
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, "check", "a.py"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout, done.returncode, done.stderr) == (out, code, heavy)


def test_streams_without_an_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as those of notebooks."""
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    assert cli_main(["rules"]) == 0
    assert out.getvalue().startswith("HTL101")
    assert not hasattr(package_main, "parser")


def test_as_a_module(here: Path) -> None:
    """`python -m flake8_httpleak`, and the script beside Python; an encoding that lacks a letter is no error."""
    write("ä.py")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    script = Path(sys.executable).with_name("httpleak")
    for command in ([sys.executable, "-m", "flake8_httpleak"], [str(script)]):
        done = subprocess.run([*command, "check"], env=environment, capture_output=True, text=True, check=False, timeout=60)
        assert done.stdout == "\\xe4" + SAID[1:]
        assert done.returncode == 1


def test_a_place_without_a_fix(httpleak: Run) -> None:
    """An example in the reader's own names."""
    Path("b.py").write_text(
        "import requests\n\n\ndef f(u): answer = requests.get(u, stream=True); return answer.ok\n", encoding="utf-8"
    )
    said = httpleak("explain", "b.py:4").out
    assert "hold it for as long as it is used:\n    with requests.get(u, stream=True) as answer:\n        ...\n" in said
    assert "fix:" not in said
