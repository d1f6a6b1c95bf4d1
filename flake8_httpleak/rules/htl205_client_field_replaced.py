"""A field, or a name of the module, gets a new client while it still holds an open one.

## Problem

A method such as `reconnect()` or `reset()` makes a new client and stores it where the old one is. The old one loses its last
name while it is open: the class's own `close()` will only ever see the newest. The same goes for a `global` that a function
binds anew.

## Why it matters

Reconnecting is what a service does when its network is bad, often hundreds of times in a night. Each time one client is left
behind. Dropped websockets of `websockets.sync` stayed open until the process ended, 15 of 15, with three more file
descriptors and two threads each; dropped clients of `httpx` stay until the cycle collector runs.

## Bad

```python
from websockets.sync.client import connect


class Feed:
    def __init__(self, url):
        self.url = url
        self.socket = connect(url)

    def reconnect(self):
        self.socket = connect(self.url)  # HTL205

    def close(self):
        self.socket.close()
```

## Good

```python
from websockets.sync.client import connect


class Feed:
    def __init__(self, url):
        self.url = url
        self.socket = connect(url)

    def reconnect(self):
        self.socket.close()
        self.socket = connect(self.url)

    def close(self):
        self.socket.close()
```

## When it is silent

- The old client is closed, handed on or kept under another name first, or the field is None or closed there.
- No other method makes a client; or the constructor makes none, and the name of the method says that it starts something
  (`connect`, `start_all`, `__enter__`, `auth_with_token`).
- The old client came from outside: a parameter is somebody else's to close.
- The new client is given a transport or connector that was not made here, as the old one was: to close that would close both.
- Classes of other files share the field, as for HTL204: they may close the old client.
- The method asks for the process it is in, or for the event loop: after a fork the old client is the parent's to close, and one
  whose event loop has ended cannot be closed.
- A name of the module holds nothing at first, or the function that binds it anew runs once: at start-up, in a test.
- Its library closes it by itself: pools of `urllib3` have a finalizer, and clients of `boto3` hold such pools.

## Fix and its safety

Close the old client first, if there is one. Safe: the field was the only way to it.

## References

- <https://websockets.readthedocs.io/en/stable/reference/sync/client.html>
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.classes import FieldFate
from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.ownership.methods import BUILDERS
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.ownership.replacing import replacements
from flake8_httpleak.ownership.walks import Loss
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.churn import runs_once
from flake8_httpleak.rules.elsewhere import is_known_elsewhere
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.wording import thing
from flake8_httpleak.source.visitor import calls_in

STARTERS = frozenset({"connect", "start", "open", "setup", "startup", "enter", "aenter", "login", "auth", "initialize", "init"})
"""First words in the names of methods that start something: what they make is the first one."""
_ASKED = frozenset({"getpid", "get_running_loop", "get_event_loop"})


def check(facts: Facts) -> Iterator[Finding]:
    """Find fields, and names of the module, that get a new client while they still hold one."""
    yield from _of_fields(facts)
    yield from _of_module(facts)


def _of_fields(facts: Facts) -> Iterator[Finding]:
    for fate in facts.fields:
        if fate.kind.self_closing:
            continue
        for method, loss in fate.overwritten:
            new = _made_at(facts, loss) or _named_at(facts, loss)
            if _belongs_elsewhere(method):
                continue  # after a fork the client is the parent's, who closes it; one of another event loop can't be closed here
            if new is not None and new.borrows_pool:
                continue  # the one before has the same connections: to close it would close those
            if new is not None and _held_before(fate, method, new) and not is_known_elsewhere(facts.analyser.program, fate):
                yield _replacing(new, f"self.{fate.name}", fate.acquisitions[0])


def _belongs_elsewhere(method: FunctionInfo) -> bool:
    """Whether a method asks if it runs in the process, or event loop, that the old client is of: `os.getpid() != self.pid`."""
    if not method.unit.spells(_ASKED):
        return False
    nodes = [node for root in method.unit.nodes for node in ast.walk(root)]
    asked = [node for node in nodes if isinstance(node, ast.Compare)]
    kept = [target for node in nodes if isinstance(node, ast.Assign) and _asks(node.value) for target in node.targets]
    names = {target.id for target in kept if isinstance(target, ast.Name)}
    return any(_asks(one) or any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(one)) for one in asked)


def _asks(node: ast.expr) -> bool:
    return any(not _ASKED.isdisjoint((getattr(part, "attr", ""), getattr(part, "id", ""))) for part in ast.walk(node))


def _of_module(facts: Facts) -> Iterator[Finding]:
    """Names of the module that a function binds anew; not one that starts something, before anybody used what was there."""
    for one in replacements(facts.analyser):
        new = _made_at(facts, one.loss) or _named_at(facts, one.loss)
        if new is None or one.made.kind.self_closing or _is_starter(one.function.name) or runs_once(facts, one.function):
            continue
        yield _replacing(new, one.name, one.made)


def _replacing(new: Acquisition, where: str, old: Acquisition) -> Finding:
    return Finding(
        rule=RULE,
        at=Place(new.node, new.function),
        message=f"{thing(new)} replaces the one in '{where}', which is not closed; close that first",
        level=Level.PATH,
        reclaim=new.kind.reclaim,
        resource=id(new.node),
        library=new.kind.library,
        related=((Place(old.node, old.function), "the one that is replaced"),),
    )


def _held_before(fate: FieldFate, method: FunctionInfo, new: Acquisition) -> bool:
    """Whether the field can hold a client already: made by the constructor, or by another method before this one."""
    others = [one for one in fate.acquisitions if one.function is not method and one is not new]
    if any(one.function.name in BUILDERS for one in others):
        return True
    return bool(others) and not _is_starter(method.name)


def _is_starter(name: str) -> bool:
    """Whether the name of a function says that it starts something: `connect`, `__enter__`, `auth_with_token`, `asyncSetUp`."""
    first, *rest = name.replace("SetUp", "_setup").lower().strip("_").split("_")
    return first in STARTERS or (first == "async" and not STARTERS.isdisjoint(rest[:1]))


def _made_at(facts: Facts, loss: Loss) -> Acquisition | None:
    """The acquisition in the statement that overwrites."""
    if loss.node is None:
        return None
    found = {id(one.node): one for one in facts.analysis.acquisitions}
    return next((found[key] for key in calls_in(loss.node) if key in found), None)


def _named_at(facts: Facts, loss: Loss) -> Acquisition | None:
    """The acquisition whose result, under a name of its own, the statement that overwrites puts into the field."""
    targets = [one.target for one in loss.node.targets] if isinstance(loss.node, cst.Assign) else []
    stored = (verdict for verdict in facts.verdicts for one in verdict.handovers if any(one.node is node for node in targets))
    return next((verdict.acquisition for verdict in stored), None)


RULE = Rule(
    code="HTL205",
    name="client-field-replaced",
    summary="a field gets a new client while it still holds an open one",
    check=check,
    strength=31,
)
