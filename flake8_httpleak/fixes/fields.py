"""Clients that a class keeps: closed by the class's own clean-up, by a new one, or before another takes their place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.fixes.candidate import Candidate, candidate
from flake8_httpleak.fixes.entering import release_call
from flake8_httpleak.fixes.site import Site, is_none
from flake8_httpleak.fixes.text import Edits, Text

PLAIN = ("aclose", "close", "shutdown", "dispose", "disconnect", "__aexit__", "__exit__")
CLOSERS = (*PLAIN, "stop", "teardown", "tearDown")
"""Methods by which classes clean up; after the plain ones nobody goes on with the object."""
PLAIN_BASES = frozenset({"object", "ABC", "abc.ABC"})
"""Base classes that have no clean-up of their own."""
Method = ast.FunctionDef | ast.AsyncFunctionDef


def close_in_closer(site: Site) -> Iterator[Candidate]:
    """Add the release to the method by which the class cleans up."""
    found = _field(site)
    if found is None or site.kind is None:
        return
    owner, name = found
    exists, may_be_none = _filled(owner, name)
    for method in sorted(_methods(owner), key=lambda one: CLOSERS.index(one.name) if one.name in CLOSERS else len(CLOSERS)):
        if method.name in CLOSERS and method.args.args and exists:
            written = _release(site.text, method, site.kind, name, optional=may_be_none)
            edits = _appended(site.text, method, written) if written else None
            if edits is not None:
                yield from candidate(f"Close it in '{method.name}'", edits, safe=method.name in PLAIN)


def write_closer(site: Site) -> Iterator[Candidate]:
    """Give the class a `close` method and make it a context manager."""
    found = _field(site)
    if found is None or site.kind is None:
        return
    owner, name = found
    exists, may_be_none = _filled(owner, name)
    taken = {one.name for one in _methods(owner)}
    asynchronous = not release_call(site.kind, may_await=False)
    closer, enter, leave = ("aclose", "__aenter__", "__aexit__") if asynchronous else ("close", "__enter__", "__exit__")
    text = site.text
    last = owner.body[-1]
    if not exists or not taken.isdisjoint((closer, enter, leave)) or not text.stands_alone(last):
        return
    if not all(ast.unparse(base) in PLAIN_BASES for base in owner.bases):
        return
    base, unit = text.indent(owner.body[0]), text.unit
    typed = any(one.returns is not None for one in _methods(owner))
    define = "async def" if asynchronous else "def"
    call = release_call(site.kind, may_await=asynchronous).format(f"self.{name}")
    body = [f"if self.{name} is not None:", f"{unit}{call}"] if may_be_none else [call]
    lines = [
        "",
        f"{define} {closer}(self){' -> None' * typed}:",
        *(f"{unit}{line}" for line in body),
        "",
        f"{define} {enter}(self){f' -> {owner.name!r}'.replace(chr(39), chr(34)) * typed}:",
        f"{unit}return self",
        "",
        f"{define} {leave}(self, *exc_info{': object' * typed}){' -> None' * typed}:",
        f"{unit}{'await ' * asynchronous}self.{closer}()",
    ]
    edits = Edits(text)
    edits.insert_lines(text.last_line(last) + 1, [f"{base}{line}" if line else "" for line in lines])
    yield from candidate(f"Write '{closer}' and make the class a context manager", edits, safe=False)


def close_before_replacing(site: Site) -> Iterator[Candidate]:
    """`self.name.close()` before the field gets another client."""
    statement = site.text.statement_of(site.call) if site.call is not None else None
    found = _field(site)
    if found is None or site.kind is None or statement is None or not site.text.stands_alone(statement):
        return
    owner, name = found
    exists, may_be_none = _filled(owner, name)
    method = site.scope
    if not exists or not isinstance(method, Method) or not method.args.args:
        return
    lines = _release(site.text, method, site.kind, name, optional=may_be_none)
    base = site.text.indent(statement)
    edits = Edits(site.text)
    edits.insert_lines(site.text.first_line(statement), [f"{base}{line}" for line in lines])
    if lines:
        yield from candidate("Close the old one first", edits)


def _field(site: Site) -> tuple[ast.ClassDef, str] | None:
    """The class that keeps the resource, and the field."""
    owner = site.text.class_of(site.call) if site.call is not None else None
    node = site.finding.at.node
    fate = next((one for one in site.facts.fields if any(made.node is node for made in one.acquisitions)), None)
    return (owner, fate.name) if fate is not None and owner is not None else None


def _methods(owner: ast.ClassDef) -> list[Method]:
    return [one for one in owner.body if isinstance(one, Method)]


def _filled(owner: ast.ClassDef, name: str) -> tuple[bool, bool]:
    """Whether every object has the field from the beginning, and whether it may hold None."""
    exists = may_be_none = False
    for method in [None, *_methods(owner)]:
        for node in ast.walk(method) if method is not None else iter(owner.body):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
            value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
            if value is None or not any(_is_field(one, name, in_method=method is not None) for one in targets):
                continue
            exists = exists or method is None or method.name == "__init__"
            may_be_none = may_be_none or any(map(is_none, _outcomes(value)))
    return exists, may_be_none


def _is_field(target: ast.expr, name: str, *, in_method: bool) -> bool:
    if in_method:
        return isinstance(target, ast.Attribute) and target.attr == name and isinstance(target.value, ast.Name)
    return isinstance(target, ast.Name) and target.id == name


def _outcomes(value: ast.expr) -> list[ast.expr]:
    return [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]


def _release(text: Text, method: Method, kind: ResourceKind, name: str, *, optional: bool) -> list[str]:
    """The lines that release a field in a method."""
    field = f"{method.args.args[0].arg}.{name}"
    call = release_call(kind, may_await=isinstance(method, ast.AsyncFunctionDef)).format(field)
    if not call:
        return []
    return [f"if {field} is not None:", f"{text.unit}{call}"] if optional else [call]


def _appended(text: Text, method: Method, lines: list[str]) -> Edits | None:
    """Lines at the end of a method, before its last `return`; in the place of `pass` if that is all there is."""
    last = method.body[-1]
    if not text.stands_alone(last) or last.lineno == method.lineno:
        return None
    base = text.indent(last)
    edits = Edits(text)
    if isinstance(last, ast.Pass) and text.stands_alone(last, comment=False):
        edits.insert_lines(last.lineno, [f"{base}{line}" for line in lines])
        edits.delete_lines(last.lineno, last.lineno)
    elif isinstance(last, ast.Return):
        edits.insert_lines(last.lineno, [f"{base}{line}" for line in lines])
    else:
        edits.insert_lines(text.last_line(last) + 1, [f"{base}{line}" for line in lines])
    return edits
