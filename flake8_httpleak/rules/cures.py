"""The first step to take against a loss: a block, unless what the function hands out would find the resource closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import libcst as cst

from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.ownership.instances import VIEW_ITERATORS
from flake8_httpleak.ownership.states import RAISED
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
        raised = any(loss.how == "raised" or any(step.what == RAISED for step in loss.trail) for loss in verdict.losses[:1])
        return "close it in 'except'" if raised else "close it before that"
    deferred = hands_out(verdict)
    if deferred == "iterator":
        return f"yield the items inside {block}" if block.startswith("'") else f"yield the items and {block}"
    if deferred:
        return "let the caller make and close it"
    since = f", there since {acquisition.kind.release_since}" if acquisition.kind.release_since else ""
    return f"use {block}{since}" if block.startswith("'") else block


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
    later = _later(function.body)
    return later.needed.get(later.names.get(id(verdict.acquisition.node), ""), "")


@lru_cache(maxsize=1)  # the resources of one function come one after another, and there may be thousands
def _later(body: cst.CSTNode) -> _Later:
    found = _Later()
    found.walk(body)
    found.follow()
    return found


@dataclass(frozen=True, slots=True)
class _Need:
    """A name whose value is used later on: by an `iterator` or a `function`; `opened` if what it stands for is read from then."""

    name: str
    how: str
    opened: bool = False


class _Later(Visitor):
    """The names of a function that what it returns needs later on: from the returned values back to where the names come from."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        """The name that the value of a call is given."""
        self.needed: dict[str, str] = {}
        self._values: dict[str, list[cst.BaseExpression]] = {}
        self._returned: list[cst.BaseExpression] = []

    def visit_FunctionDef(self, _: cst.FunctionDef) -> bool:
        return False  # what it returns is its own affair

    def visit_Return(self, node: cst.Return) -> None:
        if node.value is not None:
            self._returned.append(node.value)

    def visit_Assign(self, node: cst.Assign) -> None:
        target = node.targets[0].target
        if isinstance(target, cst.Name):
            value = node.value.expression if isinstance(node.value, cst.Await) else node.value
            self.names[id(value)] = target.value
            self._values.setdefault(target.value, []).append(value)

    def follow(self) -> None:
        """Go back from what is returned, name by name."""
        waiting = [need for value in self._returned for need in self._of(value)]
        handed = [value.value for value in self._returned if isinstance(value, cst.Name)]
        for name in dict.fromkeys(handed):
            waiting += [need for value in self._values.get(name, ()) for need in self._of(value)]
        met: set[_Need] = set()
        while waiting:
            need = waiting.pop()
            if need in met:
                continue
            met.add(need)
            self.needed.setdefault(need.name, need.how)
            for value in self._values.get(need.name, ()):
                waiting += self._of(value)
                root = _root(value) or (_root(value.func) if need.opened and isinstance(value, cst.Call) else "")
                waiting += [_Need(root, need.how, need.opened)] if root else []

    def _of(self, node: cst.BaseExpression) -> Iterator[_Need]:
        """What the value of an expression needs later on."""
        match node:
            case cst.GeneratorExp():
                clause = node.for_in  # its own iterable is asked for at once, everything else with the items
                yield from self._of_source(clause.iter)
                for part in (node.elt, *clause.ifs, *filter(None, [clause.inner_for_in])):
                    yield from _mentioned(part, "iterator")
            case cst.Lambda():
                yield from _mentioned(node.body, "function")
            case cst.Call():
                yield from self._of_call(node)
            case cst.IfExp():
                yield from self._of(node.body)
                yield from self._of(node.orelse)

    def _of_call(self, node: cst.Call) -> Iterator[_Need]:
        path = written(node.func)
        word = path.rpartition(".")[2]
        if word in VIEW_ITERATORS:
            yield _Need(path.partition(".")[0], "iterator", opened=True)
        elif word in _BINDS:
            yield from (_Need(root, "function") for arg in node.args if (root := _root(arg.value)))
        elif word in _LAZY or path.startswith("itertools."):
            for arg in node.args:
                yield from self._of_source(arg.value)

    def _of_source(self, node: cst.BaseExpression) -> Iterator[_Need]:
        """What is read from whenever somebody comes for an item: `r.iter_lines()`, `client.batches.results(...)`."""
        yield from (_Need(need.name, "iterator", need.opened) for need in self._of(node))
        root = _root(node.func if isinstance(node, cst.Call) else node)
        if root:
            yield _Need(root, "iterator")


def _root(node: cst.BaseExpression) -> str:
    """The name that an object is a part or a method of: `client` for `client.messages`; empty for data, and for anything else."""
    while isinstance(node, cst.Attribute):
        if node.attr.value in _DATA:
            return ""
        node = node.value
    return node.value if isinstance(node, cst.Name) else ""


def _mentioned(node: cst.CSTNode, how: str) -> list[_Need]:
    found = _Names()
    found.walk(node)
    return [_Need(name, how) for name in found.names]


class _Names(Visitor):
    def __init__(self) -> None:
        self.names: dict[str, None] = {}

    def visit_Name(self, node: cst.Name) -> None:
        self.names[node.value] = None
