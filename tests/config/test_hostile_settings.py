"""Settings, tables and patterns that nobody should write: one line that names the file and says what to do, and never a wait."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from flake8_httpleak.baseline import BaselineError, load_baseline
from flake8_httpleak.clients.catalog import load_user_tables
from flake8_httpleak.clients.problems import TableError
from flake8_httpleak.config import ConfigError, load_settings
from flake8_httpleak.config.discovery import discover
from flake8_httpleak.frameworks.catalog import load_user_frameworks
from tests.conftest import Flake8

TABLE = 'schema = 1\nname = "acme"\nroots = ["acme"]\n[kinds.Stream]\nrole = "response"\nrelease = ["close"]\n'
BAD = {
    "nested brackets": (f"x = {'[' * 5000}{']' * 5000}\n", "is not TOML that can be read: it is nested too deeply"),
    "nested keys": (f"{'.'.join(['a'] * 5000)} = 1\n", ":1: a: unknown key; allowed: "),
    "control character": (TABLE.replace("acme", "ac\x1bme"), "is not TOML: Illegal character"),
    "half a pair": (TABLE.replace("acme", "\\ud800"), "is not TOML: Escaped character is not a Unicode scalar value"),
    "odd name": (TABLE.replace('"acme"', '"../\\u001b[31m"', 1), ":2: name: '../\x1b[31m' is no name; allowed: letters, digits"),
    "no name": (TABLE.replace('"acme"', '""', 1), ":2: name: '' is no name; allowed: letters"),
    "braces": (TABLE.replace('"close"', '"clo{se}"'), ":6: kinds.Stream.release: 'clo{se}' is no method; write its bare name"),
    "a star": (f'{TABLE}read_calls = ["read_*"]\n', ":7: kinds.Stream.read_calls: 'read_*' stands for many"),
    "code": (f'{TABLE}release_async = ["a(); import os"]\n', ":7: kinds.Stream.release_async: 'a(); import os' is no method"),
    "number": (TABLE.replace('["close"]', "7"), ":6: kinds.Stream.release: expected `array`, got `int`"),
    "text": (TABLE.replace('["close"]', '"close"'), ":6: kinds.Stream.release: expected `array`, got `str`"),
    "date": (TABLE.replace("= 1", "= 1979-05-27"), ":1: schema: expected `int`, got `date`; allowed: 1"),
    "regular expression": (
        f'{TABLE}[[functions]]\ncalls = ["ac.*[("]\nkind = "Stream"\n',
        "'ac.*[(' is outside the table's roots",
    ),
    "lab": (f"lab = 3\n{TABLE}", ":1: lab: expected sections such as [lab.Session]"),
    "extends itself": (f'extends = "acme"\n{TABLE}', ":1: extends: 'acme' is, or extends, this table itself"),
}
PIPES = pytest.mark.skipif(sys.platform == "win32", reason="no named pipes there")


@pytest.mark.parametrize("name", BAD)
def test_bad_tables(tmp_path: Path, name: str) -> None:
    """The line names the file, mostly with the line and the key, and what is allowed."""
    path = tmp_path / "bad.toml"
    path.write_text(BAD[name][0], encoding="utf-8")
    with pytest.raises(TableError) as caught:
        load_user_tables((str(path),))
    said = str(caught.value)
    assert said.startswith(str(path))
    assert BAD[name][1] in said
    assert "\n" not in said


def test_tables_in_a_circle(tmp_path: Path) -> None:
    """Two that extend each other."""
    for one, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{one}.toml").write_text(f'name = "{one}"\nroots = ["{one}"]\nextends = "{other}"\n')
    with pytest.raises(TableError, match=r"b\.toml:3: extends: 'a' is, or extends, this table itself"):
        load_user_tables((str(tmp_path / "a.toml"), str(tmp_path / "b.toml")))


def test_a_long_table(tmp_path: Path) -> None:
    """Ten megabytes are read, more than files may have are not."""
    path = tmp_path / "long.toml"
    path.write_text(f"{TABLE}# {'x' * 10_000_000}\n")
    assert load_user_tables((str(path),)) == ("acme",)
    path = tmp_path / "longer.toml"
    path.write_text(f"{TABLE}# {'x' * 20_000_000}\n")
    with pytest.raises(TableError, match="is longer than 20 MB"):
        load_user_tables((str(path),))


@PIPES
@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
def test_what_is_no_file(tmp_path: Path, kind: str) -> None:
    """A folder, a pipe that nobody writes into, a device that never ends: in the place of anything that is read."""
    path = tmp_path / "odd.toml"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    said = f"{path}: {'cannot be read (Is a directory)' if kind == 'folder' else 'is not a regular file'}"
    for load, error in ((load_user_tables, TableError), (load_user_frameworks, TableError)):
        with pytest.raises(error) as caught:
            load((str(path),))
        assert str(caught.value) == said
    with pytest.raises(BaselineError) as no_baseline:
        load_baseline(str(path))
    assert str(no_baseline.value) == f"{said}; write it with --write-baseline"
    for name in ("odd.toml", "odd.cfg"):
        if name == "odd.cfg":
            path.rename(tmp_path / name)
        with pytest.raises(ConfigError) as no_settings:
            load_settings({}, tmp_path, str(tmp_path / name))
        assert str(no_settings.value) == said.replace("odd.toml", name)
    (tmp_path / "odd.cfg").rename(tmp_path / ".flake8")
    assert load_settings({}, tmp_path).baseline == ""


def test_deep_settings(tmp_path: Path) -> None:
    """In the project's own file as well, and in a baseline."""
    path = tmp_path / "pyproject.toml"
    path.write_text(f"[tool.httpleak]\nselect = {'[' * 5000}{']' * 5000}\n")
    with pytest.raises(ConfigError, match=r"pyproject\.toml: is not TOML that can be read: it is nested too deeply"):
        load_settings({}, tmp_path)
    path.write_text("[" * 200_000)
    with pytest.raises(BaselineError, match="is no baseline; write it again with --write-baseline"):
        load_baseline(str(path))


@pytest.mark.parametrize("option", ["clients", "frameworks", "baseline"])
def test_paths_with_control_characters(flake8: Flake8, tmp_path: Path, option: str) -> None:
    """flake8 prints our line, so there is nothing in it that a terminal or a log would obey."""
    (tmp_path / "a.py").write_text("x = 1\n")
    done = flake8(f"--httpleak-{option}=./##[error]\x1b[31m.toml", "--isolated", "a.py")
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr
    assert "##[" not in done.stdout + done.stderr
    assert rf"httpleak-{option}: {tmp_path}/\x23#[error]\x1b[31m.toml: cannot be read (" in done.stdout + done.stderr


PATTERNS = [
    "!",
    "\\",
    "a\\",
    "[z-a]",
    "[a-\\d]",
    "[0--]",
    "*a*a*a*a*a*a*a*ab",
    "**/a/**/a/**/a/**/b",
    "\x1b\x00",
    "(?P<x",
    "[",
    "\udce9",
]


def test_patterns_of_git(tmp_path: Path) -> None:
    """A pattern that git would pass over, or that could take for ever, is passed over; the others count."""
    (tmp_path / ".git").mkdir()
    patterns = "\n".join([*PATTERNS, "gone.py", "*a*a*"])
    (tmp_path / ".gitignore").write_bytes(patterns.encode("utf-8", "surrogateescape"))
    deep = tmp_path / "/".join("a" * 50) / ("d" + "c" * 200)
    deep.mkdir(parents=True)
    for path in (tmp_path / "gone.py", tmp_path / "kept.py", deep / f"{'d' * 200}.py", deep / f"{'a' * 200}.py"):
        path.write_text("")
    began = time.perf_counter()
    found = list(discover([str(tmp_path)], load_settings({}, tmp_path, isolated=True)))
    assert found == [str(tmp_path / "kept.py"), str(deep / f"{'d' * 200}.py")]
    assert time.perf_counter() - began < 5


@PIPES
def test_a_pipe_of_patterns(tmp_path: Path) -> None:
    """Nobody waits for what it might say."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.py").write_text("")
    os.mkfifo(tmp_path / ".gitignore")
    assert list(discover([str(tmp_path)], load_settings({}, tmp_path, isolated=True))) == [str(tmp_path / "a.py")]
