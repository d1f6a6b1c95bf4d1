"""Holding a resource that has a name for as long as it is used: `with CALL as name:` around the uses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.fixes.candidate import Candidate, candidate
from flake8_httpleak.fixes.closes import JUMPS, Needless
from flake8_httpleak.fixes.entering import Entry, entry_of, entry_of_value
from flake8_httpleak.fixes.imports import wrapped
from flake8_httpleak.fixes.lazy import Laziness
from flake8_httpleak.fixes.site import Site, captured, mentions, stores, target_name
from flake8_httpleak.fixes.text import Edits, Text


@dataclass(frozen=True, slots=True)
class Region:
    """The statements of one block in which a name stands for a resource: the one that binds it, then the uses."""

    block: list[ast.stmt]
    first: int
    last: int
    safe: bool = True
    """Nothing that may need the resource leaves the region."""

    @property
    def uses(self) -> list[ast.stmt]:
        """The statements behind the binding."""
        return self.block[self.first + 1 : self.last + 1]

    @property
    def rest(self) -> list[ast.stmt]:
        """What comes after the last use."""
        return self.block[self.last + 1 :]


def wrap(site: Site) -> Iterator[Candidate]:
    """`with CALL as name:` around the uses of what a statement binds to a name."""
    call, kind, acquisition = site.call, site.kind, site.acquisition
    if call is None or kind is None or acquisition is None or site.is_handed_over:
        return
    statement = site.text.statement_of(call)
    name = target_name(statement, call) if statement is not None else ""
    if statement is None or not name or not site.text.stands_alone(statement):
        return
    value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else call
    awaited = isinstance(value, ast.Await)
    entry = entry_of(kind, acquisition.delivery, awaited=awaited, may_await=site.may_await)
    later = entry_of_value(kind, may_await=site.may_await)
    if not awaited and acquisition.delivery not in ("value", "await"):
        later = None
    region = _region(site, statement, name)
    if region is not None:
        if entry is not None and entry.keyword and isinstance(statement, ast.Assign):
            yield from _merged(site, region, statement, name, entry)
            yield from _written(site, region, statement, name, entry, kind)
        if later is not None:
            yield from hold(site, region, name, later, kind)
    if later is not None:
        for binding in _around(site, statement, name):
            region = _region(site, binding, name)
            if region is not None:
                yield from hold(site, region, name, later, kind)


def _around(site: Site, statement: ast.stmt, name: str) -> Iterator[ast.stmt]:
    """Statements around the binding after which the name stands for such a resource whatever way they took."""
    for outer in site.text.above(statement):
        if not isinstance(outer, ast.Try | ast.If) or not _binds([outer], name):
            return
        made = {id(call) for call in map(site.text.call_at, (one.span for _, one in site.examined.found)) if call is not None}
        bindings = [one for one in ast.walk(outer) if isinstance(one, ast.Assign | ast.AnnAssign) and any(stores(one, name))]
        if all(one.value is not None and any(id(node) in made for node in (one.value, *ast.walk(one.value))) for one in bindings):
            yield outer


def _binds(statements: list[ast.stmt], name: str) -> bool:
    """Whether a name is bound, or the block left, whatever way some statements take."""
    for one in statements:
        if isinstance(one, JUMPS) or (isinstance(one, ast.Assign | ast.AnnAssign) and any(stores(one, name))):
            return True
        if isinstance(one, ast.If) and _binds(one.body, name) and _binds(one.orelse, name):
            return True
        if isinstance(one, ast.Try) and _binds(one.body, name) and all(_binds(handler.body, name) for handler in one.handlers):
            return True
    return False


def _region(site: Site, statement: ast.stmt, name: str) -> Region | None:
    """From a binding through the last use; None if something that needs the resource is used elsewhere."""
    text = site.text
    kind = site.kind
    block = text.block_of(statement)
    first = block.index(statement)
    if kind is None or not _is_local(text, site.scope, name):
        return None
    end = _end_of_binding(block, first, name)
    laziness = Laziness(kind, site.catalog)
    whole = block[first + 1 : end]
    names = laziness.names(name, whole)
    last = _with_crossing(site, block, first, _last_use(block, first, end, names), end)
    region = Region(block, first, last, safe=not laziness.returns(whole, names))
    if last <= first or laziness.keeps(whole, names) or laziness.returns(whole, laziness.first(name, whole)):
        return None
    data = kind.role not in ("response", "websocket")  # what is made of what a client's methods return is mostly plain
    return region if (region.safe or data) and _is_complete(site, region, name, end) else None


def _is_local(text: Text, scope: ast.AST, name: str) -> bool:
    """Whether a name means the same thing all through one function, and nobody else sees it."""
    shared = (one for one in ast.walk(scope) if isinstance(one, ast.Global | ast.Nonlocal))
    if any(name in one.names for one in shared):
        return False
    if isinstance(scope, ast.Module):  # functions would see it whenever they are called
        return not captured(text.tree, {name})
    return not any(captured(one, {name}) for one in getattr(scope, "body", []) if isinstance(one, ast.stmt))


def _end_of_binding(block: list[ast.stmt], first: int, name: str) -> int:
    """Where in a block the name is bound to something else; a statement that needs the old object to do so still belongs."""
    for index in range(first + 1, len(block)):
        one = block[index]
        if isinstance(one, ast.Assign | ast.AnnAssign) and any(True for _ in stores(one, name)):
            return index + (one.value is not None and mentions(one.value, {name}))
    return len(block)


def _last_use(block: list[ast.stmt], first: int, end: int, names: set[str]) -> int:
    return max((index for index in range(first + 1, end) if mentions(block[index], names)), default=first)


def _with_crossing(site: Site, block: list[ast.stmt], first: int, last: int, end: int) -> int:
    """Reach to the end of what other findings are about, if that begins inside."""
    for _, other in site.examined.found:
        call = site.text.call_at(other.span)
        statement = site.text.statement_of(call) if call is not None else None
        if call is None or statement is None or statement not in block[first + 1 : last + 1]:
            continue
        name = target_name(statement, call)
        if name:
            last = max(last, _last_use(block, block.index(statement), end, {name}))
    return last


def _is_complete(site: Site, region: Region, name: str, end: int) -> bool:
    """Whether everything that is done with the object is done inside the region, which shares its lines with nothing else."""
    text = site.text
    if not all(text.stands_alone(one) for one in (region.block[region.first], region.block[region.last])):
        return False
    inside = {id(one) for statement in (region.block[region.first], *region.uses) for one in ast.walk(statement)}
    later = {id(one) for statement in region.block[end:] for one in ast.walk(statement)}
    for node in ast.walk(site.scope):
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Store) and id(node) not in inside:
            again = id(node) in later and end < len(region.block)
            if not again and not _is_earlier(text, node, region.block[region.first]):
                return False
    return True


def _is_earlier(text: Text, node: ast.Name, statement: ast.stmt) -> bool:
    """Whether a use of the name comes before the statement that binds it, and no loop leads back to it."""
    if text.begin(node) > text.begin(statement):
        return False
    loops = {one for one in text.above(statement) if isinstance(one, ast.For | ast.AsyncFor | ast.While)}
    return not any(one in loops for one in text.above(node))


def _written(site: Site, region: Region, statement: ast.Assign, name: str, entry: Entry, kind: ResourceKind) -> list[Candidate]:
    """The statement becomes the head of the block."""
    text = site.text
    edits = Edits(text)
    start, value = text.begin(statement), statement.value
    equals = _after_equals(text, statement)
    held = wrapped(edits, entry.wrapper, "\0")
    if held is None or equals is None:
        return []
    if entry.wrapper and statement.lineno != text.last_line(statement):  # brackets in brackets; `hold` needs a line more
        return []
    before, _, after = f"{entry.keyword} {held}".partition("\0")
    edits.replace(start, equals, before)
    if entry.drops_await:
        inner = value.value if isinstance(value, ast.Await) else value
        if text.text[text.begin(value) : text.begin(inner)].split() != ["await"]:
            return []
        edits.replace(text.begin(value), text.begin(inner), "")
    edits.insert(text.end(statement), f"{after} as {name}:")
    if statement.lineno == text.last_line(statement):
        length = text.code_length(statement.lineno)
        added = len(before) - (equals - start) + len(after) + len(f" as {name}:") - 6 * entry.drops_await
        if length + added > max(text.limit, length):
            return []
    _indent(edits, region, name, kind, statement)
    return candidate(entry.title, edits, safe=region.safe)


def _after_equals(text: Text, statement: ast.Assign) -> int | None:
    """Where the right side of an assignment begins, brackets included."""
    end = text.end(statement.targets[0])
    between = text.text[end : text.begin(statement.value)]
    sign = between.find("=")
    if sign < 0 or "#" in between:
        return None
    place = end + sign + 1
    while text.text[place] in " \t":
        place += 1
    return place


def hold(site: Site, region: Region, name: str, entry: Entry, kind: ResourceKind) -> list[Candidate]:
    """The statement stays; a block that holds its result follows: `with name:`, or `try` and `finally`."""
    text = site.text
    edits = Edits(text)
    statement = region.block[region.first]
    base = text.indent(statement)
    line = text.last_line(statement) + 1
    held = wrapped(edits, entry.wrapper, name)
    if held is None:
        return []
    edits.insert_lines(line, [f"{base}{entry.keyword} {held}:" if entry.keyword else f"{base}try:"])
    _indent(edits, region, name, kind, statement)
    if not entry.keyword:
        release = entry.release.format(name)
        edits.insert_lines(text.last_line(region.block[region.last]) + 1, [f"{base}finally:", f"{base}{text.unit}{release}"])
    return candidate(entry.title, edits, safe=region.safe)


def _merged(site: Site, region: Region, statement: ast.Assign, name: str, entry: Entry) -> list[Candidate]:
    """The block around the uses is a `with` already, and holds nothing else: it gets one more item."""
    text = site.text
    outer = text.parents.get(statement)
    wanted = ast.AsyncWith if entry.keyword == "async with" else ast.With
    if not isinstance(outer, wanted) or outer.body is not region.block or region.first or region.rest:
        return []
    single = statement.lineno == text.last_line(statement) and text.stands_alone(statement, comment=False)
    item = outer.items[-1]
    end = text.end(item.optional_vars or item.context_expr)
    colon = text.text[end : text.line_start(outer.lineno + 1)]
    equals = _after_equals(text, statement)
    if not single or equals is None or not colon.lstrip().startswith(":") or text.last_line(item.context_expr) != outer.lineno:
        return []
    edits = Edits(text)
    made = text.text[equals : text.end(statement)]
    held = wrapped(edits, entry.wrapper, made.removeprefix("await ") if entry.drops_await else made)
    if held is None or statement.lineno <= outer.lineno:
        return []
    new = f", {held} as {name}"
    if text.code_length(outer.lineno) + len(new) > text.limit:
        return []
    edits.insert(end, new)
    edits.delete_lines(statement.lineno, statement.lineno)
    return candidate(entry.title, edits, safe=region.safe)


def _indent(edits: Edits, region: Region, name: str, kind: ResourceKind, statement: ast.stmt) -> None:
    """Move the uses to the right, and take out the closing calls that are needless now."""
    text = edits.text
    needless = Needless(edits, name, kind)
    needless.remove_from(region.uses)
    needless.apply()
    edits.close_gap(text.last_line(statement) + 1)
    lines = range(text.last_line(statement) + 1, text.last_line(region.block[region.last]) + 1)
    edits.indent((line for line in lines if line not in needless.gone | needless.kept), text.indent(statement))
