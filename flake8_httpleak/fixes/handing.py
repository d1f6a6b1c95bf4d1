"""Resources that somebody else gets in the end: closed on the ways where that does not happen."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_httpleak.fixes.candidate import Candidate, candidate
from flake8_httpleak.fixes.closes import JUMPS
from flake8_httpleak.fixes.entering import entry_of_value, release_call
from flake8_httpleak.fixes.imports import wrapped
from flake8_httpleak.fixes.lazy import Laziness
from flake8_httpleak.fixes.site import Site, contains, is_none, mentions, stores, target_name
from flake8_httpleak.fixes.text import Edits
from flake8_httpleak.ownership.values import Status


def close_on_error(site: Site) -> Iterator[Candidate]:
    """`except BaseException: name.close(); raise` around what may fail before the resource is handed over."""
    found = _binding(site)
    if found is None or site.run is None or site.acquisition is None:
        return
    statement, name, release = found
    text = site.text
    block = text.block_of(statement)
    first = block.index(statement)
    handed = [site.statement_at(one.node, site.acquisition.function) for one in site.run.handovers if one.status is Status.HELD]
    goes = [
        index for index in range(first + 1, len(block)) if any(one is not None and contains(block[index], one) for one in handed)
    ]
    last = goes[0] - 1 if goes else -1
    if last <= first or not text.stands_alone(statement) or not text.stands_alone(block[last]):
        return
    base = text.indent(statement)
    edits = Edits(text)
    edits.insert_lines(text.last_line(statement) + 1, [f"{base}try:"])
    edits.close_gap(text.last_line(statement) + 1)
    edits.indent(range(text.last_line(statement) + 1, text.last_line(block[last]) + 1), base)
    inner = base + text.unit
    handler = [f"{base}except BaseException:", f"{inner}{release.format(name)}", f"{inner}raise"]
    edits.insert_lines(text.last_line(block[last]) + 1, handler)
    yield from candidate("Close it if a step before the hand-over fails", edits)


def close_before_leaving(site: Site) -> Iterator[Candidate]:
    """`name.close()` before each statement that leaves without it; at the end of a turn if the next one needs the name."""
    found = _binding(site)
    if found is None or site.verdict is None:
        return
    statement, name, release = found
    block = site.text.block_of(statement)
    laziness = Laziness(site.verdict.kind, site.catalog)
    names = laziness.names(name, block)
    if laziness.keeps(block, names, besides=name):
        return
    losses = [(loss.how, site.statement_at(loss.node, site.verdict.acquisition.function)) for loss in site.verdict.losses]
    turning = any(leaving is statement and how == "overwritten" for how, leaving in losses)
    edits = Edits(site.text)
    if turning:
        last = _last_use(site, statement, names)
        if last is None:
            return
        edits.insert_lines(site.text.last_line(last) + 1, [f"{site.text.indent(last)}{release.format(name)}"])
        yield from candidate("Close it before the next turn", edits)
    others = dict.fromkeys((leaving, how) for how, leaving in losses if leaving is not statement)
    views = names - {name}
    possible = others and not _may_be_none(site.scope, name) and all(_may_close(site, statement, *one, views) for one in others)
    if possible and all(_close_before(site, edits, one, name, release, how) for one, how in others if one is not None):
        yield from candidate("Close it before leaving without it", edits)


def _may_be_none(scope: ast.AST, name: str) -> bool:
    """Whether a function binds the name to None somewhere."""
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign | ast.AnnAssign) and is_none(node.value) and any(stores(node, name)):
            return True
    return False


def _may_close(site: Site, statement: ast.stmt, leaving: ast.stmt | None, how: str, views: set[str]) -> bool:
    """Whether a statement always finds the name bound, and a call can stand before it: it reads from no view of the resource."""
    if leaving is None or not site.text.stands_alone(leaving) or mentions(leaving, views):
        return False
    if how not in ("returned", "overwritten", "deleted") and not isinstance(leaving, ast.Raise):
        return False
    block = site.text.block_of(statement)
    return any(contains(one, leaving) for one in block[block.index(statement) + 1 :])


def _close_before(site: Site, edits: Edits, leaving: ast.stmt, name: str, release: str, how: str) -> bool:
    """Close before a statement, or around it if it still needs the resource; says whether that can be done."""
    text, kind = site.text, site.kind
    base = text.indent(leaving)
    if not mentions(leaving, {name}) or isinstance(leaving, ast.Delete) or how == "overwritten":
        edits.insert_lines(text.first_line(leaving), [f"{base}{release.format(name)}"])
        return True
    value = leaving.value if isinstance(leaving, ast.Return) else None
    entry = entry_of_value(kind, may_await=site.may_await) if kind is not None else None
    if kind is None or entry is None or not entry.keyword:
        return False
    held = wrapped(edits, entry.wrapper, name)
    if held is None or (value is not None and Laziness(kind, site.catalog).is_lazy(value, {name})):
        return False
    edits.insert_lines(text.first_line(leaving), [f"{base}{entry.keyword} {held}:"])
    edits.indent(range(text.first_line(leaving), text.last_line(leaving) + 1), base)
    return True


def _binding(site: Site) -> tuple[ast.stmt, str, str] | None:
    """The statement that gives the resource its name, the name, and the call that releases it."""
    statement = site.text.statement_of(site.call) if site.call is not None else None
    if site.call is None or statement is None or site.kind is None:
        return None
    name = target_name(statement, site.call)
    release = release_call(site.kind, may_await=site.may_await)
    return (statement, name, release) if name and release else None


def _last_use(site: Site, statement: ast.stmt, names: set[str]) -> ast.stmt | None:
    """The last statement of a block that needs the resource.

    None if it shares its line, if nothing can come after it, or if something outside the block needs the resource as well.
    """
    text = site.text
    block = text.block_of(statement)
    last = next((one for one in reversed(block) if mentions(one, names)), statement)
    inside = {id(node) for one in block for node in ast.walk(one)}
    for node in ast.walk(site.scope):
        if isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load) and id(node) not in inside:
            return None
    return last if text.stands_alone(last) and not isinstance(last, JUMPS) else None
