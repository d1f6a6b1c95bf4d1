"""The first step to take against a loss: a block, unless what the function hands out would find the resource closed."""

from __future__ import annotations

import libcst as cst

from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.ownership.instances import VIEW_ITERATORS
from flake8_httpleak.ownership.values import Status
from flake8_httpleak.ownership.verdicts import Verdict
from flake8_httpleak.ownership.written import written
from flake8_httpleak.rules.facts import LASTING
from flake8_httpleak.source.visitor import Visitor

_KEPT = LASTING | {"returned", "yielded", "container"}
"""Ways of handing over after which somebody uses it, and nothing around the hand-over may have closed it."""
_LAZY = frozenset({"map", "filter", "zip", "enumerate", "iter", "aiter", "reader", "DictReader"})
_BINDS = frozenset({"partial", "partialmethod"})
_DATA = frozenset({"headers", "cookies", "status_code", "status", "json", "text", "content"})


def cure(verdict: Verdict) -> str:
    """The first step to take."""
    acquisition = verdict.acquisition
    block = _block(acquisition)
    if is_kept(verdict):
        raised = any(loss.how == "raised" for loss in verdict.losses[:1])
        return "close it in 'except'" if raised else "close it before that"
    deferred = hands_out(verdict)
    if deferred == "iterator":
        return f"yield the items inside {block}" if block.startswith("'") else f"yield the items and {block}"
    if deferred:
        return "let the caller make and close it"
    return f"use {block}" if block.startswith("'") else block


def _block(acquisition: Acquisition) -> str:
    kind = acquisition.kind
    match kind.context:
        case "sync":
            return "'with'"
        case "async":
            return "'async with'"
        case "both":
            return "'with' or 'async with'"
    if kind.release:
        return "'contextlib.closing'"
    if kind.release_async:
        return f"await '{kind.release_async[0]}()' in 'finally'"
    return "read it to the end"


def is_kept(verdict: Verdict) -> bool:
    """Whether the resource lives on where it is not lost: a block would close it for whoever has it then."""
    return any(one.how in _KEPT and one.status is Status.HELD for one in verdict.handovers)


def hands_out(verdict: Verdict) -> str:
    """What a function hands out that needs a lost resource later on: `iterator`, `function`, or nothing.

    A block around the acquisition would close the resource before anybody reads from the one or calls the other.
    """
    if any(loss.how == "iterator" for loss in verdict.losses):
        return "iterator"
    function = verdict.acquisition.function.node
    if function is None:
        return ""
    needing = _Needing(verdict.acquisition)
    needing.walk(function.body)
    return needing.handed[0] if needing.handed else ""


class _Needing(Visitor):
    """Which names of a function stand for a resource or a part of it, and which for something that needs it later."""

    def __init__(self, acquisition: Acquisition) -> None:
        self.acquisition = acquisition
        self.names: set[str] = set()
        self.made: set[str] = set()
        """What calls through it gave: plain data mostly, but a response that is open needs its client."""
        self.later: dict[str, str] = {}
        self.handed: list[str] = []

    def visit_FunctionDef(self, _: cst.FunctionDef) -> bool:
        return False  # what it returns is its own affair

    def visit_Return(self, node: cst.Return) -> None:
        if deferred := self.deferred(node.value):
            self.handed.append(deferred)

    def visit_Assign(self, node: cst.Assign) -> None:
        target = node.targets[0].target
        if not isinstance(target, cst.Name):
            return
        value = node.value.expression if isinstance(node.value, cst.Await) else node.value
        if value is self.acquisition.node or self._is_part(value):
            self.names.add(target.value)
        elif deferred := self.deferred(value):
            self.later[target.value] = deferred
        elif self._is_source(value):
            self.made.add(target.value)

    def deferred(self, node: cst.CSTNode | None) -> str:
        """Whether the value of an expression uses the resource later: an `iterator`, a `function`, or nothing."""
        match node:
            case cst.Name():
                return self.later.get(node.value, "")
            case cst.GeneratorExp():
                first = node.for_in.iter
                inner = [
                    node.elt,
                    *node.for_in.ifs,
                    *([node.for_in.inner_for_in] if node.for_in.inner_for_in is not None else []),
                ]
                return "iterator" if self._is_source(first) or any(map(self._mentions, inner)) else ""
            case cst.Lambda():
                return "function" if self._mentions(node.body) else ""
            case cst.Call():
                return self._of_call(node)
            case cst.IfExp():
                return self.deferred(node.body) or self.deferred(node.orelse)
        return ""

    def _of_call(self, node: cst.Call) -> str:
        word = written(node.func).rpartition(".")[2]
        given = [arg.value for arg in node.args]
        if word in _BINDS:
            return "function" if any(map(self._is_part, given)) else ""
        if word in _LAZY or written(node.func).startswith("itertools."):
            needs = any(self._is_part(one) or self.deferred(one) or self._is_source(one) for one in given)
            return "iterator" if needs else ""
        return "iterator" if word in VIEW_ITERATORS and self._is_source(node) else ""

    def _is_part(self, node: cst.BaseExpression) -> bool:
        """`client`, `client.messages`, and methods of these that are not called."""
        while isinstance(node, cst.Attribute):
            if node.attr.value in _DATA:
                return False
            node = node.value
        return isinstance(node, cst.Name) and node.value in self.names

    def _is_source(self, node: cst.BaseExpression) -> bool:
        """What is read from while somebody comes for the items: `r.iter_lines()`, `client.batches.results(...)`."""
        if not isinstance(node, cst.Call):
            return self._is_part(node) or bool(self.deferred(node))
        if self._is_part(node.func):
            return True
        word = node.func.attr.value if isinstance(node.func, cst.Attribute) else ""
        return word in VIEW_ITERATORS and written(node.func).partition(".")[0] in self.names | self.made

    def _mentions(self, node: cst.CSTNode) -> bool:
        found = _Names(self.names | self.later.keys())
        found.walk(node)
        return found.met


class _Names(Visitor):
    def __init__(self, names: set[str]) -> None:
        self.names = names
        self.met = False

    def visit_Name(self, node: cst.Name) -> None:
        self.met = self.met or node.value in self.names
