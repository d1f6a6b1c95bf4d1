"""What code speaks of: names, attributes, keywords, imports. Found on `ast` alone, to decide what is worth more."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

MAX_WORDS = 200
"""Longest string that may be an annotation or a keyword."""
_BETWEEN = str.maketrans(dict.fromkeys(".[]|,\"'", " "))
"""What stands between the names of an annotation."""
_LEAVES = frozenset({"ctx", "op", "ops", "type_comment"})
_WHOLE = frozenset({ast.Name, ast.Attribute, ast.Constant, ast.Import, ast.ImportFrom})
"""What is taken in without a look at its fields."""
_DATA = frozenset({ast.Dict, ast.Set})


@dataclass(slots=True)
class Mentions:
    """What some code speaks of. Of the imports only the names are of use: they may come from an earlier version of the file."""

    names: set[str] = field(default_factory=set)
    """Variables, and words inside annotations that are strings."""
    attributes: set[str] = field(default_factory=set)
    stored: set[str] = field(default_factory=set)
    """Attributes that are assigned."""
    keywords: set[str] = field(default_factory=set)
    """Keywords that calls name, and short strings: keys of dictionaries that become keywords."""
    chains: set[str] = field(default_factory=set)
    """Names with the attributes that follow them, as far as that goes: `requests.exceptions.Timeout`, or just `x`."""
    imports: list[ast.Import | ast.ImportFrom] = field(default_factory=list)
    """Imports anywhere inside."""
    rebinds: list[str] = field(default_factory=list)
    """Names of the module that a function inside assigns, by `global`."""
    depth: int = 0
    """At most how deep the nodes nest."""


def mentions_of(nodes: Iterable[ast.AST]) -> Mentions:
    """What some nodes speak of."""
    found = Mentions()
    level = list(nodes)
    while level:
        below: list[ast.AST] = []
        longest = 1
        for node in level:
            kind = type(node)
            if kind is ast.Name or kind is ast.Attribute:
                longest = max(longest, _chain(node, found, below))  # type: ignore[arg-type] # the type is known
            elif kind in _LOOKS:
                _LOOKS[kind](node, found)
            for name in _FIELDS[kind]:
                value = getattr(node, name, None)
                if type(value) is list:
                    below.extend(_data(value, found) if kind in _DATA else [one for one in value if isinstance(one, ast.AST)])
                elif isinstance(value, ast.AST):
                    below.append(value)
        found.depth += longest
        level = below
    return found


def _data(items: Iterable[ast.expr | None], found: Mentions) -> list[ast.expr]:
    """Take in the strings that a dictionary or set is made of: keywords perhaps, but no annotations; what else is there."""
    rest: list[ast.expr] = []
    for item in items:
        if type(item) is not ast.Constant:
            if item is not None:  # as the key of `**other` is
                rest.append(item)
        elif isinstance(item.value, str) and len(item.value) < MAX_WORDS and item.value.isidentifier():
            found.keywords.add(item.value)
    return rest


class _Fields(dict[type, tuple[str, ...]]):
    """Fields that can hold names, by node type."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        self[kind] = () if kind in _WHOLE else tuple(name for name in kind._fields if name not in _LEAVES)
        return self[kind]


_FIELDS = _Fields()


def _chain(node: ast.expr, found: Mentions, below: list[ast.AST]) -> int:
    """Take in attributes after each other and the name before them, or put down what else is there; how many nodes that are."""
    after: list[str] = []
    if type(node) is ast.Attribute and type(node.ctx) is ast.Store:
        found.stored.add(node.attr)
    while isinstance(node, ast.Attribute):
        after.append(node.attr)
        node = node.value
    found.attributes.update(after)
    if isinstance(node, ast.Name):
        found.names.add(node.id)
        found.chains.add(".".join((node.id, *reversed(after))))
    else:
        below.append(node)
    return len(after) + 1


def _constant(node: ast.Constant, found: Mentions) -> None:
    if isinstance(node.value, str) and len(node.value) < MAX_WORDS:
        _words(node.value, found)


def _keyword(node: ast.keyword, found: Mentions) -> None:
    if node.arg:
        found.keywords.add(node.arg)


_LOOKS: dict[type, Callable[[Any, Mentions], None]] = {
    ast.Constant: _constant,
    ast.keyword: _keyword,
    ast.Import: lambda node, found: found.imports.append(node),
    ast.ImportFrom: lambda node, found: found.imports.append(node),
    ast.Global: lambda node, found: found.rebinds.extend(node.names),
}


def _words(text: str, found: Mentions) -> None:
    """What a short string may stand for: a keyword's name, or an annotation."""
    if text.isidentifier():
        found.keywords.add(text)
        words = {text}
    elif "." in text or "[" in text or "|" in text:
        words = {word for word in text.translate(_BETWEEN).split() if word.isidentifier()}
    else:
        return
    found.names |= words
    found.chains |= words
