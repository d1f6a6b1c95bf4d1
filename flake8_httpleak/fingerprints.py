"""Names for findings that stay the same when lines move: what baselines, SARIF and GitLab recognise a finding by."""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flake8_httpleak.diagnostics import Diagnostic

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
LENGTH = 16


@dataclass(frozen=True, slots=True)
class Spot:
    """What is to be named: a code, and the first and last line of the call."""

    code: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Two names of one finding, neither of which knows its file or its line.

    place: from the code, the function or class around it, and the text of the call. Tells findings of one file apart.
    moved: from the code, the call and the whole text of the function around it. The same in whatever file the function stands.
    """

    place: str
    moved: str


@dataclass(frozen=True, slots=True)
class Scope:
    """One function or class: its qualified name, its first and last line, decorators included."""

    name: str
    first: int
    last: int


def spot_of(diagnostic: Diagnostic) -> Spot:
    """The lines of a finding's call."""
    start = diagnostic.span.start.line
    return Spot(diagnostic.code, start, max(start, diagnostic.lines[1]))


def fingerprints(spots: Sequence[Spot], lines: Sequence[str]) -> list[Fingerprint]:
    """Name findings of one file, in their order; white space does not count.

    lines: the file's lines. A file that Python cannot read has no functions, and everything in it stands at module level.
    """
    scopes = _scopes("\n".join(line.rstrip("\r\n") for line in lines)) if spots else []
    words = [" ".join(line.split()) for line in lines]
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for spot in spots:
        scope = max((one for one in scopes if one.first <= spot.first <= one.last), key=lambda one: one.first, default=None)
        first, last = (scope.first, scope.last) if scope else (1, len(lines))
        text = "\n".join(words[spot.first - 1 : spot.last])
        inside = _inside(scopes, first, last)
        head = words[spot.first - 1 : spot.first]
        earlier = sum(words[number - 1 : number] == head and number not in inside for number in range(first, spot.first))
        name = scope.name if scope else ""
        body = "\n".join(words[first - 1 : last])
        place = _digest(spot.code, name, text, str(earlier))
        seen[place, spot.code] += 1
        again = str(seen[place, spot.code])
        found.append(Fingerprint(_digest(place, again), _digest(spot.code, body, text, str(earlier), again)))
    return found


def _inside(scopes: Iterable[Scope], first: int, last: int) -> set[int]:
    """Lines of functions and classes within a scope: they are other scopes."""
    inner = [one for one in scopes if first <= one.first and one.last <= last and (one.first, one.last) != (first, last)]
    return {number for one in inner for number in range(one.first, one.last + 1)}


def _scopes(text: str) -> list[Scope]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return list(_walk(tree))


def _walk(tree: ast.AST) -> Iterator[Scope]:
    """All functions and classes of a file, without recursion: no nesting is too deep."""
    waiting: list[tuple[ast.AST, str]] = [(tree, "")]
    while waiting:
        node, prefix = waiting.pop()
        if isinstance(node, DEFINITIONS):
            name = f"{prefix}{node.name}"
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield Scope(name, first, node.end_lineno or node.lineno)
            prefix = f"{name}."
        waiting.extend((child, prefix) for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:LENGTH]
