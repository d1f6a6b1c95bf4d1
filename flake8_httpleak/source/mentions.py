"""What code speaks of: names, attributes, keywords, imports. Found on `ast` alone, to decide what is worth more."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

MAX_WORDS = 200
"""Longest string that may be an annotation or a keyword."""
_BETWEEN = str.maketrans(dict.fromkeys(".[]|,\"'", " "))
"""What stands between the names of an annotation."""
_LEAVES = frozenset({"ctx", "op", "ops", "type_comment"})


@dataclass(slots=True)
class Mentions:
    """What some code speaks of. Of the imports only the names are of use: they may come from an earlier version of the file."""

    names: set[str] = field(default_factory=set)
    """Variables, and words inside annotations that are strings."""
    attributes: set[str] = field(default_factory=set)
    keywords: set[str] = field(default_factory=set)
    """Keywords that calls name, and short strings: keys of dictionaries that become keywords."""
    chains: set[str] = field(default_factory=set)
    """Names with the attributes that follow them, as far as that goes: `requests.exceptions.Timeout`, or just `x`."""
    imports: list[ast.Import | ast.ImportFrom] = field(default_factory=list)
    """Imports anywhere inside."""
    rebinds: list[str] = field(default_factory=list)
    """Names of the module that a function inside assigns, by `global`."""


def mentions_of(nodes: Iterable[ast.AST]) -> Mentions:
    """What some nodes speak of."""
    found = Mentions()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        match node:
            case ast.Name() | ast.Attribute():
                below = _chain(node, found)
                if below is not None:
                    waiting.append(below)
                continue
            case ast.Constant():
                if isinstance(node.value, str) and len(node.value) < MAX_WORDS:
                    _words(node.value, found)
                continue
            case ast.Import() | ast.ImportFrom():
                found.imports.append(node)
                continue
            case ast.keyword() if node.arg:
                found.keywords.add(node.arg)
            case ast.Global():
                found.rebinds.extend(node.names)
        for name in _FIELDS[type(node)]:
            value = getattr(node, name, None)
            if isinstance(value, list):
                waiting.extend(one for one in value if isinstance(one, ast.AST))
            elif isinstance(value, ast.AST):
                waiting.append(value)
    return found


class _Fields(dict[type, tuple[str, ...]]):
    """Fields that can hold names, by node type."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        self[kind] = tuple(name for name in kind._fields if name not in _LEAVES)
        return self[kind]


_FIELDS = _Fields()


def _chain(node: ast.expr, found: Mentions) -> ast.expr | None:
    """Take in attributes after each other; gives what is below them, unless it is a name and taken in as well."""
    after: list[str] = []
    while isinstance(node, ast.Attribute):
        after.append(node.attr)
        node = node.value
    found.attributes.update(after)
    if not isinstance(node, ast.Name):
        return node
    found.names.add(node.id)
    found.chains.add(".".join((node.id, *reversed(after))))
    return None


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
