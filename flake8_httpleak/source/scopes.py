"""Which names belong to a function, which it takes from the function around it, and whether it yields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from flake8_httpleak.source.visitor import Visitor

Scope = cst.FunctionDef | cst.Lambda


@dataclass(frozen=True, slots=True)
class ScopeNames:
    """What one function does with names."""

    bound: frozenset[str] = frozenset()
    """Names that it binds: parameters, targets of every kind, imports, definitions; not its `global` and `nonlocal` ones."""
    free: frozenset[str] = frozenset()
    """Names that it or the functions inside it use without binding them."""
    globals: frozenset[str] = frozenset()
    """Names that it declares `global`."""
    nonlocals: frozenset[str] = frozenset()
    """Names of the function around it that it declares `nonlocal`."""
    yields: bool = False
    """It is a generator."""


def names_of(scope: Scope) -> ScopeNames:
    """What a function does with names."""
    found = _Names(scope)
    found.walk(scope)
    bound = frozenset(found.bound - found.declared)
    return ScopeNames(
        bound, frozenset(found.used - bound), frozenset(found.globals), frozenset(found.declared - found.globals), found.has_yield
    )


def target_names(node: cst.CSTNode) -> Iterator[str]:
    """Names that an assignment to this target binds."""
    waiting = [node]
    while waiting:
        target = waiting.pop()
        if isinstance(target, cst.Name):
            yield target.value
        elif isinstance(target, cst.Tuple | cst.List):
            waiting.extend(element.value for element in target.elements)


def pattern_names(pattern: cst.MatchPattern) -> frozenset[str]:
    """Names that a pattern of `match` binds."""
    found = _Names(cst.Lambda(cst.Parameters(), cst.Name("_")))
    found.walk(pattern)
    return frozenset(found.bound)


class _Names(Visitor):
    """Collects what is bound, what is used and what is declared in one function."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.bound: set[str] = set()
        self.used: set[str] = set()
        self.declared: set[str] = set()
        self.globals: set[str] = set()
        self.has_yield = False

    def _bind(self, names: Iterator[str] | tuple[str, ...]) -> None:
        self.bound.update(names)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        if node is self.scope:
            self.walk(node.params)
            self.walk(node.body)
            return False
        self._bind((node.name.value,))
        self.used.update(names_of(node).free)
        for decorator in node.decorators:
            self.walk(decorator)
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        if node is self.scope:
            self.walk(node.params)
            self.walk(node.body)
        else:
            self.used.update(names_of(node).free)
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        self._bind((node.name.value,))
        inner = _Names(self.scope)
        for part in (*node.bases, *node.decorators, node.body):
            inner.walk(part)
        self.used.update(inner.used)
        return False

    def visit_Param(self, node: cst.Param) -> bool:
        self._bind((node.name.value,))
        if node.default is not None:
            self.walk(node.default)
        return False

    def visit_Name(self, node: cst.Name) -> None:
        self.used.add(node.value)

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self._bind(target_names(node.target))

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self._bind(target_names(node.target))

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self._bind(target_names(node.target))

    def visit_For(self, node: cst.For) -> None:
        self._bind(target_names(node.target))

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self._bind(target_names(node.target))

    def visit_AsName(self, node: cst.AsName) -> None:
        self._bind(target_names(node.name))

    def visit_Del(self, node: cst.Del) -> None:
        self._bind(target_names(node.target))

    def visit_MatchAs(self, node: cst.MatchAs) -> None:
        if node.name is not None:
            self._bind((node.name.value,))

    def visit_MatchStar(self, node: cst.MatchStar) -> None:
        if node.name is not None:
            self._bind((node.name.value,))

    def visit_MatchMapping(self, node: cst.MatchMapping) -> None:
        if node.rest is not None:
            self._bind((node.rest.value,))

    def visit_ImportAlias(self, node: cst.ImportAlias) -> bool:
        if node.asname is None:
            name: cst.BaseExpression = node.name
            while isinstance(name, cst.Attribute):
                name = name.value
            self._bind(target_names(name))
        else:
            self._bind(target_names(node.asname.name))
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        if not isinstance(node.names, cst.ImportStar):
            for alias in node.names:
                self.visit_ImportAlias(alias)
        return False

    def visit_Global(self, node: cst.Global) -> None:
        self.globals.update(item.name.value for item in node.names)
        self.declared |= self.globals

    def visit_Nonlocal(self, node: cst.Nonlocal) -> None:
        self.declared.update(item.name.value for item in node.names)

    def visit_Yield(self, _: cst.Yield) -> None:
        self.has_yield = True
