"""python-lsp-server: its flake8 plugin shows our findings, our plugin offers what can be done about them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from flake8_httpleak.lsp.pylsp import Data, pylsp_code_actions
from tests.editors.plain import Message, PlainClient
from tests.editors.test_flake8_callers import MESSAGE, TEXT
from tests.lsp.conftest import FIXER

FIXED = TEXT.replace("    return", "    response.close()\n    return")


@pytest.fixture
def pylsp(tmp_path: Path) -> Iterator[PlainClient]:
    """A server that shows what flake8 says and nothing else."""
    client = PlainClient([sys.executable, "-m", "pylsp"], tmp_path)
    off = {name: {"enabled": False} for name in ("pycodestyle", "pyflakes", "mccabe")}
    flake8 = {"enabled": True, "executable": str(Path(sys.executable).with_name("flake8"))}
    client.tell("workspace/didChangeConfiguration", {"settings": {"pylsp": {"plugins": {**off, "flake8": flake8}}}})
    yield client
    assert client.end() == 0


def place(line: int, character: int) -> Data:
    """A range without length."""
    at = {"line": line, "character": character}
    return {"start": at, "end": at}


def test_the_real_server(pylsp: PlainClient, tmp_path: Path) -> None:
    """The finding is on its line, at its column, with its code; the actions come from our entry point."""
    file = tmp_path / "a.py"
    file.write_text(TEXT)
    document = {"uri": file.as_uri(), "languageId": "python", "version": 1, "text": TEXT}
    pylsp.tell("textDocument/didOpen", {"textDocument": document})

    def has_ours(message: Message) -> bool:
        found = message.get("params", {}).get("diagnostics", [])
        return message.get("method") == "textDocument/publishDiagnostics" and any(one["code"] == "HTL101" for one in found)

    (one,) = pylsp.wait(has_ours)["params"]["diagnostics"]
    assert (one["source"], one["code"], one["message"]) == ("flake8", "HTL101", f"HTL101 {MESSAGE}")
    assert one["range"]["start"] == {"line": 4, "character": 15}
    asked = {"textDocument": {"uri": file.as_uri()}, "range": place(5, 0), "context": {"diagnostics": [one]}}
    offered = pylsp.request("textDocument/codeAction", asked)
    ignore = next(action for action in offered if action["title"].startswith("Ignore HTL101"))
    (edit,) = ignore["edit"]["changes"][file.as_uri()]
    assert (edit["newText"], edit["range"]) == ("  # noqa: HTL101", place(4, 28))


def actions(text: str, line: int, folder: Path, root: str | None = None) -> list[Data]:
    """What our plugin offers on a line."""
    path = folder / "a.py"
    document = SimpleNamespace(source=text, path=str(path), uri=path.as_uri())
    found: list[Data] = pylsp_code_actions(None, SimpleNamespace(root_path=root), document, place(line, 0), {})
    return found


def test_fixes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each fix, the safe one first and preferred."""
    scope: dict[str, object] = {}
    exec(FIXER.partition("module = ")[0], scope)  # noqa: S102 - the stand-in that the server's tests use
    monkeypatch.setitem(sys.modules, "flake8_httpleak.fixes", SimpleNamespace(fixes_for=scope["fixes_for"]))
    close, forget, ignore = actions(TEXT, 4, tmp_path)
    assert [one["title"] for one in (close, forget)] == ["Close it", "Forget it (unsafe)"]
    assert [one.get("isPreferred") for one in (close, forget, ignore)] == [True, None, None]
    assert close["kind"] == "quickfix"
    assert list(close["edit"]["changes"]) == [(tmp_path / "a.py").as_uri()]
    assert actions(TEXT, 0, tmp_path) == []


def test_settings(tmp_path: Path) -> None:
    """Those of the workspace; nothing where they cannot be read, and nothing for what is no text of Python."""
    file = tmp_path / "pyproject.toml"
    assert len(actions(TEXT, 4, tmp_path, str(tmp_path))) >= 1
    file.write_text("[tool.httpleak]\nignore = ['HTL101']\n")
    assert actions(TEXT, 4, tmp_path, str(tmp_path)) == []
    file.write_text("[tool.httpleak\n")
    assert actions(TEXT, 4, tmp_path, str(tmp_path)) == []
    file.unlink()
    assert actions(TEXT + "\0", 4, tmp_path) == []
    assert actions(TEXT + "def (", 4, tmp_path) == []


def test_failures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of ours offers nothing, and one in the fixes leaves the comment."""

    def fail(*_: object) -> None:
        raise KeyError

    monkeypatch.setitem(sys.modules, "flake8_httpleak.fixes", SimpleNamespace(fixes_for=fail))
    assert [one["title"][:6] for one in actions(TEXT, 4, tmp_path)] == ["Ignore"]
    monkeypatch.setattr("flake8_httpleak.lsp.worker.check_bytes", fail)
    assert actions(TEXT, 4, tmp_path) == []
