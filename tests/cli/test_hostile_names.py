"""Names of files and texts of code that would give orders to a terminal, to the log of a build, or to a reader of reports."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import jsonschema
import msgspec
import pytest

from flake8_httpleak.report.github import render as github
from flake8_httpleak.report.json import SCHEMA
from flake8_httpleak.report.model import Entry, Report, Severity
from flake8_httpleak.report.showing import as_json, harmless, patch_name
from tests.cli.conftest import Done, Run, Terminal
from tests.report.test_formats import schema, span

# Control characters and marks of direction in code that is shown: in a comment, a docstring, a name of a host, the call.
LEAK = (
    "import requests\n\n\ndef f(u):\n    ''' \x1b]0;owned\x07\n::error::owned\n    '''\n"
    "    r = requests.get('http://\x1b[31m\u202e/', stream=True, timeout=9)  # \x9b31m ##[error]owned\n    return r.status_code\n"
)
NAMES = [
    b"::error file=x::owned.py",
    b" ::warning::owned.py",
    "\u3000::warning::owned.py".encode(),
    b"a%0A::error::owned.py",
    b"b\n::error::owned.py",
    b"c\r\n::error::owned.py",
    b"d##[error]owned.py",
    b"e ##vso[task.complete result=Failed;]owned.py",
    b"f\x1b]0;owned\x07\x1b[31m.py",
    "g\u202e\u2028\x85\x9b31m.py".encode(),
    b"h\xe9\xff.py",
    b"i,b:c%d=e.py",
    b"j" * 252 + b".py",
    b"-k.py",
    b'l"\\ m\t.py',
    "m\u00e9 \U0001d4bb.py".encode(),
]
_OBEYED = re.compile(
    r"^\s*::(?!notice |warning |error )|##\w*\[|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\ud800-\udfff]", re.MULTILINE
)


@pytest.fixture(autouse=True)
def files(here: Path) -> list[str]:
    """Files of these names, each with a finding."""
    for name in NAMES:
        Path(os.fsdecode(os.fsencode(here) + b"/" + name)).write_text(LEAK, encoding="utf-8")
    return [os.fsdecode(name) for name in NAMES]


def obeyed(text: str) -> list[str]:
    """What a terminal or a log would not just show."""
    return [found[0] for found in _OBEYED.finditer(text)]


def real(*arguments: str, module: str = "flake8_httpleak", code: int = 1) -> str:
    """What the command writes in a process of its own, whose locale knows no more than ASCII."""
    text = "utf-8" if module == "flake8" else "ascii"  # flake8 writes UTF-8 whatever the locale knows
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == code, done.stderr
    assert obeyed(done.stderr.decode("ascii")) == []
    return done.stdout.decode(text)


def test_lines(httpleak: Run) -> None:
    """One line a finding, whatever the file is called: the whole name is there, and no log takes the line for a command."""
    done = httpleak("check", "--isolated", "--show-fixes")
    lines = done.out.splitlines()
    assert (done.code, done.err, len(lines)) == (1, "", 2 * len(NAMES))
    assert obeyed(done.out) == []
    assert all(" HTL101 " in line for line in lines[::2])
    said = "".join(lines)
    assert "./::error file=x::owned.py:8:9: HTL101" in said
    assert "./ ::warning::owned.py:8:9: HTL101" in said
    assert r"d\x23#[error]owned.py:8:9: HTL101" in said
    assert r"b\n::error::owned.py:8:9: HTL101" in said
    assert real("check", "--isolated", "--no-cache").count(" HTL101 ") == len(NAMES)


@pytest.mark.parametrize("name", ["json", "sarif", "rdjson", "rdjsonl", "github", "gitlab"])
def test_formats(httpleak: Run, files: list[str], name: str) -> None:
    """Every format is still of its kind for the strictest reader, with the command and with flake8."""
    done = httpleak("check", "--isolated", "--format", name)
    assert (done.code, done.err) == (1, "")
    flake8 = real("--isolated", "--select=HTL", f"--format=httpleak-{name}", "-j1", ".", module="flake8")
    for said in (done.out, flake8.replace("./", "") if name == "github" else flake8):
        if name == "github":
            check_commands(said, files)
            continue
        assert said.isascii()
        assert obeyed(said) == []
        documents = [msgspec.json.decode(part) for part in (said.splitlines() if name == "rdjsonl" else [said])]
        check_documents(documents, name)


def check_documents(documents: list[dict[str, object]], name: str) -> None:
    """As many findings as there are files, by the format's own schema."""
    wanted = len(NAMES)
    for one in documents if name != "rdjsonl" else ():
        jsonschema.validate(one, json.loads(SCHEMA.read_text()) if name == "json" else schema(f"{name}.json"))
    text = json.dumps(documents)
    assert text.count("is never closed") == wanted
    if name == "gitlab":
        assert len({one["fingerprint"] for one in documents[0]}) == wanted  # type: ignore[index]


def check_commands(text: str, files: list[str]) -> None:
    """One command a file, whose properties say the name again when the runner takes the escapes out."""
    commands = [line for line in text.split("\n") if line]
    assert len(commands) == len(files)
    unescaped = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
    found = set()
    for command in commands:
        head, properties, data = re.fullmatch(r"::(notice|warning|error) (.*?)::(.*)", command, re.DOTALL).groups()  # type: ignore[union-attr]
        assert (head, "\r" in command, "::" in data) == ("notice", False, False)
        values = dict(one.split("=", 1) for one in properties.split(","))
        assert list(values) == ["file", "line", "col", "endLine", "endColumn", "title"]
        name = re.sub("%0D|%0A|%3A|%2C|%25", lambda match: unescaped[match[0]], values["file"])
        found.add(name)
    odd = [one for one in files if harmless(one).removeprefix("./") != one and not {"\n", ":"} & set(one)]
    assert {one for one in files if one not in odd} <= found


def test_a_patch(httpleak: Run, files: list[str], here: Path) -> None:
    """Names in its head are quoted as git reads them: no line of it is in the head of another, and the patch applies."""
    done = httpleak("fix", "--isolated")
    heads = [line for line in done.out.split("\n") if line.startswith(("--- ", "+++ "))]
    assert len(heads) == 2 * len(NAMES)
    assert [one for one in heads if obeyed(one)] == []
    assert obeyed(done.err) == []
    if shutil.which("git") is None:
        pytest.skip("git reads the patch")
    patch = done.out.encode("utf-8")
    subprocess.run(["git", "apply", "--unsafe-paths", "-p1", "-"], cwd=here, input=patch, check=True, capture_output=True)  # noqa: S607
    assert [name for name in files if "with requests.get" not in Path(name).read_text(encoding="utf-8")] == []
    assert httpleak("check", "--isolated").code == 0


def test_changes(httpleak: Run, files: list[str]) -> None:
    """`fix --write` says a line a file; standard input comes back as code."""
    done = httpleak("fix", "--isolated", "--write")
    assert (done.code, len(done.out.splitlines())) == (0, len(NAMES))
    assert obeyed(done.out + done.err) == []


@pytest.mark.parametrize("colour", ["xterm-256color", "dumb"])
def test_a_terminal(httpleak: Run, monkeypatch: pytest.MonkeyPatch, colour: str) -> None:
    """Frames and differences on a terminal have no control characters but our own, in colour or not."""
    Terminal(monkeypatch)
    monkeypatch.setenv("TERM", colour)
    for arguments in (["check"], ["fix"], ["explain", "-k.py:8"], ["explain", "f\x1b]0;owned\x07\x1b[31m.py:3"]):
        done = httpleak(arguments[0], "--isolated", "--", *arguments[1:])
        ours = re.sub(r"\x1b\[[0-9;]*m", "", done.out)
        assert [one for one in obeyed(ours) if one[-1] not in ":["] == [], arguments
        assert obeyed(done.err) == []
    monkeypatch.setattr(sys, "stdin", os.fdopen(os.open("-k.py", os.O_RDONLY), encoding="utf-8"))
    with sys.stdin:
        shown = httpleak("fix", "--isolated", "--write", "-").out
    assert "\x1b" not in shown
    assert "with requests.get('http://\\x1b[31m\\u202e/'" in shown


def test_what_cannot_be_checked(httpleak: Run, files: list[str]) -> None:
    """Problems, warnings, explanations and mistakes on the command line name files as well."""
    for name in files:
        Path(name).write_bytes(b"import requests\n\0")
    wrong: Iterable[Done] = (
        httpleak("check", "--isolated", "--", *files),
        httpleak("check", "--isolated", "--format=github"),
        *(httpleak("explain", "--isolated", "--", f"{name}:1") for name in files),
        *(httpleak("check", "--isolated", f"--config={name}", "--", name) for name in files),
        *(httpleak("check", "--isolated", f"--format={name}") for name in files),
        *(httpleak("rules", "--", name) for name in files),
        *(httpleak("check", "--isolated", f"--clients={os.path.abspath(name)}") for name in files if "," not in name),  # noqa: PTH100
        *(httpleak("clients", "--", name) for name in files),
    )
    for done in wrong:
        assert [
            one for one in obeyed(done.out + done.err) if one not in {"##[", "##vso["} or not done.out.startswith("::warning ")
        ] == []
        assert done.err


def test_hidden_and_unread_comments(httpleak: Run, files: list[str]) -> None:
    """Warnings about comments name their file."""
    for name in files:
        Path(name).write_text(LEAK.replace("##[error]owned", "# noqa: HTL") + "# httpleak: \x1b[31m\n", encoding="utf-8")
    done = httpleak("check", "--isolated")
    assert len(done.err.splitlines()) == 2 * len(NAMES)
    assert obeyed(done.err) == []


def test_a_page(httpleak: Run) -> None:
    """The page has none of it either, and is UTF-8."""
    assert httpleak("report", "--isolated", "--html", "page.html").code == 0
    page = Path("page.html").read_bytes().decode("utf-8")
    assert re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", page) == []


def test_single_texts() -> None:
    """What becomes of which text."""
    assert harmless("a\x1b::b") == "a\\x1b::b"
    assert harmless("\t::group::x") == "./\t::group::x"
    assert harmless("# ## x[1]") == "# ## x[1]"
    assert harmless("##[group]##teamcity[x]") == r"\x23#[group]\x23#teamcity[x]"
    assert patch_name("a/b c.py") == "a/b c.py"
    assert patch_name("a/é\udce9\n.py") == '"a/\\303\\251\\351\\012.py"'
    assert as_json({"#": "##[x]\ud800\U0001f600\x7f"}) == '{"#": "\\u0023#[x]\\ufffd\\ud83d\\ude00\\u007f"}'
    path = "a%0A,b:c\r\n\x1b.py"
    entry = Entry(path, "HTL101", "x%\n::y", span(1, 0, 1), Severity.ERROR, "", "n,:%")
    assert github(Report((entry,))) == (
        "::error file=a%250A%2Cb%3Ac%0D%0A\\x1b.py,line=1,col=1,endLine=1,endColumn=2,title=HTL101 n%2C%3A%25"
        "::HTL101 x%25%0A::y\n"
    )
