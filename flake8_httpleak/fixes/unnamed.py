"""Resources that never get a name: closed where they are made, or held by a `with` around their statement."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_httpleak.fixes.candidate import Candidate, candidate
from flake8_httpleak.fixes.entering import Entry, entry_of, release_call
from flake8_httpleak.fixes.imports import wrapped
from flake8_httpleak.fixes.lazy import Laziness
from flake8_httpleak.fixes.site import Site, contains, mentions, target_name
from flake8_httpleak.fixes.text import Edits, Text
from flake8_httpleak.rules.wording import NOUNS

SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Return, ast.Raise, ast.Assert, ast.Delete)
CALLS = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom)


def close_at_once(site: Site) -> Iterator[Candidate]:
    """A call whose result nobody wants: `CALL.close()`."""
    call, kind, acquisition = site.call, site.kind, site.acquisition
    statement = site.text.statement_of(call) if call is not None else None
    if call is None or kind is None or acquisition is None or statement is None:
        return
    value = _unwanted(site, statement, call)
    if value is None:
        return
    awaited = isinstance(value, ast.Await)
    text = site.text
    release = release_call(kind, may_await=site.may_await)
    if release and acquisition.delivery in ("value", "await") and (awaited or acquisition.delivery == "value"):
        written = text.of(value)
        new = release.format(f"({written})" if awaited else written)
        edits = Edits(text)
        edits.replace(text.begin(statement), text.end(statement), new)
        yield from candidate("Close it at once", edits)
        return
    entry = entry_of(kind, acquisition.delivery, awaited=awaited, may_await=site.may_await)
    if entry is not None and entry.keyword and text.stands_alone(statement):
        edits = Edits(text)
        head = text.of(call) if entry.drops_await or not awaited else text.of(value)
        edits.replace(text.begin(statement), text.end(statement), f"{entry.keyword} {head}:")
        edits.insert_lines(text.last_line(statement) + 1, [f"{text.indent(statement)}{text.unit}pass"])
        yield from candidate("Enter it and leave it at once", edits)


def _unwanted(site: Site, statement: ast.stmt, call: ast.Call) -> ast.expr | None:
    """What a statement makes for nothing: it stands alone, or its name is never used."""
    if isinstance(statement, ast.Expr):
        value = statement.value
        return value if (value.value if isinstance(value, ast.Await) else value) is call else None
    name = target_name(statement, call)
    if not name or not isinstance(statement, ast.Assign) or not isinstance(site.scope, ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    used = (one for one in ast.walk(site.scope) if isinstance(one, ast.Name) and one.id == name)
    shared = (one for one in ast.walk(site.scope) if isinstance(one, ast.Global | ast.Nonlocal) and name in one.names)
    if any(not isinstance(one.ctx, ast.Store) for one in used) or any(shared):
        return None
    return statement.value


def wrap_statement(site: Site) -> Iterator[Candidate]:
    """`with CALL as response:` around the statement in which the call stands, and around what needs its result."""
    call, kind, acquisition = site.call, site.kind, site.acquisition
    statement = site.text.statement_of(call) if call is not None else None
    if call is None or kind is None or acquisition is None or statement is None or site.is_handed_over:
        return
    text = site.text
    if target_name(statement, call) or not text.stands_alone(statement) or not _may_move(text, call, statement):
        return
    outer = text.parents.get(call)
    awaited = isinstance(outer, ast.Await)
    whole: ast.expr = outer if isinstance(outer, ast.Await) else call
    if isinstance(statement, ast.Expr) and statement.value is whole:
        return
    entry = entry_of(kind, acquisition.delivery, awaited=awaited, may_await=site.may_await)
    if entry is None or not entry.keyword:
        return
    name, replaced = _name(site, whole)
    last = _last(site, statement, call, name)
    if last is not None:
        yield from _written(site, statement, last, entry, whole if awaited and not entry.drops_await else call, name, replaced)


def _may_move(text: Text, call: ast.Call, statement: ast.stmt) -> bool:
    """Whether the call can be made before its statement: it is made exactly once, before every other call in it."""
    if isinstance(statement, ast.If):
        if text.text[text.begin(statement) :].startswith("elif") or not contains(statement.test, call):
            return False
    elif isinstance(statement, ast.For):
        if not contains(statement.iter, call):
            return False
    elif not isinstance(statement, SIMPLE):
        return False
    if text.is_deferred(call, statement):
        return False
    above = set(text.above(call))
    inner = {id(one) for one in ast.walk(call)}
    return not any(
        isinstance(one, CALLS) and one not in above and id(one) not in inner and text.begin(one) < text.begin(call)
        for one in ast.walk(statement)
    )


def _name(site: Site, whole: ast.expr) -> tuple[str, ast.expr]:
    """The name for the resource, and what it stands for in the statement: `(r := CALL)` has one already."""
    outer = site.text.parents.get(whole)
    if isinstance(outer, ast.NamedExpr) and isinstance(outer.target, ast.Name):
        return outer.target.id, outer
    role = site.kind.role if site.kind is not None else "client"
    return site.text.free_name(NOUNS.get(role, "client"), site.scope), whole


def _last(site: Site, statement: ast.stmt, call: ast.Call, name: str) -> ast.stmt | None:
    """The last statement that needs the resource; None if something that needs it leaves the block."""
    text = site.text
    block = text.block_of(statement)
    first = block.index(statement)
    if site.kind is None:
        return None
    laziness = _Marked(site, call)
    names = laziness.names(name, block[first:])
    if laziness.returns(block[first:], names) or laziness.keeps(block[first:], names):
        return None
    last = max((index for index in range(first, len(block)) if mentions(block[index], names)), default=first)
    inside = {id(node) for one in block[first : last + 1] for node in ast.walk(one)}
    for node in ast.walk(site.scope):
        if isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load) and id(node) not in inside:
            return None
    return block[last] if text.stands_alone(block[last]) else None


class _Marked(Laziness):
    """Takes the call itself for the resource, too."""

    def __init__(self, site: Site, call: ast.Call) -> None:
        assert site.kind is not None  # noqa: S101 - the caller has looked
        super().__init__(site.kind, site.catalog)
        self.call = call

    def is_lazy(self, node: ast.expr, names: set[str]) -> bool:
        return node is self.call or super().is_lazy(node, names)


def _written(
    site: Site, statement: ast.stmt, last: ast.stmt, entry: Entry, made: ast.expr, name: str, replaced: ast.expr
) -> list[Candidate]:
    text = site.text
    edits = Edits(text)
    base = text.indent(statement)
    what = wrapped(edits, entry.wrapper, _dedented(text, made, base))
    if what is None:
        return []
    start, end = text.begin(replaced), text.end(replaced)
    if text.text[start - 1] == "(" and text.text[end : end + 1] == ")" and isinstance(replaced, ast.NamedExpr):
        before = text.text[start - 2]
        if not (before.isalnum() or before in "_)]"):  # the brackets of the walrus, not those of a call
            start, end = start - 1, end + 1
    start, end = _between_brackets(text, replaced) or (start, end)
    head = f"{base}{entry.keyword} {what} as {name}:"
    if "\n" not in what and len(head) > max(text.limit, text.code_length(statement.lineno)):
        return []
    edits.insert(text.line_start(text.first_line(statement)), f"{head}\n")
    edits.replace(start, end, name)
    lines = range(text.first_line(statement), text.last_line(last) + 1)
    edits.indent((line for line in lines if not _is_inside(text, line, made) and not start < text.line_start(line) <= end), base)
    return candidate(entry.title, edits)


def _between_brackets(text: Text, node: ast.expr) -> tuple[int, int] | None:
    """From bracket to bracket of a call, if a node is all that it passes: a name needs no line of its own."""
    call = text.parents.get(node)
    if not isinstance(call, ast.Call) or call.keywords or call.args != [node]:
        return None
    start, end = text.end(call.func), text.end(call)
    before, after = text.text[start : text.begin(node)], text.text[text.end(node) : end]
    if "\n" not in before or before.strip() != "(" or "".join(after.split()) not in (")", ",)"):
        return None
    return start + before.index("(") + 1, end - 1


def _dedented(text: Text, node: ast.expr, base: str) -> str:
    """The text of an expression as it stands where its first line is indented by `base`."""
    first, *others = text.of(node).split("\n")
    line = text.lines[node.lineno - 1]
    deeper = line[len(base) : len(line) - len(line.lstrip())]
    lines = [first]
    for number, other in enumerate(others, node.lineno + 1):
        moves = number not in text.inner_lines and deeper and other.startswith(base + deeper)
        lines.append(base + other[len(base + deeper) :] if moves else other)
    return "\n".join(lines)


def _is_inside(text: Text, line: int, node: ast.expr) -> bool:
    """Whether a line begins inside an expression that moves elsewhere."""
    return node.lineno < line <= text.last_line(node)
