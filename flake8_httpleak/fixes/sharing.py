"""One client for all turns of a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.fixes.candidate import Candidate, candidate
from flake8_httpleak.fixes.entering import entry_of_value
from flake8_httpleak.fixes.lazy import REQUESTS
from flake8_httpleak.fixes.site import Site, captured, stores
from flake8_httpleak.fixes.text import Edits, Text
from flake8_httpleak.rules.wording import NOUNS

LOOPS = (ast.For, ast.AsyncFor, ast.While)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
REQUEST_ARGUMENTS = frozenset(
    {
        *("url", "params", "data", "json", "headers", "cookies", "auth", "timeout", "content", "files"),
        *("allow_redirects", "follow_redirects"),
    }
)
"""What a request takes from every library, and not only its client."""


def hoist(site: Site) -> Iterator[Candidate]:
    """Move `with CALL as name:` from inside a loop to around it. What the block holds keeps its place."""
    call, text = site.call, site.text
    around = list(text.above(call)) if call is not None else []
    block = next((one for one in around if isinstance(one, ast.With | ast.AsyncWith)), None)
    loop = next((one for one in around if isinstance(one, (*LOOPS, *SCOPES))), None)
    if call is None or block is None or not isinstance(loop, LOOPS) or block not in around[: around.index(loop)]:
        return
    item = block.items[0]
    name = item.optional_vars
    if len(block.items) != 1 or not isinstance(name, ast.Name) or block.lineno != text.last_line(name) or loop.orelse:
        return
    if not any(one is call for one in ast.walk(item.context_expr)) or block.body[0].lineno == block.lineno:
        return
    if not text.text[text.end(name) :].lstrip(" ").startswith(":") or _is_used_elsewhere(site, loop, block, name.id):
        return
    if not text.stands_alone(loop) or not text.stands_alone(block.body[-1]):
        return
    base = text.indent(loop)
    edits = Edits(text)
    edits.insert_lines(text.first_line(loop), [f"{base}{text.lines[block.lineno - 1].strip()}"])
    edits.indent(range(text.first_line(loop), block.lineno), base)
    edits.delete_lines(block.lineno, block.lineno)
    edits.indent(range(text.last_line(block) + 1, text.last_line(loop) + 1), base)
    yield from candidate("Make it once, before the loop", edits, safe=False)


def _is_used_elsewhere(site: Site, loop: ast.stmt, block: ast.stmt, name: str) -> bool:
    """Whether the name means something else in the loop, or the loop depends on it."""
    inside = {id(one) for one in ast.walk(block)}
    others = [one for one in ast.walk(site.scope) if isinstance(one, ast.Name) and one.id == name and id(one) not in inside]
    return bool(others) or captured(loop, {name}) or sum(1 for _ in stores(block, name)) > 1


def share_session(site: Site) -> Iterator[Candidate]:
    """A loop of `requests.get(...)`: a session around it, and its methods instead of the functions."""
    call, text = site.call, site.text
    if call is None or not isinstance(call.func, ast.Attribute) or not isinstance(call.func.value, ast.Name):
        return
    loop = next((one for one in text.above(call) if isinstance(one, LOOPS)), None)
    module = call.func.value.id
    kind, client = _client_of(site)
    if loop is None or kind is None or not text.stands_alone(loop) or any(stores(loop, module)):
        return
    calls = [one for one in ast.walk(loop) if _is_one_shot(one, module)]
    if not all(_is_shareable(one, loop, text) for one in calls):
        return
    entry = entry_of_value(kind, may_await=False)
    if entry is None or entry.keyword != "with" or entry.wrapper:
        return
    name = text.free_name("session" if "Session" in kind.key else NOUNS["client"], site.scope)
    made = f"{module}.{client}()"
    base = text.indent(loop)
    edits = Edits(text)
    edits.insert_lines(text.first_line(loop), [f"{base}with {made} as {name}:"])
    edits.indent(range(text.first_line(loop), text.last_line(loop) + 1), base)
    for one in calls:
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
            edits.replace(text.begin(one.func.value), text.end(one.func.value), name)
    yield from candidate(f"Share one '{made}' in the loop", edits, safe=False)


def _client_of(site: Site) -> tuple[ResourceKind | None, str]:
    """The client that has the same method as a function of its module, and its name there."""
    module, _, method = (site.event.path if site.event is not None else "").rpartition(".")
    library = site.catalog.library(site.diagnostic.library)
    for kind in library.kinds.values():
        name = next((one.rpartition(".")[2] for one in kind.classes if one.rpartition(".")[0] == module), "")
        calls = [call for made in kind.produces for call in made.calls] + [call for one in kind.timeouts for call in one.calls]
        if name and kind.role == "client" and method in calls and kind.context in ("sync", "both"):
            return kind, name
    return None, ""


def _is_one_shot(node: ast.AST, module: str) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == module
        and node.func.attr in REQUESTS
    )


def _is_shareable(node: ast.AST, loop: ast.stmt, text: Text) -> bool:
    """Whether a method of a client takes the same arguments, and the call is made by the loop itself."""
    if not isinstance(node, ast.Call) or any(one.arg not in REQUEST_ARGUMENTS for one in node.keywords):
        return False
    around = []
    for one in text.above(node):
        if one is loop:
            break
        around.append(one)
    return not any(isinstance(one, SCOPES) for one in around)
