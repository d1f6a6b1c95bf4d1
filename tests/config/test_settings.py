"""Settings from every place, and what is said of bad ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_httpleak.config import ConfigError, Selection, Settings, load_settings
from flake8_httpleak.config.settings import EXCLUDE
from flake8_httpleak.diagnostics import Reclaim
from flake8_httpleak.options import Options


@pytest.fixture(autouse=True)
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder of its own, below another."""
    (tmp_path / "project" / "sub").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("HOME", str(tmp_path))


def load(**given: object) -> Settings:
    """Read what is there."""
    return load_settings({name.replace("_", "-"): value for name, value in given.items()}, Path.cwd())


def test_nothing() -> None:
    """The defaults are flake8's."""
    assert load() == Settings()


INI = """\
[flake8]
max-line-length = 100
select = HTL,E
extend-select = HTL9
ignore = HTL2,
    E501
extend_ignore = HTL301
exclude = build,sub/x.py
extend-exclude = *.bak
filename = *.py,*.pyi
disable-noqa = true
per-file-ignores =
    tests/*: HTL101,HTL102
    a.py,b.py:HTL2
httpleak-enable = HTL6
httpleak-clients = acme.toml, t/other.toml
httpleak_reclaim = collector
httpleak-baseline = base.json
"""


@pytest.mark.parametrize("name", ["setup.cfg", "tox.ini", ".flake8"])
def test_flake8_files(name: str) -> None:
    """Every key, from the folder above too."""
    here = Path.cwd()
    Path(name).write_text(INI)
    found = load_settings({}, here / "sub")
    assert found == Settings(
        Options(("HTL6", "HTL9"), ("acme.toml", f"{here}/t/other.toml"), Reclaim.COLLECTOR),
        Selection(
            ("HTL", "E"),
            ("HTL9",),
            ("HTL2", "E501", "HTL301"),
            ((f"{here}/tests/*", ("HTL101", "HTL102")), ("a.py", ("HTL2",)), ("b.py", ("HTL2",))),
        ),
        ("build", f"{here}/sub/x.py", "*.bak"),
        ("*.py", "*.pyi"),
        disable_noqa=True,
        baseline=f"{here}/base.json",
    )


def test_the_order_of_flake8_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first with a section of flake8's counts, and broken ones are passed over; the home directory's is left alone."""
    Path("../.flake8").write_text("[flake8]\nignore = HTL9\n")
    assert load().selection == Selection()
    monkeypatch.setenv("HOME", "/nobody")
    assert load().selection.ignore == ("HTL9",)
    Path(".flake8").write_text("[flake8]\nignore = HTL1\n")
    Path("tox.ini").write_text("no section\n")
    Path("setup.cfg").write_bytes(b"[flake8]\nignore = \xff\n")
    assert load().selection.ignore == ("HTL1",)
    Path("tox.ini").write_text("[flake8:local-plugins]\n")
    assert load() == Settings()
    Path("setup.cfg").write_text("[other]\n")
    Path("tox.ini").write_text("[flake8]\nignore = HTL2\n")
    assert load().selection.ignore == ("HTL2",)


def test_pyproject() -> None:
    """Dashes or underscores, lists, strings or tables, over flake8's files; `[tool.flake8]` where there is none of those."""
    Path("pyproject.toml").write_text(
        "[tool.flake8]\nignore = ['HTL5']\nunknown = 1\n[tool.httpleak]\nenable = ['HTL9']\nreclaim = 'never'\n"
        "extend_exclude = 'x,y'\n"
        "per-file-ignores = { 'tests/*' = ['HTL1'], 'a.py' = 'HTL2,HTL3' }\n"
        "disable_noqa = true\nhttpleak-clients = ['./a.toml']\n"
    )
    found = load()
    assert found.options == Options(("HTL9",), (str(Path.cwd() / "a.toml"),), Reclaim.NEVER)
    assert found.exclude == (*EXCLUDE, "x", "y")
    assert found.selection.ignore == ("HTL5",)
    assert found.selection.per_file == ((f"{Path.cwd()}/tests/*", ("HTL1",)), ("a.py", ("HTL2", "HTL3")))
    assert found.disable_noqa
    Path(".flake8").write_text("[flake8]\nhttpleak-enable = HTL6\nextend-ignore = HTL4\n")
    found = load_settings({}, Path("sub"))
    assert found.options.enable == ("HTL9",)
    assert found.selection.ignore == ("HTL4",)


def test_per_file_ignores_as_a_list() -> None:
    """As Flake8-pyproject has it."""
    Path("pyproject.toml").write_text("[tool.httpleak]\nper-file-ignores = ['a.py: HTL1', 'b.py: HTL2']\n")
    assert load().selection.per_file == (("a.py", ("HTL1",)), ("b.py", ("HTL2",)))


def test_the_command_line_wins() -> None:
    """Over every file; `--isolated` reads none, `--config` only its own."""
    Path(".flake8").write_text("[flake8]\nignore = HTL1\nhttpleak-enable = HTL6\n")
    assert load(ignore="HTL2", httpleak_enable="HTL9").selection.ignore == ("HTL2",)
    assert load_settings({}, Path.cwd(), isolated=True) == Settings()
    Path("other.cfg").write_text("[flake8]\nignore = HTL3\n")
    assert load_settings({}, Path.cwd(), "other.cfg").selection.ignore == ("HTL3",)
    Path("other.toml").write_text("[tool.httpleak]\nignore = ['HTL4']\n")
    assert load_settings({}, Path.cwd(), "other.toml").selection.ignore == ("HTL4",)
    Path("empty.cfg").write_text("[other]\n")
    assert load_settings({}, Path.cwd(), "empty.cfg") == Settings()
    Path("pyproject.toml").write_text("tool = 1\n")
    assert load(exclude="./x").exclude == (f"{Path.cwd()}/x",)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            ".flake8",
            "[flake8]\nignore = HTL1 # why\n",
            "{}/.flake8: [flake8] ignore: '#' is no code; put comments on lines of their own",
        ),
        (
            ".flake8",
            "[flake8]\nselect = HTL1011\n",
            "{}/.flake8: [flake8] select: 'HTL1011' is no code; write a code such as HTL101 or how one begins, such as HTL1",
        ),
        (
            ".flake8",
            "[flake8]\nhttpleak-enable = HTL8\n",
            "{}/.flake8: [flake8] httpleak-enable: no code begins with 'HTL8'; name a family (HTL6, HTL9) or a code (HTL601)",
        ),
        (
            "setup.cfg",
            "[flake8]\nhttpleak-reclaim = all\n",
            "{}/setup.cfg: [flake8] httpleak-reclaim: 'all' is not one of never, collector, reference",
        ),
        ("tox.ini", "[flake8]\ndisable-noqa = maybe\n", "{}/tox.ini: [flake8] disable-noqa: 'maybe' is neither true nor false"),
        (
            "tox.ini",
            "[flake8]\nhttpleak-enabel = HTL6\n",
            "{}/tox.ini: [flake8] httpleak-enabel: there is no such setting; did you mean 'httpleak-enable'?",
        ),
        (
            "tox.ini",
            "[flake8]\nper-file-ignores = a.py\n",
            "{}/tox.ini: [flake8] per-file-ignores: 'a.py' has no codes; write 'a.py: HTL101'",
        ),
        (
            "tox.ini",
            "[flake8]\nper-file-ignores = a.py: b.py: HTL1\n",
            "{}/tox.ini: [flake8] per-file-ignores: 'a.py' has no codes; write 'a.py: HTL101'",
        ),
        (
            "tox.ini",
            "[flake8]\nper-file-ignores = : HTL1\n",
            "{}/tox.ini: [flake8] per-file-ignores: a ':' with no file before it; write 'pattern: HTL101'",
        ),
        (
            "tox.ini",
            "[flake8]\nper-file-ignores = a.py: HTL1: HTL2\n",
            "{}/tox.ini: [flake8] per-file-ignores: a ':' with no file before it; write 'pattern: HTL101'",
        ),
        (
            "pyproject.toml",
            "[tool.httpleak]\nselekt = ['HTL1']\n",
            "{}/pyproject.toml: [tool.httpleak] selekt: there is no such setting; did you mean 'select'?",
        ),
        (
            "pyproject.toml",
            "[tool.httpleak]\nselect = 1\n",
            "{}/pyproject.toml: [tool.httpleak] select: expected a list of strings, got a number",
        ),
        (
            "pyproject.toml",
            "[tool.httpleak]\nreclaim = []\n",
            "{}/pyproject.toml: [tool.httpleak] reclaim: expected a string, got a list",
        ),
        (
            "pyproject.toml",
            "[tool.httpleak]\nbaseline = {}\n",
            "{}/pyproject.toml: [tool.httpleak] baseline: expected a path, got a table",
        ),
    ],
)
def test_bad_settings(name: str, text: str, said: str) -> None:
    """One line: file, section, key, what is wrong, what to write."""
    Path(name).write_text(text)
    with pytest.raises(ConfigError) as error:
        load()
    assert str(error.value) == said.format(Path.cwd())


def test_unknown_settings_list_the_known() -> None:
    """Where nothing is close."""
    Path("pyproject.toml").write_text("[tool.httpleak]\nzzzzzzzz = 1\n")
    with pytest.raises(ConfigError, match="zzzzzzzz: there is no such setting; known are select, "):
        load()


@pytest.mark.parametrize("name", ["missing.cfg", "missing.toml", "bad.cfg", "bad.toml"])
def test_bad_files(name: str) -> None:
    """A file that was asked for must be there and be what it says; broken TOML is always said."""
    Path("bad.cfg").write_text("x\n")
    Path("bad.toml").write_text("[x\n")
    with pytest.raises(ConfigError, match=rf"^{name}: "):
        load_settings({}, Path.cwd(), name)
    Path("pyproject.toml").write_text("[x\n")
    with pytest.raises(ConfigError, match="is not TOML"):
        load()


def test_bad_command_line() -> None:
    """Names the option."""
    with pytest.raises(ConfigError, match=r"^--reclaim: 'x' is not one of"):
        load(httpleak_reclaim="x")
    with pytest.raises(ConfigError, match=r"^--select: 'x' is no code"):
        load(select="x")


def test_ini_files_read_as_flake8_reads_them() -> None:
    """No interpolation."""
    Path(".flake8").write_text("[flake8]\nexclude = %(x)s\n")
    assert load().exclude == ("%(x)s",)
