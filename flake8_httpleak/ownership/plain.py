"""Functions that send plain requests and keep nothing of the answers: there is nothing to follow in them, so they need no walk.

`requests.post(url, json=data)` reads the answer, closes its connection and leaves nothing that anybody must see to, unless the
answer itself is kept. That is what most code does with such libraries, and `ast` shows it before there is a tree of LibCST's.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum, auto

from flake8_httpleak.clients.catalog import Catalog

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Parents = Mapping[ast.AST, ast.AST]
WAITS = frozenset({"sleep", "wait", "delay", "backoff", "pause", "throttle"})
"""Words in the names of what is called to let time pass: nobody gains much from a connection that is kept over it."""
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
"""What may outlive the call of the function around it."""


class Use(Enum):
    """What a function does with client libraries."""

    MORE = auto()
    """More than the others, or nobody knows."""
    REPEATED = auto()
    """It sends plain requests, some again and again in a loop, and keeps nothing of the answers."""
    PLAIN = auto()
    """The same once, or after a pause in each turn."""


def use_of(function: FunctionNode, names: Mapping[str, Sequence[str]], catalog: Catalog) -> Use:
    """What a function does with client libraries.

    names: what the names of the module that stand for something of a client library stand for, in full.
    """
    parents = {child: node for node in ast.walk(function) for child in ast.iter_child_nodes(node)}
    calls: list[ast.AST] = []
    for node in parents:
        if isinstance(node, ast.Name) and node.id in names:
            if not isinstance(node.ctx, ast.Load):
                return Use.MORE
            for dotted in names[node.id]:
                used, path = _path(node, dotted, parents)
                if catalog.concerns(path):
                    if not _is_plain(used, path, parents, catalog):
                        return Use.MORE
                    calls.append(parents[used])
        elif (isinstance(node, ast.arg) and node.arg in names) or _is_annotation(node, parents):
            return Use.MORE
    answers = {name for call in calls for name in _named(call, parents)}
    if None in answers or not all(_lets_go(node, answers, parents) for node in parents):
        return Use.MORE
    return Use.REPEATED if any(_is_repeated(call, parents) for call in calls) else Use.PLAIN


def _is_annotation(node: ast.AST, parents: Parents) -> bool:
    """A string that says what something is, whatever that is."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    user = parents[node]
    return getattr(user, "annotation", None) is node or getattr(user, "returns", None) is node


def _path(name: ast.Name, dotted: str, parents: Parents) -> tuple[ast.expr, str]:
    """A name with the attributes that follow it, and what that is in full."""
    used: ast.expr = name
    while isinstance(parent := parents[used], ast.Attribute):
        used = parent
        dotted = f"{dotted}.{parent.attr}"
    return used, dotted


def _is_plain(used: ast.expr, path: str, parents: Parents, catalog: Catalog) -> bool:
    """Whether this calls a function whose answer holds nothing but, at most, itself; once, in the function's own body."""
    call = parents[used]
    if not isinstance(call, ast.Call) or call.func is not used or any(word.arg is None for word in call.keywords):
        return False
    if any(isinstance(one, ast.Starred) for one in call.args):
        return False
    produce = catalog.function(path)
    if produce is None:
        return path in catalog.one_shot
    given = {word.arg for word in call.keywords} | set(produce.parameters[: len(call.args)])
    return (
        produce.delivery == "value"
        and not (produce.unless or produce.error or produce.item)
        and bool(produce.otherwise)
        and catalog.kind(produce.otherwise).role == "pinned"
        and given.isdisjoint(produce.when)
        and len(call.args) <= len(produce.parameters)
    )


def _named(call: ast.AST, parents: Parents) -> tuple[str | None, ...]:
    """The name that the answer of a call is given, if it is given any; None among them if it goes elsewhere."""
    taker = parents[call]
    if isinstance(taker, ast.Assign) and len(taker.targets) == 1 and isinstance(taker.targets[0], ast.Name):
        found = taker.targets[0].id
    elif isinstance(taker, ast.Expr | ast.Attribute):
        found = ""
    else:
        return (None,)
    return (None,) if _outlives(call, parents) else (found,)


def _lets_go(node: ast.AST, answers: AbstractSet[str | None], parents: Parents) -> bool:
    """Whether nothing keeps an answer here: its attributes are looked at, it is compared with None."""
    if isinstance(node, ast.Global | ast.Nonlocal):
        return answers.isdisjoint(node.names)
    if isinstance(node, ast.Yield | ast.YieldFrom) and answers:
        return False
    if not isinstance(node, ast.Name) or node.id not in answers or not isinstance(node.ctx, ast.Load):
        return True
    user = parents[node]
    if isinstance(user, ast.Compare):
        return all(isinstance(one, ast.Is | ast.IsNot) for one in user.ops)
    return isinstance(user, ast.Attribute) and not _outlives(node, parents)


def _outlives(node: ast.AST, parents: Parents) -> bool:
    """In a function of its own, which may run later and keeps what it names."""
    return any(isinstance(one, _LATER) for one in _around(node, parents))


def _is_repeated(call: ast.AST, parents: Parents) -> bool:
    """In a loop that does not pause on the way to the call."""
    pauses = False
    inner = call
    for node in _around(call, parents):
        pauses = pauses or _pauses_before(inner, node)
        if isinstance(node, _COMPREHENSIONS) or (isinstance(node, _LOOPS) and not pauses):
            return True
        inner = node
    return False


def _pauses_before(statement: ast.AST, around: ast.AST) -> bool:
    """Whether the block of a statement lets time pass before it comes to it."""
    for block in (getattr(around, name, None) for name in ("body", "orelse", "finalbody")):
        if isinstance(block, list) and statement in block:
            return any(_pauses(one) for one in block[: block.index(statement)])
    return False


def _pauses(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
    called = value.func if isinstance(value, ast.Call) else None
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    return lets_time_pass(name)


def lets_time_pass(name: str) -> bool:
    """Whether a function's name says that it waits: `sleep`, `_throttle`, `sleep_with_backoff`, `_back_off`."""
    words = name.lower().split("_")
    return not WAITS.isdisjoint(words) or "backoff" in "".join(words)


def _around(node: ast.AST, parents: Parents) -> Iterator[ast.AST]:
    """What a node stands in, from the inside out, the function itself left out."""
    while (node := parents[node]) in parents:
        yield node
