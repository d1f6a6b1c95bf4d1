"""A step of the clean-up, or of a constructor, that may raise before the resource is released.

## Problem

Between the resource and its release stands a step that may raise: in the `finally` or the handler that releases it, or in a
constructor that has used it and then refuses to go on.

## Why it matters

Clean-up runs when things are going wrong already, so that its steps fail more often than others. Nobody gets the object whose
constructor raised, so nobody can close what it had made by then.

## Bad

```python
import httpx


def fetch(url, log):
    client = httpx.Client(timeout=10)  # HTL904
    try:
        return client.get(url).json()
    finally:
        log.write(url)
        client.close()
```

## Good

```python
import httpx


def fetch(url, log):
    client = httpx.Client(timeout=10)
    try:
        return client.get(url).json()
    finally:
        client.close()
        log.write(url)
```

## When it is silent

- The release comes first.
- What stands before it is not known to raise: logging, setting a field, reading an attribute.
- A constructor that raises before a request goes through its client: there is nothing open yet. Or one that closes it before it
  raises, or in a `finally` or a handler around that.

## Fix and its safety

There is no fix yet. Move the release to the front, or give it a `finally` of its own.

## References

- <https://docs.python.org/3/library/contextlib.html#contextlib.ExitStack>
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import libcst as cst

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.events import Maker
from flake8_httpleak.ownership.methods import BUILDERS
from flake8_httpleak.ownership.states import Grade
from flake8_httpleak.ownership.values import Status
from flake8_httpleak.ownership.verdicts import Verdict
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.sending import requests_through
from flake8_httpleak.rules.wording import raiser, thing
from flake8_httpleak.source.visitor import Visitor


def check(facts: Facts) -> Iterator[Finding]:
    """Find steps in `finally` and in handlers before the release, and `raise` in constructors after the acquisition."""
    for verdict in (*facts.responses, *facts.clients):
        step = _step(facts, verdict)
        if step is None:
            continue
        acquisition = verdict.acquisition
        yield Finding(
            rule=RULE,
            at=Place(acquisition.node, acquisition.function),
            message=f"{thing(acquisition)} stays open if {raiser(step)} (line {{0}}) raises before it is closed; close it first",
            level=Level.EXC,
            reclaim=verdict.reclaim,
            places=(Place(step, acquisition.function),),
            resource=id(acquisition.node),
            library=acquisition.kind.library,
        )


def _step(facts: Facts, verdict: Verdict) -> cst.CSTNode | None:
    run = facts.run_of(verdict.acquisition)
    if run is not None and verdict.is_released:
        for loss in run.losses:
            if loss.via is Grade.CLEANUP and loss.status is Status.HELD and loss.node is not None:
                return loss.node
    return _raise_after(facts, verdict) if verdict.acquisition.function.name in (*BUILDERS, "__enter__", "__aenter__") else None


def _raise_after(facts: Facts, verdict: Verdict) -> cst.CSTNode | None:
    """A `raise` in a constructor that follows the call from which on something is held."""
    acquisition = verdict.acquisition
    function = acquisition.function
    if function.node is None or not any(one.how == "field" for one in verdict.handovers):
        return None
    opening = [call.node for call in requests_through(facts, acquisition)] if verdict.kind.idle else [acquisition.node]
    found = _Raises(opening, (*verdict.kind.release, *verdict.kind.release_async))
    found.walk(function.node.body)
    return found.raised


class _Raises(Visitor):
    """The first `raise` behind one of some calls, but for those that a release follows or goes before."""

    def __init__(self, nodes: Sequence[Maker], releases: Collection[str]) -> None:
        self.nodes = nodes
        self.releases = releases
        self.met = False
        self.guarded = 0
        self.cleaned: set[int] = set()
        self.raised: cst.Raise | None = None

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> None:
        small = [one for line in node.body if isinstance(line, cst.SimpleStatementLine) for one in line.body]
        released = False
        for one in small:
            released = released or _releases(one, self.releases)
            if isinstance(one, cst.Raise) and released:
                self.cleaned.add(id(one))

    def visit_Try(self, node: cst.Try) -> None:
        self.guarded += _cleans_up(node, self.releases)

    def leave_Try(self, node: cst.Try) -> None:
        self.guarded -= _cleans_up(node, self.releases)

    def visit_Call(self, node: cst.Call) -> None:
        self.met = self.met or any(node is one for one in self.nodes)

    def visit_Raise(self, node: cst.Raise) -> None:
        if self.met and self.raised is None and not self.guarded and id(node) not in self.cleaned:
            self.raised = node

    def visit_FunctionDef(self, _: cst.FunctionDef) -> bool:
        return False


def _cleans_up(node: cst.Try, releases: Collection[str]) -> bool:
    """Whether the handlers or the `finally` of a `try` release something."""
    blocks = [part.body for part in (*node.handlers, *((node.finalbody,) if node.finalbody is not None else ()))]
    lines = [line for block in blocks for line in block.body if isinstance(line, cst.SimpleStatementLine)]
    return any(_releases(one, releases) for line in lines for one in line.body)


def _releases(statement: cst.CSTNode, releases: Collection[str]) -> bool:
    value = statement.value if isinstance(statement, cst.Expr) else None
    call = value.expression if isinstance(value, cst.Await) else value
    return isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute) and call.func.attr.value in releases


RULE = Rule(
    code="HTL904",
    name="cleanup-may-fail-first",
    summary="a step of the clean-up or of a constructor may raise before the release",
    check=check,
    strength=93,
    default=False,
)
