"""Settings: of configuration files, of the editor, and what happens when either changes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from lsprotocol import types

from flake8_httpleak.cli.main import main
from tests.lsp.editor import LEAK, Editor, capabilities
from tests.lsp.test_hover import OWN

NO_TIMEOUT = "import requests\n\n\ndef f(u):\n    return requests.get(u).json()\n"
ACME = "import acme.http\n\n\ndef f():\n    acme.http.Client().fetch(1)\n"
JOBS = 'name = "jobs"\n[handlers]\ndecorators = ["*.worker"]\n'
WORKER = """
import requests


@queue.worker
def on_message(message):
    with requests.Session() as session:
        return session.post("https://api.example.com/", data=message, timeout=5)
"""


def codes(found: object) -> list[str]:
    """The codes of some findings."""
    return [str(one.code) for one in found]  # type: ignore[attr-defined]


def test_files(editor: Editor) -> None:
    """flake8's files and `[tool.httpleak]` of the workspace, whatever folder the server runs in."""
    (editor.folder / "setup.cfg").write_text("[flake8]\nper-file-ignores =\n    sub/a.py: HTL1\n")
    (editor.folder / "pyproject.toml").write_text("[tool.httpleak]\nenable = ['HTL601']\n")
    editor.start()
    assert codes(editor.open(NO_TIMEOUT)) == ["HTL601"]
    assert codes(editor.open(LEAK, "b.py")) == ["HTL101"]
    assert codes(editor.open(LEAK, "sub/a.py")) == []


def test_the_editor_over_files(editor: Editor) -> None:
    """What the editor says counts more; names may be written in either way; null is nothing."""
    (editor.folder / "pyproject.toml").write_text("[tool.httpleak]\nenable = ['HTL601']\n")
    editor.start(options={"enable": ["HTL602"], "extend-ignore": "HTL101", "select": None, "perFileIgnores": {"c.py": ["HTL6"]}})
    assert codes(editor.open(NO_TIMEOUT)) == []
    assert codes(editor.open(LEAK, "b.py")) == []


def test_another_file(editor: Editor) -> None:
    """The editor names the file to read."""
    (editor.folder / "pyproject.toml").write_text("[tool.httpleak]\nenable = ['HTL601']\n")
    (editor.folder / "other.toml").write_text("[tool.httpleak]\nignore = ['HTL101']\n")
    editor.start(options={"configuration": "other.toml"})
    assert codes(editor.open(NO_TIMEOUT)) == []
    assert codes(editor.open(LEAK, "b.py")) == []


@pytest.mark.parametrize("watches", [True, False])
def test_a_file_changes(editor: Editor, monkeypatch: pytest.MonkeyPatch, *, watches: bool) -> None:
    """Everything that is open is looked at anew: told by the editor, or seen within seconds."""
    file = editor.folder / "pyproject.toml"
    editor.start(capabilities(watches=watches))
    assert codes(editor.open(NO_TIMEOUT)) == []
    editor.pause(0.2)
    file.write_text("[tool.httpleak]\nenable = ['HTL601']\n")
    if watches:
        patterns = [one["globPattern"] for one in _watchers(editor)]
        assert patterns == ["**/setup.cfg", "**/tox.ini", "**/.flake8", "**/*.toml", "**/*.json"]
        change = types.FileEvent(file.as_uri(), types.FileChangeType.Created)
        editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
    assert codes(editor.next("a.py").diagnostics) == ["HTL601"]
    if watches:
        editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([]))
        assert not editor.has_news()


def _watchers(editor: Editor) -> list[dict[str, str]]:
    (one,) = editor.registered
    options = one.register_options
    assert one.method == "workspace/didChangeWatchedFiles"
    return [{"globPattern": getattr(found, "glob_pattern", None) or found["globPattern"]} for found in _options(options)]


def _options(options: object) -> list[dict[str, str]]:
    return list(getattr(options, "watchers", None) or options["watchers"])  # type: ignore[index]


def test_an_editor_that_refuses(editor: Editor) -> None:
    """It says that it can be asked and can watch, and does neither: what it said at the start counts, and files are seen."""
    editor.refuses = True
    editor.start(capabilities(configuration=True, watches=True), options={"ignore": ["HTL101"]})
    assert codes(editor.open()) == []
    assert codes(editor.open(NO_TIMEOUT, "b.py")) == []
    (editor.folder / "pyproject.toml").write_text("[tool.httpleak]\nenable = ['HTL601']\n")
    found = {said.uri: codes(said.diagnostics) for said in (editor.next(), editor.next())}
    assert found == {editor.uri("a.py"): [], editor.uri("b.py"): ["HTL601"]}
    assert editor.shown == []


def test_own_tables(editor: Editor) -> None:
    """The user's tables are read, read again when they change, and what is wrong with them is said once, in one line."""
    table = editor.folder / "acme.toml"
    table.write_text(OWN)
    (editor.folder / "setup.cfg").write_text("[flake8]\nhttpleak-clients = acme.toml\n")
    editor.start()
    assert codes(editor.open(ACME)) == ["HTL201"]
    table.write_text(OWN.replace('"client"', '"klient"'))
    for version in (2, 3):
        editor.type(ACME + "#" * version)
        assert codes(editor.next("a.py").diagnostics) == []
    (said,) = editor.shown
    assert said.startswith(f"httpleak: clients: {table}:5: kinds.Client.role: ")
    table.write_text(OWN.replace('"client"', '"inert"'))
    editor.type(ACME + "####")
    assert codes(editor.next("a.py").diagnostics) == []
    table.write_text(OWN)
    editor.type(ACME + "#####")
    assert codes(editor.next("a.py").diagnostics) == ["HTL201"]
    assert len(editor.shown) == 1


def test_a_baseline(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known findings are not shown; a baseline that cannot be read is said."""
    monkeypatch.chdir(editor.folder)
    monkeypatch.setenv("HOME", str(editor.folder))
    (editor.folder / "a.py").write_text(LEAK)
    assert main(["check", "--baseline=known.json", "--write-baseline", "a.py"]) == 0
    (editor.folder / "pyproject.toml").write_text("[tool.httpleak]\nbaseline = 'known.json'\n")
    editor.start()
    assert codes(editor.open()) == []
    assert codes(editor.open(LEAK.replace("get", "post"), "b.py")) == ["HTL101"]
    (editor.folder / "known.json").write_text("{")
    editor.type("\n" + LEAK)
    assert codes(editor.next("a.py").diagnostics) == ["HTL101"]
    assert [line.partition("/ws/")[2] for line in editor.shown] == [
        "known.json: is no baseline; write it again with --write-baseline"
    ]


def test_left_out(editor: Editor) -> None:
    """What flake8 leaves out, and what is in a folder that it leaves out; its text is not described either."""
    editor.start(options={"extendExclude": ["vendored"]})
    assert codes(editor.open(LEAK, "vendored/deep/a.py")) == []
    assert editor.hover(4, 17, "vendored/deep/a.py") is None
    assert codes(editor.open(LEAK, ".tox/py/a.py")) == []
    assert codes(editor.open(LEAK, "b.py")) == ["HTL101"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"selct": ["HTL1"]}, "setting httpleak.selct: there is no such setting; did you mean 'select'?"),
        ({"zzz": 1}, "setting httpleak.zzz: there is no such setting; known are select, extend-select, "),
        ({"enable": ["X1"]}, "setting httpleak.enable: no code begins with 'X1'; name a family (HTL6, HTL9) or a code (HTL601)"),
        ({"select": 7}, "setting httpleak.select: expected a list of strings, got a number"),
        ({"debounce": "fast"}, "setting httpleak.debounce: expected a whole number of milliseconds"),
        ({"debounce": True}, "setting httpleak.debounce: expected a whole number of milliseconds"),
        ({"configuration": 1}, "setting httpleak.configuration: expected a path"),
    ],
)
def test_a_wrong_setting(editor: Editor, options: dict[str, object], said: str) -> None:
    """One line for the user, and the defaults until it is mended."""
    editor.start(options=options)
    assert codes(editor.open()) == ["HTL101"]
    editor.type(LEAK + "\n")
    editor.next("a.py")
    assert len(editor.shown) == 1
    assert editor.shown[0].startswith(f"httpleak: {said}")


def test_a_broken_file(editor: Editor) -> None:
    """The same for a configuration file; mended, it counts."""
    file = editor.folder / "pyproject.toml"
    file.write_text("[tool.httpleak\n")
    editor.start()
    assert codes(editor.open()) == ["HTL101"]
    assert editor.shown[0].startswith(f"httpleak: {file}: is not TOML: ")
    file.write_text("[tool.httpleak]\nignore = ['HTL1']\n")
    editor.type(LEAK + "\n")
    assert codes(editor.next("a.py").diagnostics) == []


def test_the_editor_is_asked(editor: Editor) -> None:
    """At the start, and whenever it says that its settings have changed."""
    editor.settings = {"ignore": ["HTL101"]}
    editor.start(capabilities(configuration=True), options={"enable": ["HTL601"]})
    editor.pause(1.0)
    assert codes(editor.open()) == []
    assert codes(editor.open(NO_TIMEOUT, "b.py")) == ["HTL601"]
    editor.settings = None
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
    found = {said.uri: codes(said.diagnostics) for said in (editor.next(), editor.next())}
    assert found == {editor.uri("a.py"): ["HTL101"], editor.uri("b.py"): ["HTL601"]}
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
    assert not editor.has_news()


@pytest.mark.parametrize("settings", [{"httpleak": {"ignore": "HTL101"}}, {"ignore": "HTL101"}])
def test_the_editor_says_it(editor: Editor, settings: dict[str, object]) -> None:
    """Editors that cannot be asked send their settings, all or only ours."""
    editor.start()
    assert codes(editor.open()) == ["HTL101"]
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=settings))
    assert codes(editor.next("a.py").diagnostics) == []


def test_folders(editor: Editor) -> None:
    """The nearest folder of the workspace counts, those that are added later too; without any, the file's own."""
    inner = editor.folder / "inner"
    inner.mkdir()
    (editor.folder / "setup.cfg").write_text("[flake8]\nextend-ignore = HTL6\n")
    (inner / "setup.cfg").write_text("[flake8]\nextend-ignore = HTL1\n")
    editor.start()
    assert codes(editor.open(LEAK, "inner/a.py")) == ["HTL101"]
    added = types.WorkspaceFoldersChangeEvent([types.WorkspaceFolder(inner.as_uri(), "inner")], [])
    editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(added))
    assert codes(editor.next("inner/a.py").diagnostics) == []
    outside = editor.folder.parent / "outside.py"
    assert codes(editor.open(LEAK, outside.as_uri())) == ["HTL101"]


def test_a_root_alone(editor: Editor) -> None:
    """Older editors name one root and no folders; a folder that is not there does no harm."""
    (editor.folder / "setup.cfg").write_text("[flake8]\nextend-ignore = HTL1\n")
    editor.start(folders=False)
    assert codes(editor.open(LEAK, "sub/a.py")) == []
    assert codes(editor.open(LEAK, Path(os.sep, "no", "such", "a.py").as_uri())) == ["HTL101"]


def test_own_frameworks(editor: Editor) -> None:
    """Framework tables are read, read again when they change, and what is wrong with them is said once, in one line."""
    table = editor.folder / "jobs.toml"
    table.write_text(JOBS)
    (editor.folder / "setup.cfg").write_text("[flake8]\nhttpleak-frameworks = jobs.toml\n")
    editor.start()
    assert codes(editor.open(WORKER)) == ["HTL302"]
    table.write_text(JOBS.replace("decorators", "decorator"))
    editor.type(WORKER + "#")
    assert codes(editor.next("a.py").diagnostics) == []
    (said,) = editor.shown
    assert said.startswith(f"httpleak: frameworks: {table}:3: handlers.decorator: unknown key; ")
    table.write_text(JOBS)
    editor.type(WORKER + "##")
    assert codes(editor.next("a.py").diagnostics) == ["HTL302"]
    assert len(editor.shown) == 1
