"""One asynchronous client that several event loops use.

## Problem

An asynchronous client belongs to the event loop in which it first connected. This one is made once for the module, and
several `asyncio.run` calls use it, each of which makes a loop of its own and closes it at the end.

## Why it matters

The connections that the pool keeps are tied to a loop that is gone. With `httpx` every second call ends in
`RuntimeError: Event loop is closed`, and each time a socket is lost until the cycle collector runs (3 of 6 calls left one
open). With a kept `aiohttp` session every call but the first fails so.

## Bad

```python
import asyncio

import httpx

CLIENT = httpx.AsyncClient(base_url="https://api.example.com")  # HTL306


async def fetch(path):
    return (await CLIENT.get(path)).json()


def users():
    return asyncio.run(fetch("/users"))


def groups():
    return asyncio.run(fetch("/groups"))
```

## Good

```python
import asyncio

import httpx


async def fetch_both():
    async with httpx.AsyncClient(base_url="https://api.example.com") as client:
        users, groups = await asyncio.gather(client.get("/users"), client.get("/groups"))
        return users.json(), groups.json()


def main():
    return asyncio.run(fetch_both())
```

## When it is silent

- A single `asyncio.run`, outside loops, leads to the client.
- The client is made in the coroutine that is run, in a class, or in another module.
- The coroutine that is run is no function of the module, or is made elsewhere and passed on.

## Fix and its safety

There is no fix that a tool could write. Run one loop and do everything in it, or make the client where the loop runs.

## References

- <https://www.python-httpx.org/async/>
- <https://docs.python.org/3/library/asyncio-runner.html#asyncio.run>
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.ownership.program import Program
from flake8_httpleak.ownership.values import Dotted
from flake8_httpleak.rules.base import Finding, Place, Rule, written
from flake8_httpleak.rules.facts import Facts

_RUNNERS = frozenset({"asyncio.run", "anyio.run", "trio.run"})
DEPTH = 3


def check(facts: Facts) -> Iterator[Finding]:
    """Find clients of the module that coroutines under two or more `asyncio.run` calls use."""
    shared = [one for one in facts.analysis.acquisitions if _is_of_module(one)]
    if not shared:
        return
    program = facts.analyser.program
    runs = list(_runs(program))
    for acquisition in shared:
        name = _bound_name(acquisition)
        count = sum(times for function, times in runs if name and name in _names_below(program, function, DEPTH))
        if count > 1:
            yield Finding(
                rule=RULE,
                at=Place(acquisition.node, acquisition.function),
                message=f"client '{written(acquisition.callee)}' serves several 'asyncio.run' calls; make one in each",
                level=Level.HINT,
                reclaim=acquisition.kind.reclaim,
                resource=("loops", id(acquisition.node)),
                library=acquisition.kind.library,
            )


def _is_of_module(acquisition: Acquisition) -> bool:
    kind = acquisition.kind
    return (
        acquisition.function.name == "<module>" and kind.role == "client" and bool(kind.release_async) and kind.context == "async"
    )


def _bound_name(acquisition: Acquisition) -> str:
    """The module's name for what a call makes."""
    from flake8_httpleak.source.positions import spans

    for unit in acquisition.function.units:
        place = spans(unit, [acquisition.node]).get(id(acquisition.node))
        if place is not None:
            for node in unit.nodes:
                if isinstance(node, ast.Assign | ast.AnnAssign) and node.lineno <= place.start.line <= (node.end_lineno or 0):
                    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                    return target.id if isinstance(target, ast.Name) else ""
    return ""


def _runs(program: Program) -> Iterator[tuple[str, int]]:
    """The functions that `asyncio.run` is called with, and how often: 2 for a call in a loop."""
    looped = {id(inner) for node in ast.walk(program.tree) if isinstance(node, ast.For | ast.While) for inner in ast.walk(node)}
    for node in ast.walk(program.tree):
        if isinstance(node, ast.Call) and node.args:
            runner = program.expression(node.func)
            called = (
                node.args[0].func if isinstance(node.args[0], ast.Call) else node.args[0]
            )  # anyio and trio call it themselves
            if isinstance(runner, Dotted) and runner.name in _RUNNERS and isinstance(called, ast.Name):
                yield called.id, 2 if id(node) in looped else 1


def _names_below(program: Program, function: str, depth: int) -> set[str]:
    """Names that a function of the module and the functions that it calls mention."""
    unit = program.units.functions.get(function)
    if unit is None or depth == 0:
        return set()
    found = set(unit.names)
    for name in unit.names & program.units.functions.keys() - {function}:
        found |= _names_below(program, name, depth - 1)
    return found


RULE = Rule(
    code="HTL306",
    name="client-across-event-loops",
    summary="one asynchronous client is used by several event loops",
    check=check,
)
