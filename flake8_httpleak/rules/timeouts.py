"""What the rules about timeouts share: how long a call may wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import libcst as cst

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.clients.model import Timeout
from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.arguments import Arguments
from flake8_httpleak.ownership.events import Acquisition, MethodCall
from flake8_httpleak.ownership.kinds import kind_of
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.ownership.values import NONE, Choice, Const, Instance, Items, Object, Value
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.facts import Facts

TAUGHT = ("request", "send", "urlopen", "get", "post", "<mounted>")
"""Methods and adapters by which a client can be taught a timeout of its own."""


class Waiting(StrEnum):
    """How long a call may wait."""

    BOUNDED = "bounded"
    MISSING = "missing"
    """Nothing is said, and the default has no bound."""
    DISABLED = "disabled"
    """A value says that there is none."""


@dataclass(frozen=True, slots=True)
class Waiter:
    """A call that may wait for ever, the parameter that would bound it, and how it takes seconds (`{}`)."""

    node: cst.Call
    function: FunctionInfo
    parameter: str
    library: str
    seconds: str


def waiters(facts: Facts, wanted: Waiting) -> Iterator[Waiter]:
    """Every request, client and timeout object whose waiting is of a sort, and no deadline around it."""
    for call in facts.calls:
        spec, library = timeout_of(facts, call)
        if spec is not None and not call.deadline and _of_call(facts, spec, call.arguments, call.owner) is wanted:
            yield Waiter(call.node, call.function, spec.parameter, library, spec.seconds)
    for acquisition in facts.constructions:
        node, specs = acquisition.node, [one for one in acquisition.kind.timeouts if not one.calls]
        if (
            isinstance(node, cst.Call)
            and specs
            and not acquisition.deadline
            and _of_constructor(facts, acquisition, specs) is wanted
        ):
            yield Waiter(node, acquisition.function, specs[0].parameter, acquisition.kind.library, specs[0].seconds)


def timeout_of(facts: Facts, call: MethodCall) -> tuple[Timeout | None, str]:
    """What the tables say about the timeout of a request, and the library."""
    catalog = facts.analyser.program.catalog
    if call.owner is None:
        return catalog.timeout(call.path), catalog.library_of(call.path)
    kind = kind_of(call.owner)
    if kind is None or kind.is_of_this_file:
        return None, ""
    spec = catalog.method_timeout(kind.key, call.path)
    return (spec if spec is not None and spec.calls else None), kind.library


def _of_call(facts: Facts, spec: Timeout, arguments: Arguments, owner: Value | None) -> Waiting:
    """How long a request may wait: its argument decides, then its client, then the library's default."""
    value = argument(spec, arguments)
    if value is not None:
        return Waiting.DISABLED if is_off(spec, value) else Waiting.BOUNDED
    if arguments.open or is_taught(owner):
        return Waiting.BOUNDED
    if spec.default == "none" or (spec.default == "socket" and not facts.has_socket_default):
        return Waiting.MISSING
    return Waiting.BOUNDED  # by its default, or by its client, which speaks for itself where it is made


def _of_constructor(facts: Facts, acquisition: Acquisition, specs: Sequence[Timeout]) -> Waiting:
    arguments = acquisition.arguments
    func, owner = acquisition.callee, acquisition.function.owner
    above = isinstance(func, cst.Attribute) and func.attr.value == "__init__"  # `super().__init__(...)`
    if arguments is None or (above and owner is not None and is_taught(Object(owner))):
        return Waiting.BOUNDED
    if acquisition.kind.role == "inert" or len(specs) > 1:
        return _of_object(facts, arguments, specs)
    waiting = _of_call(facts, specs[0], arguments, None)
    return Waiting.BOUNDED if waiting is Waiting.MISSING and _speak_for_it(facts, acquisition.kind) else waiting


def _speak_for_it(facts: Facts, kind: ResourceKind) -> bool:
    """Whether requests through clients of a kind can bring a timeout of their own, and each one does that the file sends.

    Where it sends none, those that it leaves the client to may, or overrule what the client says, as adapters of `requests` do.
    """
    if not any(spec.calls for spec in kind.timeouts):
        return False
    found: list[bool] = []
    for call in facts.calls:
        of = kind_of(call.owner) if call.owner is not None else None
        if of is not None and of.key == kind.key and (spec := timeout_of(facts, call)[0]) is not None:
            value = argument(spec, call.arguments)
            found.append(value is not None and not is_off(spec, value))
    return all(found)


def argument(spec: Timeout, arguments: Arguments) -> Value | None:
    """What a call passes as timeout; None if it passes nothing."""
    if spec.parameter in arguments.named:
        return arguments.named[spec.parameter]
    return arguments.positional[spec.position] if 0 <= spec.position < len(arguments.positional) else None


def is_off(spec: Timeout, value: Value) -> bool:
    """Whether a value says that there is no bound. A timeout object speaks for itself, where it is made."""
    if value == NONE:
        return spec.off_if_none
    if isinstance(value, Const):
        return value.value in spec.off and not isinstance(value.value, bool)
    return isinstance(value, Items) and spec.tuples and value.form == "tuple" and NONE in value.values


def is_taught(owner: Value | None) -> bool:
    """Whether a client has a timeout of its own: by a subclass that overrides its requests, a wrapped method, an adapter."""
    if isinstance(owner, Choice):
        return any(is_taught(one) for one in owner.options)
    if isinstance(owner, Object):
        return any(owner.info.method(name) is not None for name in TAUGHT)
    return isinstance(owner, Instance) and any(owner.attr(name) is not None for name in (*TAUGHT, "timeout"))


def _of_object(facts: Facts, arguments: Arguments, specs: Sequence[Timeout]) -> Waiting:
    """How long a response may be waited for with a timeout object, which has parts."""
    if arguments.open:
        return Waiting.BOUNDED
    by_part = {spec.what: spec for spec in specs}
    said = {what: argument(spec, arguments) for what, spec in by_part.items()}
    total = said.get("total")
    if total is not None and not is_off(by_part["total"], total):
        return Waiting.BOUNDED
    for what in ("read", "each"):
        value = said.get(what)
        if value is not None:
            return Waiting.DISABLED if is_off(by_part[what], value) else Waiting.BOUNDED
    default = next((by_part[what].default for what in ("each", "read") if what in by_part), "none")
    if default == "bounded" or (default == "socket" and facts.has_socket_default):
        return Waiting.BOUNDED
    return Waiting.DISABLED if total is not None else Waiting.MISSING


def timeout_finding(rule: Rule, waiter: Waiter, message: str) -> Finding:
    """A finding about a call that waits without end."""
    return Finding(rule=rule, at=Place(waiter.node, waiter.function), message=message, level=Level.SURE, library=waiter.library)
