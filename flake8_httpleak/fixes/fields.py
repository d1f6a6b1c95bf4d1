"""Clients that a class keeps: closed by the class's own clean-up, by a new one, or before another takes their place."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.diagnostics import Span
from flake8_httpleak.fixes.candidate import Candidate, candidate
from flake8_httpleak.fixes.entering import release_call
from flake8_httpleak.fixes.site import Site, is_none
from flake8_httpleak.fixes.text import Edits, Text
from flake8_httpleak.source.units import receiver_of

PLAIN = ("aclose", "close", "shutdown", "dispose", "disconnect", "__aexit__", "__exit__")
CLOSERS = (*PLAIN, "stop", "teardown", "tearDown")
"""Methods by which classes clean up; after the plain ones nobody goes on with the object."""
OPENERS = frozenset({"connect", "open", "reconnect", "reopen", "start", "startup"})
"""Methods by which an object that was closed may be used again."""
PLAIN_BASES = frozenset({"object", "ABC", "abc.ABC"})
"""Base classes that have no clean-up of their own."""
Method = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Field:
    """A field that every object has from the beginning, and that only ever holds a client made here, or None if `optional`.

    lazy: some other method than `__init__` makes the client.
    """

    owner: ast.ClassDef
    name: str
    optional: bool
    lazy: bool

    @property
    def may_go_on(self) -> bool:
        """Whether an object that was closed is opened again, and has the client that it had."""
        return not self.lazy and any(one.name in OPENERS for one in _methods(self.owner))


def close_in_closer(site: Site) -> Iterator[Candidate]:
    """Add the release to the method by which the class cleans up."""
    field = _field(site)
    if field is None or site.kind is None:
        return
    closers = [one for one in _methods(field.owner) if one.name in CLOSERS and receiver_of(one)]
    for method in sorted(closers, key=lambda one: CLOSERS.index(one.name)):
        written = _release_lines(site.text, method, site.kind, field, forget=True)
        edits = _appended(site.text, method, written) if written else None
        if edits is not None:
            yield from candidate(f"Close it in '{method.name}'", edits, safe=method.name in PLAIN and not field.may_go_on)


def write_closer(site: Site) -> Iterator[Candidate]:
    """Give the class a `close` method and make it a context manager."""
    field = _field(site)
    if field is None or site.kind is None:
        return
    owner, text = field.owner, site.text
    taken = {one.name for one in _methods(owner)}
    asynchronous = not release_call(site.kind, may_await=False)
    closer, enter, leave = ("aclose", "__aenter__", "__aexit__") if asynchronous else ("close", "__enter__", "__exit__")
    last = owner.body[-1]
    if not taken.isdisjoint((closer, enter, leave)) or not text.stands_alone(last):
        return
    if not all(ast.unparse(base) in PLAIN_BASES for base in owner.bases) or "mixin" in owner.name.lower():
        return  # of several classes that are mixed only the first one's method would be called
    typed = any(one.returns is not None for one in _methods(owner))
    itself = f' -> "{_path_of(text, owner)}"' if typed else ""
    define = "async def" if asynchronous else "def"
    lines = [
        "",
        f"{define} {closer}(self){' -> None' * typed}:",
        *(f"{text.unit}{line}" for line in _release(text, site.kind, field, "self", may_await=asynchronous, forget=True)),
        "",
        f"{define} {enter}(self){itself}:",
        f"{text.unit}return self",
        "",
        f"{define} {leave}(self, *exc_info{': object' * typed}){' -> None' * typed}:",
        f"{text.unit}{'await ' * asynchronous}self.{closer}()",
    ]
    base = text.indent(owner.body[0])
    edits = Edits(text)
    edits.insert_lines(text.last_line(last) + 1, [f"{base}{line}" if line else "" for line in lines])
    yield from candidate(f"Write '{closer}' and make the class a context manager", edits, safe=False)


def close_before_replacing(site: Site) -> Iterator[Candidate]:
    """`self.name.close()` before the field gets another client."""
    statement = site.text.statement_of(site.call) if site.call is not None else None
    field = _field(site)
    if field is None or site.kind is None or statement is None or not site.text.stands_alone(statement):
        return
    method = site.scope
    if not isinstance(method, Method) or not receiver_of(method):
        return
    lines = _release_lines(site.text, method, site.kind, field, forget=False)
    base = site.text.indent(statement)
    edits = Edits(site.text)
    edits.insert_lines(site.text.first_line(statement), [f"{base}{line}" for line in lines])
    if lines:
        yield from candidate("Close the old one first", edits)


def _field(site: Site) -> Field | None:
    """The field that keeps the resource; None if it may hold something that is not the class's own, or may be missing."""
    owner = site.text.class_of(site.call) if site.call is not None else None
    node = site.finding.at.node
    fate = next((one for one in site.facts.fields if any(made.node is node for made in one.acquisitions)), None)
    if fate is None or owner is None:
        return None
    spans = (site.span_of(made.node, made.function) for made in fate.acquisitions)
    made = {site.text.call_at(span) for span in spans if isinstance(span, Span)}
    exists = optional = lazy = False
    for scope, value in _stored(owner, fate.name):
        outcomes = list(_outcomes(value, scope))
        if not all(is_none(one) or one in made for one in outcomes):
            return None
        first = scope is owner or (isinstance(scope, Method) and scope.name == "__init__")
        exists = exists or first
        optional = optional or any(map(is_none, outcomes))
        lazy = lazy or (not first and not all(map(is_none, outcomes)))
    return Field(owner, fate.name, optional, lazy) if exists else None


def _path_of(text: Text, owner: ast.ClassDef) -> str:
    """A class as an annotation names it: with the classes that it stands in."""
    outer = text.parents.get(owner)
    return f"{_path_of(text, outer)}.{owner.name}" if isinstance(outer, ast.ClassDef) else owner.name


def _methods(owner: ast.ClassDef) -> list[Method]:
    return [one for one in owner.body if isinstance(one, Method)]


def _stored(owner: ast.ClassDef, name: str) -> Iterator[tuple[ast.ClassDef | Method, ast.expr]]:
    """What is stored in a field, in the body of the class and in its methods."""
    for statement in owner.body:
        yield from ((owner, value) for value in _assigned(statement, lambda one: _is_name(one, name)))
    for method in _methods(owner):
        for node in ast.walk(method):
            yield from ((method, value) for value in _assigned(node, lambda one: _is_field(one, name)))


def _assigned(node: ast.AST, is_target: Callable[[ast.expr], bool]) -> Iterator[ast.expr]:
    """The value that a node stores in a target; of other stores than plain assignments the target, whose value is not known."""
    match node:
        case ast.Assign(targets, value) if any(map(is_target, targets)):
            yield value
        case ast.AnnAssign(target=target, value=ast.expr() as value) if is_target(target):
            yield value
        case ast.NamedExpr(target) | ast.AugAssign(target) | ast.For(target) | ast.AsyncFor(target) if is_target(target):
            yield target
        case ast.withitem(optional_vars=ast.expr() as target) if is_target(target):
            yield target
        case ast.Tuple(elements, ast.Store()) | ast.List(elements, ast.Store()):
            yield from filter(is_target, elements)


def _is_name(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def _is_field(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Attribute) and target.attr == name and isinstance(target.value, ast.Name)


def _outcomes(value: ast.expr, scope: ast.ClassDef | Method) -> Iterator[ast.expr]:
    """The expressions that a value may come from."""
    match value:
        case ast.IfExp():
            yield from _outcomes(value.body, scope)
            yield from _outcomes(value.orelse, scope)
        case ast.BoolOp():
            for one in value.values:
                yield from _outcomes(one, scope)
        case ast.Await():
            yield from _outcomes(value.value, scope)
        case ast.Name() if bound := list(_bound(value.id, scope)):
            yield from bound
        case _:
            yield value


def _bound(name: str, scope: ast.ClassDef | Method) -> Iterator[ast.expr]:
    """What a local name is bound to in a method."""
    for node in ast.walk(scope):
        yield from _assigned(node, lambda one: _is_name(one, name))


def _release(text: Text, kind: ResourceKind, field: Field, receiver: str, *, may_await: bool, forget: bool) -> list[str]:
    """The lines that release a field; none if nothing can. forget: and let the next use make a new client, if one would."""
    held = f"{receiver}.{field.name}"
    call = release_call(kind, may_await=may_await).format(held)
    if not call:
        return []
    if not field.optional:
        return [call]
    return [f"if {held} is not None:", f"{text.unit}{call}", *([f"{text.unit}{held} = None"] if forget and field.lazy else [])]


def _release_lines(text: Text, method: Method, kind: ResourceKind, field: Field, *, forget: bool) -> list[str]:
    """The lines that release a field in a method."""
    receiver, may_await = receiver_of(method), isinstance(method, ast.AsyncFunctionDef)
    return _release(text, kind, field, receiver, may_await=may_await, forget=forget)


def _appended(text: Text, method: Method, lines: list[str]) -> Edits | None:
    """Lines at the end of a method, before its last `return`; in the place of `pass` if that is all there is.

    None if the method may end before: then the client would not always be closed.
    """
    last = method.body[-1]
    if not text.stands_alone(last) or last.lineno == method.lineno:
        return None
    if any(isinstance(one, ast.Return | ast.Raise) and one is not last for one in ast.walk(method)):
        return None
    base = text.indent(last)
    edits = Edits(text)
    if isinstance(last, ast.Pass) and text.stands_alone(last, comment=False):
        edits.insert_lines(last.lineno, [f"{base}{line}" for line in lines])
        edits.delete_lines(last.lineno, last.lineno)
    elif isinstance(last, ast.Return):
        edits.insert_lines(last.lineno, [f"{base}{line}" for line in lines])
    elif isinstance(last, ast.Raise):
        return None
    else:
        edits.insert_lines(text.last_line(last) + 1, [f"{base}{line}" for line in lines])
    return edits
