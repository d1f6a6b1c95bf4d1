"""What tests put in the place of a library's own: `mock.patch("requests.Session")`. Nothing of it opens a connection."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.ownership.written import written, written_outside
from flake8_httpleak.source.units import Unit

_WORDS = ("patch", "setattr")


class Replacements:
    """The names that the functions of a file replace, by the function."""

    def __init__(self) -> None:
        """Know of none yet."""
        self._names: dict[Unit, frozenset[str]] = {}

    def cover(self, acquisition: Acquisition) -> bool:
        """Whether the function that makes a resource replaces what it calls for that, or the module of it."""
        unit = acquisition.function.unit
        if unit not in self._names:
            self._names[unit] = frozenset(_replaced(unit))
        names = self._names[unit]
        called = written(getattr(acquisition.node, "func", acquisition.node)).split(".") if names else []
        return bool(called) and not names.isdisjoint((called[0], called[-1]))


def _replaced(unit: Unit) -> Iterator[str]:
    """The last words of all that a function replaces, itself, by its decorators or by those of its class."""
    nodes: list[ast.AST] = [*unit.nodes] if unit.spells(_WORDS) else []
    if unit.owner is not None:
        nodes += unit.owner.node.decorator_list
    for node in (one for root in nodes for one in ast.walk(root)):
        if isinstance(node, ast.Call) and _replaces(node.func):
            texts = [one.value for one in node.args[:2] if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            yield from (text.rpartition(".")[2] for text in texts[:1])


def _replaces(called: ast.expr) -> bool:
    """`patch`, `mock.patch`, `mocker.patch.object`, `monkeypatch.setattr`."""
    words = written_outside(called).split(".")
    return "patch" in words[-2:] or words[-2:] == ["monkeypatch", "setattr"]
