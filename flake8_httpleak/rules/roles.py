"""How often a function runs: for each request, again and again, only once, or nobody knows."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cached_property
from pathlib import PurePath

import libcst as cst

from flake8_httpleak.frameworks.catalog import Frameworks, load_frameworks
from flake8_httpleak.frameworks.model import Calls
from flake8_httpleak.ownership.program import FunctionInfo, Program
from flake8_httpleak.ownership.values import Dotted, Result
from flake8_httpleak.ownership.written import written
from flake8_httpleak.source.units import Unit


class Role(StrEnum):
    """Who calls a function, and how often."""

    HANDLER = "handler"
    HOT = "hot"
    ONCE = "once"
    LENDS = "lends"
    PLAIN = "plain"


class Roles:
    """The roles of the functions of one file."""

    def __init__(self, program: Program, filename: str, user: tuple[str, ...] = ()) -> None:
        """Look at a file; `user` are paths of the user's own framework tables."""
        self.program = program
        self.is_test_file = _is_test(filename)
        self._user = user
        self._known: dict[FunctionInfo, Role] = {}

    @cached_property
    def frameworks(self) -> Frameworks:
        """The tables that count here."""
        imported = {dotted for binding in self.program.names.bindings.values() for dotted in binding.imports}
        inner = {dotted for unit in self._importing for node in unit.imports for dotted in _imported(node)}
        return load_frameworks(frozenset(imported | inner), self._user)

    @property
    def _importing(self) -> Iterator[Unit]:
        """Units that may import something."""
        return (unit for unit in self.program.units.all if unit.spells(("import",)))

    def of(self, function: FunctionInfo) -> Role:
        """The role of a function; one inside another has the role of that, unless it has one of its own."""
        if function not in self._known:
            role = self._own(function)
            if role is Role.PLAIN and function.outer is not None:
                role = self.of(function.outer)
            self._known[function] = role
        return self._known[function]

    def _own(self, function: FunctionInfo) -> Role:
        if function.name.startswith("<") or self.is_test_file or _is_test_function(function):
            return Role.PLAIN if function.name == "<lambda>" else Role.ONCE
        frameworks = self.frameworks
        for role, tables in (
            (Role.LENDS, frameworks.lends),
            (Role.ONCE, frameworks.once),
            (Role.HANDLER, frameworks.handlers),
            (Role.HOT, frameworks.hot),
        ):
            if any(self._matches(function, table, role) for table in tables):
                return role
        return Role.ONCE if function.name in frameworks.starters else Role.PLAIN

    def has_own_loop(self, function: FunctionInfo) -> bool:
        """Whether a coroutine function stands inside a plain one that a framework calls: that runs an event loop for it."""
        while function.outer is not None and self._own(function) is Role.PLAIN:
            if function.is_async and not function.outer.is_async:
                return True
            function = function.outer
        return False

    def is_current(self, text: str) -> bool:
        """Whether a name of the module, with dots or without, means something else in each call: `flask.request`."""
        first, _, rest = text.partition(".")
        value = self.program.lookup(first)
        if isinstance(value, Result):
            return value.of in self.frameworks.current
        return isinstance(value, Dotted) and (f"{value.name}.{rest}" if rest else value.name) in self.frameworks.current

    def is_rare(self, function: FunctionInfo) -> bool:
        """Whether the names of a function and its class speak of something that happens now and then."""
        words = set(_words(function.qualified))
        return not words.isdisjoint(self.frameworks.rare)

    def _matches(self, function: FunctionInfo, table: Calls, role: Role) -> bool:
        return (
            self._is_decorated(function, table.decorators)
            or self._is_inherited(function, table.bases)
            or self._has_parameter(function, table.parameters)
            or function.name in self._registered(table)
            or (function.owner is None and function.outer is None and _is_named(function, table.names))
        ) and not (role is Role.LENDS and not function.is_generator)

    def _is_decorated(self, function: FunctionInfo, wanted: tuple[str, ...]) -> bool:
        for decorator in function.decorators:
            first, _, rest = decorator.partition(".")
            if rest and any(one.startswith("*.") and decorator.endswith(one[1:]) for one in wanted):
                return True
            value = self.program.lookup(first)
            if isinstance(value, Dotted) and (f"{value.name}.{rest}" if rest else value.name) in wanted:
                return True
        return False

    @staticmethod
    def _is_inherited(function: FunctionInfo, bases: dict[str, tuple[str, ...]]) -> bool:
        if function.owner is None:
            return False
        for base in function.owner.foreign_bases:
            methods = bases.get(base, ())
            if function.name in methods or ("*" in methods and not function.name.startswith("_")):
                return True
        return False

    def _has_parameter(self, function: FunctionInfo, wanted: tuple[str, ...]) -> bool:
        found = function.parameters
        if found is None or not wanted:
            return False
        annotations = [one.annotation.annotation for one in (*found.params, *found.kwonly_params) if one.annotation is not None]
        return any(self._dotted(one) in wanted for one in annotations)

    def _dotted(self, node: cst.BaseExpression) -> str:
        text = node.evaluated_value if isinstance(node, cst.SimpleString) else written(node)
        first, _, rest = text.partition(".") if isinstance(text, str) else ("", "", "")
        value = self.program.lookup(first) if first else None
        if not isinstance(value, Dotted):
            return ""
        return f"{value.name}.{rest}" if rest else value.name

    def _registered(self, table: Calls) -> frozenset[str]:
        """Names of functions that are given to a framework by a call."""
        words = [word for word in table.keywords if word in self._source]  # quicker than to look at every node
        by_keyword = {self._by_keyword[word] for word in words if word in self._by_keyword}
        by_place = self._given(table.registrars) if table.registrars else ()
        return frozenset().union(by_place, *by_keyword)

    @cached_property
    def _source(self) -> str:
        return "".join(self.program.units.lines)

    @cached_property
    def _by_keyword(self) -> dict[str, frozenset[str]]:
        """Names that calls are given, by their keywords."""
        found: dict[str, set[str]] = {}
        for node in ast.walk(self.program.tree):
            if isinstance(node, ast.keyword) and node.arg is not None and isinstance(node.value, ast.Name):
                found.setdefault(node.arg, set()).add(node.value.id)
        return {word: frozenset(names) for word, names in found.items()}

    def _given(self, registrars: dict[str, int]) -> Iterator[str]:
        suffixes = {name[1:]: place for name, place in registrars.items() if name.startswith("*.")}
        for text, dotted, node in self._calls:
            place = registrars.get(dotted)
            if place is None:
                place = next((number for suffix, number in suffixes.items() if text.endswith(suffix)), None)
            if place is not None and place < len(node.args):
                given = node.args[place]
                if isinstance(given, ast.Name | ast.Attribute):
                    yield given.id if isinstance(given, ast.Name) else given.attr

    @cached_property
    def _calls(self) -> list[tuple[str, str, ast.Call]]:
        """Every call with a name or an attribute among its arguments: as written, by its full name, the node."""
        found: list[tuple[str, str, ast.Call]] = []
        for node in ast.walk(self.program.tree):
            if isinstance(node, ast.Call) and any(isinstance(one, ast.Name | ast.Attribute) for one in node.args):
                value = self.program.expression(node.func)
                found.append((_text(node.func), value.name if isinstance(value, Dotted) else "", node))
        return found


def _text(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "?")
    return ".".join(reversed(parts))


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif node.module:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_named(function: FunctionInfo, names: dict[str, int]) -> bool:
    count = names.get(function.name)
    return count is not None and (count == 0 or len(function.parameter_names) == count)


def _is_test(filename: str) -> bool:
    path = PurePath(filename)
    name = path.name
    if name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py":
        return True
    return any(part in ("tests", "test", "testing") for part in path.parts[:-1])


def _is_test_function(function: FunctionInfo) -> bool:
    owner = function.owner.name.rpartition(".")[2] if function.owner is not None else ""
    return function.name.startswith("test_") or owner.startswith("Test")


def _words(name: str) -> Iterable[str]:
    """The words of a name: `sendAlert`, `send_alert` and `SendAlert` have the same."""
    word = ""
    for letter in name:
        if letter in "_." or (letter.isupper() and word and not word[-1].isupper()):
            if word:
                yield word.lower()
            word = "" if letter in "_." else letter
        else:
            word += letter
    if word:
        yield word.lower()
