"""`httpleak check`."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from pathlib import Path

import jsonschema
import pytest

from flake8_httpleak.files import UnreadableError
from flake8_httpleak.report.json import SCHEMA
from tests.cli.conftest import Run, Terminal

LEAK = "import requests\n\n\ndef f(u):\n    r = requests.get(u, stream=True, timeout=9)\n    return r.status_code\n"
SAID = "a.py:5:9: HTL101 response of 'requests.get' is never closed; use 'with'\n"
NO_TIMEOUT = "import requests\n\n\ndef f(u):\n    return requests.get(u).json()\n"


def write(name: str, text: str = LEAK) -> Path:
    """Make a file."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_findings(httpleak: Run) -> None:
    """One line each as in flake8, exit code 1; nothing where nothing is."""
    write("a.py")
    write("b.py", "x = 1\n")
    done = httpleak("check")
    assert (done.code, done.out, done.err) == (1, SAID, "")
    done = httpleak("check", "b.py")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert httpleak("check", "--verbose", "b.py").err == "httpleak: 1 file checked\n"


@pytest.mark.parametrize("name", ["json", "sarif", "rdjson", "rdjsonl", "github", "gitlab"])
def test_formats(httpleak: Run, name: str) -> None:
    """Each says the same; statistics go where they do no harm."""
    write("a.py")
    done = httpleak("check", "--format", name, "--statistics", ".")
    assert done.code == 1
    assert "HTL101" in done.out
    assert done.err == "    1  HTL101 response-never-released\n"
    if name == "json":
        jsonschema.validate(json.loads(done.out), json.loads(SCHEMA.read_text()))


def test_statistics(httpleak: Run) -> None:
    """After the findings."""
    write("a.py")
    write("b.py")
    assert httpleak("check", "--statistics").out.splitlines()[2:] == ["    2  HTL101 response-never-released"]


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["--select=HTL2"], False),
        (["--select=HTL101"], True),
        (["--ignore=HTL1"], False),
        (["--select=HTL101", "--extend-ignore=HTL1"], True),
        (["--extend-select=HTL101", "--ignore=HTL1"], True),
        (["--reclaim=collector"], False),
        (["--exclude=a.py"], False),
        (["--extend-exclude=*.py"], False),
    ],
)
def test_choices(httpleak: Run, arguments: list[str], shown: bool) -> None:  # noqa: FBT001 - a table's column
    """The command line chooses."""
    write("a.py")
    assert httpleak("check", *arguments).out == (SAID if shown else "")


def test_enable(httpleak: Run) -> None:
    """Opt-in codes, by our option or by selecting them."""
    write("a.py", NO_TIMEOUT)
    assert httpleak("check").code == 0
    assert "HTL601" in httpleak("check", "--enable=HTL6").out
    assert "HTL601" in httpleak("check", "--extend-select=HTL601").out
    write(".flake8", "[flake8]\nhttpleak-enable = HTL6\n")
    assert "HTL601" in httpleak("check").out
    assert httpleak("check", "--isolated").out == ""
    write("other.cfg", "[flake8]\n")
    assert httpleak("check", "--config=other.cfg").out == ""


def test_noqa(httpleak: Run) -> None:
    """As in flake8, with a warning where a comment hides more than it says."""
    write("a.py", LEAK.replace("timeout=9)", "timeout=9)  # noqa: HTL101"))
    write("b.py", "# flake8: noqa\n" + LEAK)
    write("c.py", LEAK.replace("timeout=9)", "timeout=9)  # noqa: HTL"))
    done = httpleak("check")
    assert (done.code, done.out) == (0, "")
    assert done.err == "c.py:5: warning: '# noqa: HTL' hides everything on the line; write the number, such as HTL101\n"
    assert len(httpleak("check", "--disable-noqa").out.splitlines()) == 3


def test_user_tables(httpleak: Run) -> None:
    """A table of the user's own."""
    write(
        "acme.toml",
        'schema = 1\nname = "acme"\nroots = ["acme.http"]\n\n[kinds.Stream]\nrole = "response"\nrelease = ["close"]\n\n'
        '[[functions]]\ncalls = ["acme.http.open_stream"]\nkind = "Stream"\n',
    )
    write("a.py", "from acme import http\n\n\ndef f(u):\n    r = http.open_stream(u)\n    return r.status\n")
    assert httpleak("check").code == 0
    assert "HTL101" in httpleak("check", "--clients=acme.toml").out
    write("bad.toml", "x")
    done = httpleak("check", "--clients=bad.toml")
    assert done.code == 2
    assert re.fullmatch(r"httpleak: clients: bad\.toml: is not TOML: .*\n", done.err)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--jobs=0"], "httpleak: --jobs: '0' is neither 'auto' nor a number from 1\n"),
        (["--jobs=x"], "httpleak: --jobs: 'x' is neither 'auto' nor a number from 1\n"),
        (["--reclaim=x"], "httpleak: --reclaim: 'x' is not one of never, collector, reference\n"),
        (["--config=missing.cfg"], "httpleak: missing.cfg: cannot be read (No such file or directory)\n"),
        (["--write-baseline"], "httpleak: --write-baseline: say which file with --baseline FILE\n"),
        (
            ["--baseline=missing.json"],
            "httpleak: baseline: {}/missing.json: cannot be read (No such file or directory); write it with --write-baseline\n",
        ),
    ],
)
def test_wrong_use(httpleak: Run, here: Path, arguments: list[str], said: str) -> None:
    """One line, exit code 2."""
    done = httpleak("check", *arguments)
    assert (done.code, done.out, done.err) == (2, "", said.format(here))


def test_wrong_words(httpleak: Run) -> None:
    """What argparse says, exit code 2."""
    assert httpleak().code == httpleak("chekc").code == httpleak("check", "--format=xml").code == 2
    assert httpleak("--version").code == 0


def test_files_that_cannot_be_checked(httpleak: Run, here: Path) -> None:
    """One line each, the rest goes on; code 2 only if the user named the file."""
    write("a.py")
    (here / "nul.py").write_bytes(b"import requests\n\x00")
    (here / "utf16.py").write_bytes("import requests".encode("utf-16"))
    (here / "latin.py").write_bytes(b"import requests\n'\xff'\n")
    (here / "syntax.py").write_text("import requests\ndef (:\n")
    (here / "deep.py").write_text("import requests\nx = " + "(" * 5000 + ")" * 5000 + "\n")
    (here / "gone.py").symlink_to(here / "nowhere.py")
    (here / "loop.py").symlink_to(here / "loop.py")
    os.mkfifo(here / "pipe.py")
    done = httpleak("check")
    assert (done.code, done.out) == (1, SAID)
    said = dict(line.split(": ", 1) for line in done.err.splitlines())
    deep = said.pop("deep.py")
    assert deep.startswith("is n")
    assert said == {
        "gone.py": "cannot be read (No such file or directory)",
        "latin.py": "is not utf-8 text (line 2)",
        "loop.py": "cannot be read (Too many levels of symbolic links)",
        "nul.py": "contains a NUL byte",
        "pipe.py": "is not a regular file",
        "syntax.py": "is no Python that this interpreter reads (line 2)",
        "utf16.py": "is UTF-16 or UTF-32, which Python does not read",
    }
    done = httpleak("check", "a.py", "missing.py")
    assert (done.code, done.out, done.err) == (2, SAID, "missing.py: there is no such file\n")
    assert httpleak("check", "nul.py").code == 2
    assert len(json.loads(httpleak("check", "--format=json").out)["problems"]) == 8


def test_a_file_that_vanishes(httpleak: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between its analysis and its report."""
    write("a.py")
    from flake8_httpleak.cli import run

    def gone(_: str) -> bytes:
        raise UnreadableError("has gone")

    monkeypatch.setattr(run, "read", gone)
    done = httpleak("check")
    assert (done.code, done.out, done.err) == (0, "", "a.py: has gone\n")


def test_standard_input(httpleak: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """As editors do it; an excluded name is not checked."""

    def stdin() -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LEAK.encode())))

    stdin()
    assert httpleak("check", "-").out == SAID.replace("a.py", "stdin")
    stdin()
    assert httpleak("check", "--stdin-display-name=src/a.py", "-").out == f"src/{SAID}"
    stdin()
    assert httpleak("check", "--stdin-display-name=src/a.py", "--exclude=src", "-").code == 1
    stdin()
    assert httpleak("check", "--stdin-display-name=src/a.py", "--exclude=a.py", "-").code == 0


def test_errors_of_ours(httpleak: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, exit code 2; in a file the rest goes on. HTTPLEAK_STRICT=1 raises."""
    write("a.py")
    write("b.py")
    from flake8_httpleak import analyze

    real = analyze.analyze

    def fail(source: str, path: str, *rest: object) -> object:
        if path == "a.py":
            raise KeyError
        return real(source, path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(analyze, "analyze", fail)
    with pytest.raises(KeyError):
        httpleak("check", "--no-cache")
    monkeypatch.setenv("HTTPLEAK_STRICT", "0")
    done = httpleak("check", "--no-cache")
    assert (done.code, done.out) == (2, SAID.replace("a.py", "b.py"))
    assert done.err == "a.py: the analysis failed (KeyError); please report it\n"


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt, 130, "httpleak: interrupted\n"),
        (KeyError, 2, "httpleak: an error of ours (KeyError); please report it (HTTPLEAK_STRICT=1 shows where)\n"),
    ],
)
def test_a_run_that_ends_early(
    httpleak: Run, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], code: int, said: str
) -> None:
    """Ctrl-C, and what nobody thought of."""
    from flake8_httpleak.cli import run

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(run, "discover", fail)
    monkeypatch.setenv("HTTPLEAK_STRICT", "0")
    done = httpleak("check")
    assert (done.code, done.err) == (code, said)
    monkeypatch.setenv("HTTPLEAK_STRICT", "1")
    if error is KeyError:
        with pytest.raises(KeyError):
            httpleak("check")


def test_cache(httpleak: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second run asks nobody; an edit, other options or `--no-cache` do."""
    write("a.py")
    folder = here.parent / "cache" / "flake8-httpleak" / "results"
    assert httpleak("check", "--no-cache").out == SAID
    assert not folder.exists()
    assert httpleak("check").out == SAID
    assert folder.stat().st_mode & 0o777 == 0o700
    from flake8_httpleak import analyze

    monkeypatch.setattr(analyze, "analyze", lambda *_: pytest.fail("analysed"))
    assert httpleak("check").out == SAID
    for arguments in (["--no-cache"], ["--enable=HTL6"], ["--cache-dir=elsewhere"]):
        with pytest.raises(pytest.fail.Exception):
            httpleak("check", *arguments)


def test_many_files(httpleak: Run) -> None:
    """In two processes the same in the same order."""
    for number in range(70):
        write(f"f{number:02}.py", LEAK if number % 7 == 0 else "x = 1\n")
    one = httpleak("check", "--jobs=1", "--no-cache")
    two = httpleak("check", "--jobs=2", "--no-cache")
    assert one == two
    assert len(one.out.splitlines()) == 10


def test_gitignore(httpleak: Run, here: Path) -> None:
    """What git ignores is left out, unless asked for."""
    write("build/a.py")
    write(".gitignore", "build\n")
    (here / ".git").mkdir()
    assert httpleak("check").out == ""
    assert httpleak("check", "--no-gitignore").out == f"build/{SAID}"
    assert httpleak("check", "build").out == f"build/{SAID}"


def test_show_fixes(httpleak: Run, fixer: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Titles under the findings; formats for machines carry them anyway."""
    write("a.py")
    write("b.py", LEAK.replace("return r", "if u:\n        return 1\n    r.close()\n    return r"))
    done = httpleak("check", "--show-fixes")
    assert done.out.splitlines()[1::2] == ["    fix: close 'r'", "    fix: close 'r' (unsafe)"]
    assert "fix" not in httpleak("check").out
    assert json.loads(httpleak("check", "--format=json").out)["findings"][0]["fixes"][0]["title"] == "close 'r'"
    Terminal(monkeypatch)
    assert "fix: close 'r'" in re.sub("\x1b\\[[0-9;]*m", "", httpleak("check", "--show-fixes").out)
