"""For the tests of this folder: a corpus of two small packages, and an analysis that reports every `requests.Session()`."""

from __future__ import annotations

import ast
import hashlib
import sys
import types
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import corpus
from flake8_httpleak.diagnostics import Diagnostic, Level, Position, Reclaim, Span
from flake8_httpleak.options import Options

SHOP = """import requests


class Shop:
    def __init__(self):
        self.session = requests.Session()

    def stop(self):
        pass


def load(url):
    session = requests.Session()
    return session.get(url).json()
"""
PLAIN = "def double(x):\n    return 2 * x\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a corpus with the packages `shop-api` 1.0 and `plain` 2.0, fetched but not unpacked."""
    (tmp_path / "dl").mkdir()
    files = {
        "shop_api-1.0-py3-none-any.whl": {"shop/api.py": SHOP, "shop/_vendor/copy.py": SHOP, "shop/data.txt": "x"},
        "plain-2.0-py3-none-any.whl": {"plain.py": PLAIN, "broken.py": "def (\n"},
    }
    sums = [_wheel(tmp_path / "dl" / name, members) for name, members in files.items()]
    pins = tmp_path / "corpus.toml"
    pins.write_text(
        f'packages = [{{ name = "shop-api", version = "1.0", sha256 = "{sums[0]}", speed = true }}, '
        f'{{ name = "plain", version = "2.0", sha256 = "{sums[1]}" }}]\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(corpus, "PINS", pins)
    monkeypatch.setattr(corpus, "RESERVED", tmp_path / "none.txt")
    monkeypatch.setenv("HTTPLEAK_CORPUS", str(tmp_path))
    monkeypatch.setenv("HTTPLEAK_STRICT", "1")
    return tmp_path


@pytest.fixture
def analysis(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Put a simple analysis in the place of ours; the function it gives sets what happens before each file."""
    before: list[Callable[[], None]] = [lambda: None]

    def analyze(source: str, filename: str, options: Options, tree: ast.Module | None = None) -> list[Diagnostic]:
        del filename, options
        before[0]()
        return [_diagnostic(node) for node in ast.walk(tree or ast.parse(source)) if _makes_session(node)]

    module = types.ModuleType("flake8_httpleak.analyze")
    vars(module)["analyze"] = analyze
    monkeypatch.setitem(sys.modules, "flake8_httpleak.analyze", module)

    def at_first(action: Callable[[], None]) -> None:
        before[0] = action

    return at_first


def _makes_session(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "requests.Session"


def _diagnostic(node: ast.AST) -> Diagnostic:
    assert isinstance(node, ast.Call)
    place = Position(node.lineno, node.col_offset)
    lines = (node.lineno, node.end_lineno or node.lineno)
    return Diagnostic("HTL201", "x", "never closed", Span(place, place), Level.SURE, Reclaim.REFERENCE, lines=lines)


def _wheel(path: Path, members: dict[str, str]) -> str:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return hashlib.sha256(path.read_bytes()).hexdigest()
