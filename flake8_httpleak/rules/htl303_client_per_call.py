"""A client that is made for one request, where the file itself shows that this happens again and again.

## Problem

A function makes a client for a single request, and the file itself shows that the function runs again and again: a loop or a
handler calls it, it is a property, its framework calls it all the time, or its class is a client of its own, whose
constructor keeps everything that is needed.

## Why it matters

Every call opens a connection and throws it away. This is the slow half of many wrappers: the class looks as if it kept
something, and keeps an address and a key only.

| 30 calls | connections | of a kept one | CPU ms a call | of a kept one |
| --- | --- | --- | --- | --- |
| `requests.Session`, http | 30 | 1 | 1.1 | 0.7 |
| `requests.Session`, https | 30 | 1 | 30.1 | 1.0 |
| `httpx.Client`, http | 30 | 1 | 27.1 | 0.6 |
| `httpx.Client`, https | 30 | 1 | 29.8 | 0.6 |

Measured on one machine, where a connection costs only the processor's time; a network adds at least one way to the server and
back for each. `python -m tests.lab.churn` measures it again.

## Bad

```python
import httpx


class Geocoder:
    def __init__(self, base_url, key):
        self.base_url = base_url
        self.key = key

    def locate(self, address):
        with httpx.Client(base_url=self.base_url, headers={"X-Key": self.key}) as client:  # HTL303
            return client.get("/locate", params={"q": address}).json()
```

## Good

```python
import httpx


class Geocoder:
    def __init__(self, base_url, key):
        self.client = httpx.Client(base_url=base_url, headers={"X-Key": key})

    def locate(self, address):
        return self.client.get("/locate", params={"q": address}).json()

    def close(self):
        self.client.close()
```

## When it is silent

- Nothing in the file shows that the function runs often; HTL902, which is opt-in, asks less.
- The client depends on the call's own arguments, or a method of a class sends its request wherever its caller says,
  or to the one address that its object was made with.
- More than one request goes through it, or the method sends the same request through a client of its object otherwise.
- It is asynchronous, and plain methods of the class send requests too: the objects are made where no event loop runs.
- The function may be given a client and makes one only if it was not.
- Names say that the event is rare: `login`, `refresh_token`, `notify`, `register`, `health` and the like.
- The function is a test, a command, a start-up hook, a constructor, a factory, or cached.
- A loop sleeps before each of its requests.
- The method opens or closes its object, or only such methods call it; or wherever the file makes such an object, it is for one
  call: `await Painter(url).paint(text)`. Class methods have no object that could keep a client.
- A plain function runs an event loop for each call of a coroutine function: each loop needs a client of its own.

## Fix and its safety

There is no fix that a tool could write: the object that keeps the client has to close it, and somebody has to close the
object. Make the client in `__init__`, add a `close` method or the methods of a context manager, and use the object in `with`.

## References

- <https://www.python-httpx.org/advanced/clients/#why-use-a-client>
- <https://requests.readthedocs.io/en/latest/user/advanced/#session-objects>
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.program import ClassInfo, FunctionInfo
from flake8_httpleak.ownership.values import Instance, Object
from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.churn import Candidate, calls_of, candidates, churn_finding, churning_loop, runs_once, varies
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.hosts import address_of, is_callers, is_its_objects
from flake8_httpleak.rules.invariance import Invariance
from flake8_httpleak.rules.looping import waits_first
from flake8_httpleak.rules.occasions import lives_for_one_call, runs_once_for_its_object
from flake8_httpleak.rules.roles import Role
from flake8_httpleak.rules.sending import MANY
from flake8_httpleak.source.visitor import Visitor


def check(facts: Facts) -> Iterator[Finding]:
    """Find clients for one request in functions that run again and again."""
    for candidate in candidates(facts):
        function = candidate.function
        if candidate.requests >= MANY or runs_once(facts, function) or facts.roles.is_rare(function):
            continue
        acquisition = candidate.acquisition
        if acquisition.spare or function.is_cached or any(waits_first(loop, acquisition.node) for loop in acquisition.loops):
            continue
        if facts.roles.of(function) is Role.HANDLER or churning_loop(acquisition.loops, acquisition.node) is not None:
            continue  # these have rules of their own
        invariance = facts.invariance(function)
        if varies(candidate, invariance):
            continue
        why = _why(facts, candidate, invariance)
        if why:
            callee = written(acquisition.callee)
            text = f"client '{callee}' is made for one request in '{function.name}', {why}; keep one and reuse it"
            yield churn_finding(RULE, acquisition, Level.HINT, text)


def _why(facts: Facts, candidate: Candidate, invariance: Invariance) -> str:
    function = candidate.function
    for call in calls_of(facts, function):
        if function.is_async and not call.function.is_async:
            continue  # each run of an event loop needs a client of its own
        if churning_loop(call.loops, call.node) is not None and not runs_once(facts, call.function):
            return "which a loop calls"
        if facts.roles.of(call.function) is Role.HANDLER:
            return f"which the handler '{call.function.name}' calls"
    if function.is_property and not function.is_cached:
        return "a property"
    if facts.roles.of(function) is Role.HOT:
        return "which its framework calls often"
    own = _is_wrapper(candidate, invariance) and not _goes_where_asked(facts, candidate)
    if function.is_async and _has_plain_twin(facts, function):
        return ""
    if not own or runs_once_for_its_object(facts, function) or lives_for_one_call(facts, function):
        return ""
    return "a method of a client of its own"


def _is_wrapper(candidate: Candidate, invariance: Invariance) -> bool:
    """Whether a class keeps what the client and its one request use: its methods are there to be called many times."""
    function = candidate.function
    if function.owner is None or candidate.requests != 1 or function.name.startswith("__"):
        return False
    if function.is_static or "classmethod" in function.last_decorators:
        return False  # there is no object that could keep one
    if _has_its_own_way(candidate):
        return False
    used = _used_fields(function)
    return bool(used) and used <= _stored_fields(function) and invariance.fields <= used


def _has_plain_twin(facts: Facts, function: FunctionInfo) -> bool:
    """Whether plain methods of the class send requests too: its objects are made where no event loop runs."""
    program = facts.analyser.program
    for unit in function.owner.units if function.owner is not None else ():
        if not isinstance(unit.function, ast.FunctionDef):
            continue
        for chain in unit.mentions.chains:
            first, dot, rest = chain.partition(".")
            bound = program.names.bindings.get(first)
            if bound is not None and any(f"{one}{dot}{rest}" in program.catalog.one_shot for one in bound.imports):
                return True
    return False


def _has_its_own_way(candidate: Candidate) -> bool:
    """Whether the method sends the same request through a client of its object as well: the one it makes is a way out."""
    function = candidate.function
    kind = candidate.acquisition.kind
    words = {call.rpartition(".")[2] for produce in kind.produces for call in produce.calls}
    found = _Sends(function.parameter_names[0] if function.parameter_names else "", words)
    if function.node is not None:
        found.walk(function.node.body)
    return found.seen


class _Sends(Visitor):
    """Whether a field of the object is sent a request: `self._session.request(...)`."""

    def __init__(self, receiver: str, words: set[str]) -> None:
        self.receiver = receiver
        self.words = words
        self.seen = False

    def visit_Call(self, node: cst.Call) -> None:
        match node.func:
            case cst.Attribute(value=cst.Attribute(value=cst.Name(value=receiver)), attr=cst.Name(value=word)):
                self.seen = self.seen or (receiver == self.receiver and word in self.words)


def _goes_where_asked(facts: Facts, candidate: Candidate) -> bool:
    """Whether the caller or the one object says where the request goes: connections that were kept would hardly be used again."""
    acquisition, function = candidate.acquisition, candidate.function
    if acquisition.arguments is not None and acquisition.arguments.named.get("base_url") is not None:
        return False
    for call in facts.calls:
        if isinstance(call.owner, Instance | Object) and call.owner.site == id(acquisition.node):
            url = address_of(call.node, call.path)
            if url is not None and (is_callers(url, function, facts.analyser.program) or is_its_objects(url, function)):
                return True
    return False


def _used_fields(function: FunctionInfo) -> set[str]:
    found = _Fields(function.parameter_names[0] if function.parameter_names else "")
    if function.node is not None:
        found.walk(function.node.body)
    return found.read - set(function.owner.functions if function.owner is not None else ())


def _stored_fields(function: FunctionInfo) -> set[str]:
    """Fields that the constructors of the class and of its bases in the file assign, and those of a record."""
    stored: set[str] = set()
    for info in function.owner.line_of_descent if function.owner is not None else ():
        constructor = info.functions.get("__init__")
        stored.update(info.annotated if constructor is None else set(info.annotated) - _constants(info))
        if constructor is not None and constructor.node is not None and constructor.parameter_names:
            found = _Fields(constructor.parameter_names[0])
            found.walk(constructor.node.body)
            stored |= found.stored
    return stored


def _constants(info: ClassInfo) -> set[str]:
    """Names to which a class itself gives a value, beside their annotation."""
    body = (node for unit in info.units for node in unit.nodes)
    given = (node.target for node in body if isinstance(node, ast.AnnAssign) and node.value is not None)
    return {target.id for target in given if isinstance(target, ast.Name)}


class _Fields(Visitor):
    def __init__(self, receiver: str) -> None:
        self.receiver = receiver
        self.read: set[str] = set()
        self.stored: set[str] = set()

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self._store(node.target)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self._store(node.target)

    def _store(self, target: cst.BaseExpression) -> None:
        if isinstance(target, cst.Attribute) and isinstance(target.value, cst.Name) and target.value.value == self.receiver:
            self.stored.add(target.attr.value)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if isinstance(node.value, cst.Name) and node.value.value == self.receiver:
            self.read.add(node.attr.value)


RULE = Rule(
    code="HTL303",
    name="client-per-call",
    summary="a client is made for one request in a function that runs again and again",
    check=check,
    strength=72,
)
