"""One finding as a proposer sees it: its call in the syntax tree, the resource, and what the analysis knows of its way."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

import libcst as cst

from flake8_httpleak.analyze import Examined
from flake8_httpleak.clients.catalog import Catalog, ResourceKind
from flake8_httpleak.diagnostics import Diagnostic, Span
from flake8_httpleak.fixes.entering import MANAGERS, PROMISES
from flake8_httpleak.fixes.text import Scope, Text
from flake8_httpleak.options import Options
from flake8_httpleak.ownership.events import Acquisition, MethodCall
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.ownership.values import TRACKED, Awaitable, Instance, Object, Pending, Status, Value, View, reaches
from flake8_httpleak.ownership.verdicts import Verdict
from flake8_httpleak.ownership.walks import Run
from flake8_httpleak.rules.base import Finding
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.source.positions import spans_in_units

FRAMES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.GeneratorExp)


class Site:
    """A finding in one version of a file."""

    def __init__(self, text: Text, examined: Examined, finding: Finding, diagnostic: Diagnostic, options: Options) -> None:
        """Take one of the findings of an examined file. The file must have one, so `examined.facts` is there."""
        assert examined.facts is not None  # noqa: S101 - somebody found something
        self.text = text
        self.examined = examined
        self.facts: Facts = examined.facts
        self.finding = finding
        self.diagnostic = diagnostic
        self.options = options

    @property
    def code(self) -> str:
        """The finding's code."""
        return self.diagnostic.code

    @property
    def catalog(self) -> Catalog:
        """The client tables of the file."""
        return self.facts.analyser.program.catalog

    @cached_property
    def call(self) -> ast.Call | None:
        """The call that is reported."""
        return self.text.call_at(self.diagnostic.span)

    @cached_property
    def acquisition(self) -> Acquisition | None:
        """What the call makes, if that is a resource."""
        node = self.finding.at.node
        return next((one for one in self.facts.analysis.acquisitions if one.node is node), None)

    @cached_property
    def event(self) -> MethodCall | None:
        """The call that is reported, as the tables know it: a method of a kind, or a function of a library."""
        return next((one for one in self.facts.calls if one.node is self.finding.at.node), None)

    @property
    def kind(self) -> ResourceKind | None:
        """The kind of the resource."""
        return self.acquisition.kind if self.acquisition is not None else None

    @cached_property
    def verdict(self) -> Verdict | None:
        """What becomes of the resource."""
        return self.facts.verdict_of(self.acquisition) if self.acquisition is not None else None

    @cached_property
    def run(self) -> Run | None:
        """The walk that followed the resource."""
        return self.facts.run_of(self.acquisition) if self.acquisition is not None else None

    @property
    def is_handed_over(self) -> bool:
        """Whether somebody else gets the open resource on some path."""
        return self.run is not None and any(one.status is Status.HELD for one in self.run.handovers)

    @cached_property
    def gives_resource(self) -> bool:
        """Whether the call, with an `await` before it if one stands there, always gives the resource itself.

        It does not if a helper may return None or a pair, nor if it is what a pool or `map` calls later.
        """
        awaited = self.call is not None and isinstance(self.text.parents.get(self.call), ast.Await)
        results = self.run.results if self.run is not None else []
        return bool(results) and all(_is_resource(one, awaited=awaited) for one in results)

    @cached_property
    def scope(self) -> Scope:
        """The function that the call is in, or the module."""
        return self.text.scope_of(self.call) if self.call is not None else self.text.tree

    @property
    def may_await(self) -> bool:
        """Whether `await` may be written where the call is."""
        return isinstance(self.scope, ast.AsyncFunctionDef)

    def span_of(self, node: cst.CSTNode, function: FunctionInfo) -> Span | None:
        """Where a node of the analysis stands in the file."""
        return spans_in_units((unit, node) for unit in function.units).get(id(node))

    def statement_at(self, node: cst.CSTNode | None, function: FunctionInfo) -> ast.stmt | None:
        """The innermost statement around a node of the analysis."""
        span = self.span_of(node, function) if node is not None else None
        if span is None:
            return None
        start, end = self.text.at(span.start), self.text.at(span.end)
        found: ast.stmt | None = None
        for one in ast.walk(self.text.tree):
            if isinstance(one, ast.stmt) and self.text.begin(one) <= start and end <= self.text.end(one):
                found = one  # `walk` goes from the outside to the inside
        return found


def _is_resource(value: Value, *, awaited: bool) -> bool:
    """Whether a call that gives a value gives the resource that is followed, or what a block can enter for it."""
    match value:
        case Awaitable():
            return awaited and _is_resource(value.of, awaited=False)
        case Pending():
            return value.delivery in (PROMISES if awaited else MANAGERS) and reaches(value, TRACKED)
        case Instance() | Object():
            return value.site == TRACKED and not awaited
        case View():
            return value.owns and not awaited
    return False


def mentions(node: ast.AST, names: set[str] | frozenset[str]) -> bool:
    """Whether a piece of the tree uses one of some names."""
    return any(isinstance(one, ast.Name) and one.id in names for one in ast.walk(node))


def captured(node: ast.AST, names: set[str]) -> bool:
    """Whether a nested function, class or generator inside a piece of the tree uses one of some names: it may do so later."""
    return any(isinstance(one, FRAMES) and mentions(one, names) for one in ast.walk(node))


def is_none(value: ast.expr | None) -> bool:
    """Whether an expression is written `None`."""
    return isinstance(value, ast.Constant) and value.value is None


def contains(outer: ast.AST, inner: ast.AST) -> bool:
    """Whether a node stands somewhere inside another, or is the same."""
    return any(one is inner for one in ast.walk(outer))


def target_name(statement: ast.stmt, call: ast.Call) -> str:
    """The one name that a statement gives to what a call makes, awaited or not; empty if it does something else."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target: ast.expr = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign):
        target = statement.target
    else:
        return ""
    value = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
    return target.id if value is call and isinstance(target, ast.Name) else ""


def stores(node: ast.AST, name: str) -> Iterator[ast.Name]:
    """Where a piece of the tree binds a name."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and one.id == name and not isinstance(one.ctx, ast.Load):
            yield one
