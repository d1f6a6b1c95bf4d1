"""The adapter by itself: what it hands on, what it hides, how it fails, what it reads and refuses."""

from __future__ import annotations

import ast
import logging
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
from flake8.exceptions import ExecutionError

from flake8_httpleak.diagnostics import Diagnostic, Level, Position, Reclaim, Span
from flake8_httpleak.options import Options
from flake8_httpleak.plugin import LOG, Plugin
from tests.conftest import alone

SOURCE = "import requests\nr = requests.get(\n    u,\n    stream=True,\n)\n"
Analyse = Callable[[str, str, Options, ast.Module, frozenset[str]], list[Diagnostic]]


@pytest.fixture(autouse=True)
def fresh_settings() -> Iterator[None]:
    """Leave the class as it was: flake8 keeps the settings on it."""
    kept = Plugin.options, Plugin.roots, Plugin.obeys_noqa, Plugin.baseline
    yield
    Plugin.options, Plugin.roots, Plugin.obeys_noqa, Plugin.baseline = kept


@pytest.fixture
def analysis(monkeypatch: pytest.MonkeyPatch) -> Callable[[Analyse], None]:
    """Put a function in place of the analysis."""

    def replace(function: Analyse) -> None:
        module = ModuleType("flake8_httpleak.analyze")
        module.analyze = function  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)

    return replace


def finding(*lines: int) -> Diagnostic:
    """Make a finding on line 2, column 4, of a call that covers `lines`."""
    span = Span(Position(2, 4), Position(2, 20))
    first, last = lines or (2, 5)
    return Diagnostic("HTL101", "response-never-released", "say what", span, Level.SURE, Reclaim.REFERENCE, lines=(first, last))


def run(source: str) -> list[tuple[int, int, str, type[Plugin]]]:
    """Hand a file to the plugin as flake8 does."""
    return list(Plugin(ast.parse(source), "file.py", source.splitlines(keepends=True)).run())


def settings(**given: object) -> Namespace:
    """Make what flake8 passes to `parse_options`."""
    defaults: dict[str, object] = {
        "httpleak_enable": [],
        "httpleak_clients": [],
        "httpleak_frameworks": [],
        "httpleak_reclaim": "reference",
        "httpleak_baseline": "",
        "httpleak_fix_timeout": "10",
        "httpleak_fix_pool_size": "100",
        "select": None,
        "extend_select": None,
        "disable_noqa": False,
    }
    return Namespace(**{**defaults, **given})


def test_findings_are_handed_on(analysis: Callable[[Analyse], None]) -> None:
    """Line, column from 0, code and message; the analysis gets the text, flake8's own tree and what the gate found."""
    seen: list[tuple[str, str, str, frozenset[str]]] = []

    def analyse(source: str, filename: str, _: Options, tree: ast.Module, roots: frozenset[str]) -> list[Diagnostic]:
        seen.append((source, filename, ast.dump(tree), roots))
        return [finding()]

    analysis(analyse)
    assert run(SOURCE) == [(2, 4, "HTL101 say what", Plugin)]
    assert seen == [(SOURCE, "file.py", ast.dump(ast.parse(SOURCE)), frozenset({"requests"}))]


def test_no_client_no_analysis(analysis: Callable[[Analyse], None]) -> None:
    """A file that imports no client never gets to the analysis."""
    analysis(lambda *_: pytest.fail("analysed"))
    assert run("import os\n") == []


@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_noqa_on_any_line_of_the_call(analysis: Callable[[Analyse], None], number: int) -> None:
    """Formatters move comments."""
    analysis(lambda *_: [finding()])
    lines = SOURCE.splitlines()
    lines[number - 1] += "  # noqa: HTL101"
    assert run("\n".join(lines)) == []
    Plugin.obeys_noqa = False
    assert len(run("\n".join(lines))) == 1


def test_noqa_elsewhere_does_not_count(analysis: Callable[[Analyse], None]) -> None:
    """Only the lines of the call do; a call that names no lines has its first."""
    analysis(lambda *_: [finding()])
    assert len(run(SOURCE + "x = 1  # noqa: HTL101\n")) == 1
    analysis(lambda *_: [finding(0, 0)])
    assert len(run(SOURCE.replace("u,", "u,  # noqa"))) == 1
    assert run(SOURCE.replace("get(", "get(  # noqa")) == []
    analysis(lambda *_: [finding(2, 99)])
    assert len(run(SOURCE)) == 1


class NativePanicError(BaseException):
    """Stands for a panic of LibCST's parser, which is no Exception."""

    def __str__(self) -> str:
        """Must never be called: such a text can be endless."""
        raise AssertionError


@pytest.mark.parametrize("error", [KeyError, RecursionError, AttributeError, TypeError, NativePanicError])
def test_an_error_means_no_findings(
    error: type[BaseException],
    analysis: Callable[[Analyse], None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One debug line with the type's name and nothing else; HTTPLEAK_STRICT=1 raises."""

    def analyse(*_: object) -> list[Diagnostic]:
        raise error("x")

    analysis(analyse)
    monkeypatch.setenv("HTTPLEAK_STRICT", "0")
    with caplog.at_level(logging.DEBUG, LOG.name):
        assert run(SOURCE) == []
    assert [record.getMessage() for record in caplog.records] == [f"no findings for file.py: {error.__name__}"]
    monkeypatch.setenv("HTTPLEAK_STRICT", "1")
    with pytest.raises(error):
        run(SOURCE)


def test_interrupts_pass(analysis: Callable[[Analyse], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends the run."""

    def analyse(*_: object) -> list[Diagnostic]:
        raise KeyboardInterrupt

    analysis(analyse)
    monkeypatch.setenv("HTTPLEAK_STRICT", "0")
    with pytest.raises(KeyboardInterrupt):
        run(SOURCE)


def test_settings() -> None:
    """Everything off by default; opt-in codes by our own option and by flake8's selections, each once."""
    Plugin.parse_options(settings())
    assert Plugin.options == Options()
    Plugin.parse_options(
        settings(
            httpleak_enable=["HTL6"],
            select=["E", "HTL", "HTL901"],
            extend_select=["HTL6", "HTL9"],
            httpleak_reclaim="never",
            disable_noqa=True,
        )
    )
    assert Plugin.options == Options(("HTL6", "HTL901", "HTL9"), (), Reclaim.NEVER)
    assert not Plugin.obeys_noqa


@pytest.mark.parametrize("value", ["HTL8", "HTL0", "htl6", "HTL6011", "E1", "6", "HTLX", "HTL6\u0661"])
def test_bad_enable(value: str) -> None:
    """A code that no code of ours begins with names the option, the value and the way out."""
    with pytest.raises(ExecutionError, match=f"^httpleak-enable: no code begins with '{value}'; name a family"):
        Plugin.parse_options(settings(httpleak_enable=["HTL6", value]))


def test_bad_reclaim() -> None:
    """The allowed words are listed."""
    with pytest.raises(ExecutionError, match=r"^httpleak-reclaim: 'all' is not one of never, collector, reference$"):
        Plugin.parse_options(settings(httpleak_reclaim="all"))


def test_import_is_cheap() -> None:
    """The plugin brings neither LibCST nor msgspec nor a table; nor does a file without a client."""
    code = """
import ast, sys
from flake8_httpleak.plugin import Plugin
list(Plugin(ast.parse("import os"), "a.py", ["import os"]).run())
heavy = [name for name in sys.modules if name.split(".")[0] in {"libcst", "msgspec", "tomllib", "yaml"}]
ours = [name for name in sys.modules if name.startswith(("flake8_httpleak.clients", "flake8_httpleak.rules"))]
print(heavy + ours)
"""
    assert alone(code).strip() == "[]"


def test_the_collector_is_spared() -> None:
    """Full collections of a run don't look at LibCST again; a run without a client is left as it is."""
    code = """
import ast, gc
from flake8_httpleak.plugin import Plugin
for text in ("import os", "import requests", "import httpx"):
    list(Plugin(ast.parse(text), "a.py", [text]).run())
    print(gc.get_freeze_count() > 0, gc.isenabled())
"""
    assert alone(code).split("\n")[:-1] == ["False True", "True True", "True True"]


def test_formats_are_cheap_too() -> None:
    """All formats are imported in every run of flake8; what makes reports stays away until it is needed."""
    code = """
import sys
import flake8_httpleak.formatters
print([name for name in sys.modules if name.startswith(("flake8_httpleak.report", "flake8_httpleak.diagnostics"))])
"""
    assert alone(code).strip() == "[]"
