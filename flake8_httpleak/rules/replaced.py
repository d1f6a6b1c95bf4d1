"""What tests put in the place of a library's own: `mock.patch("requests.Session")`. Nothing of it opens a connection."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.ownership.program import Program
from flake8_httpleak.ownership.values import Dotted
from flake8_httpleak.ownership.written import written, written_outside
from flake8_httpleak.source.names import imported
from flake8_httpleak.source.units import Unit

_WORDS = ("patch", "setattr")
_MODULES = ("unittest.mock.", "mock.")
_FIXTURES = ("mocker.patch", "monkeypatch.setattr")
"""Of pytest and its plugin: they come as parameters, so only their names tell what they are."""
_SETUPS = ("setUp", "asyncSetUp", "setup_method")
"""Methods that run before every test of their class."""


class Replacements:
    """The names that the functions of a file replace, by the function."""

    def __init__(self, program: Program) -> None:
        """Know of none yet."""
        self._program = program
        self._names: dict[Unit, frozenset[str]] = {}

    def cover(self, acquisition: Acquisition) -> bool:
        """Whether the function that makes a resource replaces what it calls for that, or the module of it."""
        unit = acquisition.function.unit
        if unit not in self._names:
            self._names[unit] = frozenset(self._replaced(unit))
        names = self._names[unit]
        called = written(acquisition.callee).split(".") if names else []
        return bool(called) and not names.isdisjoint((called[0], called[-1]))

    def _replaced(self, unit: Unit) -> Iterator[str]:
        """The last words of all that a function replaces, by its decorators, those of its class or what its class sets up too."""
        methods = unit.owner.methods if unit.owner is not None else {}
        units = {unit, *(methods[name] for name in _SETUPS if name in methods)}
        telling = [one for one in units if one.spells(_WORDS)]
        local = {name: dotted for one in telling for node in one.imports for name, dotted in imported(node)}
        nodes: list[ast.AST] = [node for one in telling for node in one.nodes]
        if unit.owner is not None:
            nodes += unit.owner.node.decorator_list
        for node in (one for root in nodes for one in ast.walk(root)):
            if isinstance(node, ast.Call) and self._replaces(node.func, local):
                texts = [one.value for one in node.args[:2] if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                yield from (text.rpartition(".")[2] for text in texts[:1])

    def _replaces(self, called: ast.expr, local: dict[str, str]) -> bool:
        """`patch` and `patch.object` of `unittest.mock`, however they were imported, and the fixtures that do the same."""
        first, dot, rest = written_outside(called).partition(".")
        value = self._program.lookup(first)
        name = local.get(first) or (value.name if isinstance(value, Dotted) else first)
        dotted = f"{name}{dot}{rest}"
        return dotted.startswith(_FIXTURES) or (dotted.startswith(_MODULES) and "patch" in dotted.split(".")[-2:])
