"""Code as a reader of reports needs it: the function around a line, with numbers, and what its class does with a field."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bench.corpus import parse

LONGEST = 220
FIELD = re.compile(r"\b(?:self|cls)\.(\w+)(?:\s*:[^=]+)?\s*=(?!=)")
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Scope:
    """One function or class: its qualified name and its first and last line, decorators included."""

    name: str
    first: int
    last: int
    is_class: bool


@lru_cache(maxsize=64)
def scopes(file: Path) -> tuple[Scope, ...]:
    """All functions and classes of a file, outer ones first; none if Python cannot read it."""
    tree = parse(file)
    return tuple(_scopes(tree, "")) if tree is not None else ()


def scope_at(file: Path, line: int) -> str:
    """The qualified name of the innermost function or class around a line; empty at module level."""
    return max(around(file, line), key=lambda scope: scope.first, default=Scope("", 0, 0, is_class=False)).name


def around(file: Path, line: int) -> list[Scope]:
    """The functions and classes around a line, outer ones first."""
    return [scope for scope in scopes(file) if scope.first <= line <= scope.last]


def excerpt(file: Path, line: int, *, whole_class: bool = False) -> str:
    """The function around a line with numbered lines, the line itself marked; around a field, also what its class does with it.

    whole_class: show the class around it instead, where it is not too long.
    """
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    outer = around(file, line)
    classes = [scope for scope in outer if scope.is_class]
    shown = outer[-1] if outer else Scope("", max(1, line - 10), min(len(lines), line + 25), is_class=False)
    if whole_class and classes and classes[-1].last - classes[-1].first < LONGEST:
        shown = classes[-1]
    first, last = max(shown.first, line - LONGEST // 2), min(shown.last, line + LONGEST // 2)
    wanted = set(range(first, last + 1))
    field = FIELD.search(lines[line - 1])
    if field and classes:
        use = re.compile(rf"\.{field[1]}\b|^\s*(?:async )?def (?:close|aclose|stop|shutdown|disconnect|__del__|__a?exit__)\b")
        wanted |= {number for number in range(classes[-1].first, classes[-1].last + 1) if use.search(lines[number - 1])}
    return "\n".join(_numbered(lines, wanted | {scope.first for scope in outer}, line))


def _numbered(lines: list[str], wanted: set[int], marked: int) -> Iterator[str]:
    previous = 0
    for number in sorted(wanted):
        if previous and number > previous + 1:
            yield "      ..."
        previous = number
        yield f"{'>' if number == marked else ' '}{number:5} {lines[number - 1]}"


def _scopes(node: ast.AST, prefix: str) -> Iterator[Scope]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, DEFINITIONS):
            name = f"{prefix}{child.name}"
            first = min([child.lineno, *(decorator.lineno for decorator in child.decorator_list)])
            yield Scope(name, first, child.end_lineno or child.lineno, isinstance(child, ast.ClassDef))
            yield from _scopes(child, f"{name}.")
        else:
            yield from _scopes(child, prefix)
