"""What tests put in the place of a library's own, or of the network below it. Nothing of it opens a connection.

The first is done by `mock.patch("requests.Session")`, the second by libraries that answer requests: `@aioresponses()`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.ownership.program import Program
from flake8_httpleak.ownership.values import Dotted
from flake8_httpleak.ownership.written import written, written_outside
from flake8_httpleak.rules.roles import Roles
from flake8_httpleak.source.names import imported
from flake8_httpleak.source.units import Unit

_WORDS = ("patch", "setattr")
_MODULES = ("unittest.mock.", "mock.")
_FIXTURES = ("mocker.patch", "monkeypatch.setattr")
"""Of pytest and its plugin: they come as parameters, so only their names tell what they are."""
_SETUPS = ("setUp", "asyncSetUp", "setup_method")
"""Methods that run before every test of their class."""


class Replacements:
    """The names that the functions of a file replace, and the libraries whose requests never leave them, by the function."""

    def __init__(self, program: Program, roles: Roles) -> None:
        """Know of none yet."""
        self._program = program
        self._roles = roles
        self._names: dict[Unit, frozenset[str]] = {}
        self._libraries: dict[Unit, frozenset[str]] = {}

    def cover(self, acquisition: Acquisition) -> bool:
        """Whether the function that makes a resource replaces what it calls for that, the module of it, or the network."""
        unit = acquisition.function.unit
        if unit not in self._names:
            telling = _telling(unit)
            self._names[unit] = frozenset(self._replaced(unit, telling))
            self._libraries[unit] = frozenset(self._answered(unit, telling))
        if acquisition.kind.library in self._libraries[unit]:
            return True
        names = self._names[unit]
        called = written(acquisition.callee).split(".") if names else []
        return bool(called) and not names.isdisjoint((called[0], called[-1]))

    def _replaced(self, unit: Unit, units: list[Unit]) -> Iterator[str]:
        """The last words of all that a function replaces, by its decorators, those of its class or what its class sets up too."""
        telling = [one for one in units if one.spells(_WORDS)]
        local = _imports(telling)
        for node in _nodes(unit, telling):
            if isinstance(node, ast.Call) and self._replaces(node.func, local):
                texts = [one.value for one in node.args[:2] if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                yield from (text.rpartition(".")[2] for text in texts[:1])

    def _replaces(self, called: ast.expr, local: dict[str, str]) -> bool:
        """`patch` and `patch.object` of `unittest.mock`, however they were imported, and the fixtures that do the same."""
        dotted = self._dotted(called, local)
        return dotted.startswith(_FIXTURES) or (dotted.startswith(_MODULES) and "patch" in dotted.split(".")[-2:])

    def _answered(self, unit: Unit, units: list[Unit]) -> Iterator[str]:
        """The libraries whose requests are answered in the place of the network while a function runs."""
        stand_ins = self._roles.frameworks.stand_ins
        if not stand_ins:
            return
        local = _imports(units)
        for node in _nodes(unit, units):
            if isinstance(node, ast.Name | ast.Attribute):
                yield from stand_ins.get(self._dotted(node, local), ())

    def _dotted(self, node: ast.expr, local: dict[str, str]) -> str:
        """The full name of something, by the imports of the module and by those of the functions that speak of it."""
        first, dot, rest = written_outside(node).partition(".")
        value = self._program.lookup(first)
        name = local.get(first) or (value.name if isinstance(value, Dotted) else first)
        return f"{name}{dot}{rest}"


def _telling(unit: Unit) -> list[Unit]:
    """A function, and those of its class that run before each of its tests."""
    methods = unit.owner.methods if unit.owner is not None else {}
    return [unit, *(methods[name] for name in _SETUPS if name in methods and methods[name] is not unit)]


def _imports(units: list[Unit]) -> dict[str, str]:
    return {name: dotted for one in units for node in one.imports for name, dotted in imported(node)}


def _nodes(unit: Unit, units: list[Unit]) -> Iterator[ast.AST]:
    """All that stands in some functions, and in the decorators of a class."""
    roots: list[ast.AST] = [node for one in units for node in one.nodes]
    if unit.owner is not None:
        roots += unit.owner.node.decorator_list
    return (one for root in roots for one in ast.walk(root))
