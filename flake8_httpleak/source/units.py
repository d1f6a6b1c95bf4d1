"""A file cut into units, the pieces that are parsed one at a time: functions, methods and other statements.

A module is a list of statements whose lines flake8's `ast` gives. A class is cut into its statements as well, so that one
method of a class of a thousand lines can be looked at alone. LibCST parses a unit when the analysis first asks for its tree.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_httpleak.source.mentions import Mentions, mentions_of
from flake8_httpleak.source.trees import TREES, Tree

if TYPE_CHECKING:
    import libcst as cst

MAX_DEPTH = 150
"""Deepest nesting of `ast` nodes that is handed to LibCST; far below where its parser overflows the native stack."""
MAX_LENGTH = 2_000_000
"""Longest text of a unit that is parsed, in characters."""

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(eq=False, slots=True)
class ClassScope:
    """A class of the module's level, or of a class of it."""

    node: ast.ClassDef
    owner: ClassScope | None
    units: list[Unit] = field(default_factory=list)
    classes: dict[str, ClassScope] = field(default_factory=dict)
    methods: dict[str, Unit] = field(default_factory=dict)
    """By name; the last definition of a name counts, properties' setters excepted."""

    @property
    def name(self) -> str:
        """The class's name with those of the classes around it, `Outer.Inner`."""
        return f"{self.owner.name}.{self.node.name}" if self.owner else self.node.name


@dataclass(eq=False)
class Unit:
    """Statements that are parsed together: one, or several that share a line."""

    nodes: list[ast.stmt]
    owner: ClassScope | None
    lines: list[str] = field(repr=False)
    """All lines of the file."""
    first: int
    last: int

    @cached_property
    def function(self) -> FunctionNode | None:
        """The function that this unit defines, if it is one."""
        node = self.nodes[0]
        return node if isinstance(node, FunctionNode) else None

    @property
    def names(self) -> set[str]:
        """Every name that is mentioned: variables, and words inside annotations that are strings."""
        return self.mentions.names

    @property
    def attributes(self) -> set[str]:
        """Every attribute that is mentioned."""
        return self.mentions.attributes

    @property
    def keywords(self) -> set[str]:
        """Every keyword that a call names, and every short string: keys of dictionaries that become keywords."""
        return self.mentions.keywords

    @property
    def imports(self) -> list[ast.Import | ast.ImportFrom]:
        """Imports anywhere inside."""
        return self.mentions.imports

    def spells(self, words: Iterable[str]) -> bool:
        """Whether one of some names stands in the text: if not, nothing of that name is mentioned.

        To look at the text is far quicker than to look at the nodes. A name beyond ASCII can be spelled in other letters, so
        where there are any the answer is yes.
        """
        text = self.text
        return not text.isascii() or any(word in text for word in words)

    @cached_property
    def mentions(self) -> Mentions:
        """All that it speaks of."""
        return TREES.mentions(self.text, lambda: mentions_of(self.nodes))

    @cached_property
    def body(self) -> tuple[cst.BaseStatement, ...]:
        """The statements as LibCST sees them; empty if they nest too deep, are too long, or LibCST cannot read them."""
        module = self.module
        if module is None:
            return ()
        if self.owner is None:
            return tuple(module.body)
        around = module.body[0].body  # of the class that `text` puts around it
        return tuple(around.body)  # type: ignore[union-attr,arg-type] # a block, as the text says

    @property
    def module(self) -> cst.Module | None:
        """The tree of `text`, or None where `body` is empty."""
        return self.tree.module if self.tree is not None else None

    @cached_property
    def tree(self) -> Tree | None:
        """The same with what is known of it."""
        if not self._is_tame():
            return None
        import libcst as cst

        try:
            return TREES.parse(self.text)
        except (cst.ParserSyntaxError, ValueError, RecursionError):  # never its text: it can be endless
            return None

    @cached_property
    def text(self) -> str:
        """The unit's lines. Those of a class stand below a line `class _:`, so that their columns stay what they are."""
        lines = "".join(self.lines[self.first - 1 : self.last])
        lines = lines if lines.endswith("\n") else f"{lines}\n"
        return f"class _:\n{lines}" if self.owner else lines

    @property
    def offset(self) -> int:
        """What to add to a line of `text` to get the line of the file."""
        return self.first - (2 if self.owner else 1)

    def _is_tame(self) -> bool:
        """Whether LibCST's recursive parser can be trusted with this unit."""
        if sum(map(len, self.lines[self.first - 1 : self.last])) > MAX_LENGTH:
            return False
        if self.mentions.depth <= MAX_DEPTH:
            return True
        level: list[ast.AST] = list(self.nodes)
        for _ in range(MAX_DEPTH):
            if not level:
                return True
            level = [child for node in level for child in ast.iter_child_nodes(node)]
        return False


class Units:
    """All units of a file, its functions and classes by name."""

    def __init__(self, tree: ast.Module, lines: list[str]) -> None:
        """Cut up a module.

        tree: as flake8 parsed it, not changed. lines: the file's lines, split at line feeds only.
        """
        self.lines = lines
        self.all: list[Unit] = []
        self.classes: dict[str, ClassScope] = {}
        self.functions: dict[str, Unit] = {}
        self._cut(tree.body, None)

    def _cut(self, body: list[ast.stmt], owner: ClassScope | None) -> None:
        previous: Unit | None = None
        for node in body:
            if isinstance(node, ast.ClassDef):
                previous = None
                self._cut_class(node, owner)
                continue
            first, last = _lines_of(node)
            if previous is not None and first <= previous.last:
                previous.nodes.append(node)
                previous.last = max(last, previous.last)
                continue
            previous = Unit([node], owner, self.lines, first, last)
            self._add(previous, owner)

    def _add(self, unit: Unit, owner: ClassScope | None) -> None:
        self.all.append(unit)
        node = unit.nodes[0]
        if owner is not None:
            owner.units.append(unit)
            if isinstance(node, FunctionNode) and not _is_accessor(node):
                owner.methods[node.name] = unit
        elif isinstance(node, FunctionNode):
            self.functions[node.name] = unit

    def _cut_class(self, node: ast.ClassDef, owner: ClassScope | None) -> None:
        if node.body[0].lineno == node.lineno:  # `class A: x = 1`, all on the line of the header
            return
        scope = ClassScope(node, owner)
        (owner.classes if owner else self.classes)[node.name] = scope
        self._cut(node.body, scope)

    @cached_property
    def rebound(self) -> frozenset[str]:
        """Names of the module that functions assign."""
        return frozenset(name for unit in self.all if unit.spells(("global",)) for name in unit.mentions.rebinds)

    def every_class(self) -> Iterator[ClassScope]:
        """All classes, those inside others too."""
        waiting = list(self.classes.values())
        while waiting:
            scope = waiting.pop()
            yield scope
            waiting.extend(scope.classes.values())


def receiver_of(function: FunctionNode | None) -> str:
    """The name of a function's first parameter, `self` in a method; empty if there is none."""
    arguments = function.args if function is not None else None
    return next((one.arg for one in (*arguments.posonlyargs, *arguments.args)), "") if arguments is not None else ""


def _lines_of(node: ast.stmt) -> tuple[int, int]:
    first = min((found.lineno for found in getattr(node, "decorator_list", ())), default=node.lineno)
    return min(first, node.lineno), node.end_lineno or node.lineno


def _is_accessor(node: FunctionNode) -> bool:
    """`@x.setter` and `@x.deleter`, which share their name with the property."""
    return any(isinstance(found, ast.Attribute) and found.attr in {"setter", "deleter"} for found in node.decorator_list)
