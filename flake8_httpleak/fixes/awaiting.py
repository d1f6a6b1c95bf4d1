"""What a coroutine function has to write: `await`, `aclose()`, `async with`, and a request context that is entered."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_httpleak.fixes.candidate import Candidate, candidate
from flake8_httpleak.fixes.entering import MANAGERS, PROMISES
from flake8_httpleak.fixes.site import Site
from flake8_httpleak.fixes.text import Edits
from flake8_httpleak.ownership.kinds import kind_of


def await_call(site: Site) -> Iterator[Candidate]:
    """Put `await` before a call whose coroutine is lost."""
    call = site.call
    if call is None or not site.may_await or isinstance(site.text.parents.get(call), ast.Await):
        return
    if site.acquisition is not None and site.acquisition.delivery not in PROMISES:
        return
    edits = Edits(site.text)
    if isinstance(site.text.parents.get(call), ast.Attribute | ast.Subscript | ast.Call):
        edits.insert(site.text.end(call), ")")
        edits.insert(site.text.begin(call), "(await ")
    else:
        edits.insert(site.text.begin(call), "await ")
    yield from candidate("Add 'await'", edits)


def right_method(site: Site) -> Iterator[Candidate]:
    """Call the method that closes: `await client.aclose()` for `client.close()`."""
    call = site.call
    event = site.event
    kind = kind_of(event.owner) if event is not None and event.owner is not None else None
    if call is None or kind is None or not isinstance(call.func, ast.Attribute):
        return
    text = site.text
    awaited = isinstance(text.parents.get(call), ast.Await)
    edits = Edits(text)
    end = text.end(call.func)
    if kind.release_async:
        if not site.may_await:
            return
        edits.replace(end - len(call.func.attr), end, kind.release_async[0])
        if not awaited:
            edits.insert(text.begin(call), "await ")
        yield from candidate(f"Await '{kind.release_async[0]}()'", edits)
    elif kind.release and not awaited:
        edits.replace(end - len(call.func.attr), end, kind.release[0])
        yield from candidate(f"Call '{kind.release[0]}()'", edits)


def right_block(site: Site) -> Iterator[Candidate]:
    """`async with` for `with`, or the other way round."""
    text = site.text
    start = text.at(site.diagnostic.span.start)
    for node in ast.walk(text.tree):
        if isinstance(node, ast.With | ast.AsyncWith) and any(_begins(site, item, start) for item in node.items):
            if len(node.items) > 1:
                return
            edits = Edits(text)
            if isinstance(node, ast.AsyncWith):
                edits.replace(text.begin(node), text.text.index("with", text.begin(node)), "")
                yield from candidate("Use 'with'", edits)
            elif isinstance(text.scope_of(node), ast.AsyncFunctionDef):
                edits.insert(text.begin(node), "async ")
                yield from candidate("Use 'async with'", edits)
            return


def _begins(site: Site, item: ast.withitem, start: int) -> bool:
    return site.text.begin(item.context_expr) <= start < site.text.end(item.context_expr)


def enter(site: Site) -> Iterator[Candidate]:
    """`async with CONTEXT as name:` for a context manager that was only made."""
    from flake8_httpleak.fixes.unnamed import close_at_once, wrap_statement
    from flake8_httpleak.fixes.wrap import wrap

    if site.acquisition is not None and site.acquisition.delivery in MANAGERS and site.gives_resource:
        yield from wrap(site)
        yield from close_at_once(site)
        yield from wrap_statement(site)
