"""Arguments that a call lacks, or that say the wrong thing: bounds of pools, timeouts, a header too many."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator

from flake8_httpleak.fixes.candidate import Candidate, candidate
from flake8_httpleak.fixes.site import Site
from flake8_httpleak.fixes.text import Edits, Text
from flake8_httpleak.rules.pools import bound
from flake8_httpleak.rules.timeouts import Waiting, waiters

SECONDS, KEPT = "5", "20"
"""What `httpx` keeps idle connections for, and how many; for pools whose table names no default."""


def set_timeout(site: Site) -> Iterator[Candidate]:
    """Give a call a timeout."""
    node = site.finding.at.node
    for wanted in (Waiting.MISSING, Waiting.DISABLED):
        for waiter in waiters(site.facts, wanted):
            if waiter.node is node:
                value = waiter.seconds.format(f"{site.options.fix_timeout:g}")
                root = value.partition(".")[0]
                if not root.isidentifier() or root in site.text.all_names:
                    yield from _set(site, waiter.parameter, value, f"Set '{waiter.parameter}={value}'")
                return


def bound_pool(site: Site) -> Iterator[Candidate]:
    """Give a pool a number of connections."""
    found = bound(site.acquisition, "connections") if site.acquisition is not None else None
    if found is not None:
        size = str(site.options.fix_pool_size)
        yield from _set(site, found.parameter, size, f"Set '{found.parameter}={size}'")


def block_pool(site: Site) -> Iterator[Candidate]:
    """Make callers of a full pool wait."""
    found = bound(site.acquisition, "block") if site.acquisition is not None else None
    if found is not None:
        yield from _set(site, found.parameter, "True", f"Set '{found.parameter}=True'")


def expire_idle(site: Site) -> Iterator[Candidate]:
    """Let idle connections go."""
    for what, usual in (("expiry", SECONDS), ("kept", KEPT)):
        found = bound(site.acquisition, what) if site.acquisition is not None else None
        if found is not None and found.parameter in site.diagnostic.message:
            value = found.default if found.default.replace(".", "").isdigit() else usual
            yield from _set(site, found.parameter, value, f"Set '{found.parameter}={value}'")


def keep_transport(site: Site) -> Iterator[Candidate]:
    """Tell a client that its transport is somebody else's."""
    for name, value in site.kind.takes_unless.items() if site.kind is not None else ():
        yield from _set(site, name, repr(value), f"Set '{name}={value!r}'")


def _set(site: Site, parameter: str, value: str, title: str) -> Iterator[Candidate]:
    call = site.call
    edits = with_argument(site.text, call, parameter, value) if call is not None else None
    if edits is not None:
        yield from candidate(title, edits, safe=False)


def with_argument(text: Text, call: ast.Call, name: str, value: str) -> Edits | None:
    """Edits that make a call pass an argument by name; None if it passes another by something that is made elsewhere."""
    edits = Edits(text)
    given = next((one.value for one in call.keywords if one.arg == name), None)
    if given is not None:
        if not isinstance(given, ast.Constant | ast.Tuple | ast.UnaryOp):
            return None
        edits.replace(text.begin(given), text.end(given), value)
        return edits
    if any(isinstance(one, ast.GeneratorExp) for one in call.args) or any(isinstance(one, ast.Starred) for one in call.args):
        return None
    passed = [*call.args, *(one.value for one in call.keywords)]
    if not passed:
        edits.insert(text.end(call) - 1, f"{name}={value}")
        return edits
    last = max(passed, key=text.end)
    _add_last(edits, call, last, f"{name}={value}")
    return edits


def _add_last(edits: Edits, call: ast.Call, last: ast.expr, new: str) -> None:
    """Add an argument behind the last one, in the way the call is laid out."""
    text = edits.text
    end, comma = _tail(text, text.end(last), text.end(call) - 1)
    closing_line = text.last_line(call)
    last_line = text.text.count("\n", 0, end) + 1
    if closing_line == last_line:
        length = text.code_length(last_line)
        if comma:
            edits.insert(comma, f" {new},")
        elif length + len(new) + 2 <= text.limit or text.last_line(call.func) != last_line:
            edits.insert(end, f", {new}")
        else:
            opening = text.end(call.func) - text.line_start(last_line)
            edits.insert(end, f",\n{' ' * (opening + 1)}{new}")
        return
    first = text.lines[_first_line(call, last) - 1]
    indent = first[: len(first) - len(first.lstrip())]
    if not comma:
        edits.insert(end, ",")
    comma_line = text.text.count("\n", 0, comma or end) + 1
    edits.insert_lines(comma_line + 1, [f"{indent}{new}{',' if comma else ''}"])


def _first_line(call: ast.Call, last: ast.expr) -> int:
    """The line on which the last argument begins, its name or stars included."""
    keyword = next((one for one in call.keywords if one.value is last), None)
    return keyword.lineno if keyword is not None else last.lineno


def _tail(text: Text, start: int, end: int) -> tuple[int, int]:
    """Between the last argument and the bracket that closes the call: where the argument's own brackets end, and its comma."""
    real, comma = start, 0
    lines = text.text[start:end].split("\n")
    starts = [start]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    try:
        for token in tokenize.generate_tokens(io.StringIO("(" * 50 + text.text[start:end]).readline):
            place = starts[token.start[0] - 1] + token.end[1] - (50 if token.start[0] == 1 else 0)
            if token.string == ")":
                real = place
            elif token.string == ",":
                comma = place
    except tokenize.TokenError:  # the piece is no whole file
        pass
    return real, comma


def drop_header(site: Site) -> Iterator[Candidate]:
    """Take `Connection: close` out of the headers of a shared client."""
    text = site.text
    start, end = text.at(site.diagnostic.span.start), text.at(site.diagnostic.span.end)
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Dict) and start <= text.begin(node) and text.end(node) <= end:
            yield from _without_entry(text, node)
        elif isinstance(node, ast.Assign) and text.begin(node) <= start and end <= text.end(node):
            target = node.targets[0]
            alone = len(text.block_of(node)) > 1 and text.stands_alone(node, comment=False)
            if isinstance(target, ast.Subscript) and _is_connection(target.slice) and alone:
                edits = Edits(text)
                edits.delete_lines(node.lineno, text.last_line(node))
                yield from candidate("Drop the header 'Connection: close'", edits, safe=False)


def _without_entry(text: Text, node: ast.Dict) -> Iterator[Candidate]:
    for index, key in enumerate(node.keys):
        if key is None or not _is_connection(key):
            continue
        edits = Edits(text)
        if index + 1 < len(node.keys):
            after = node.keys[index + 1]
            if after is None:
                return
            start, end = text.begin(key), text.begin(after)
        elif index > 0:
            start, end = text.end(node.values[index - 1]), text.end(node.values[index])
        else:
            start, end = text.begin(node) + 1, text.end(node) - 1
        if "#" not in text.text[start:end]:
            edits.replace(start, end, "")
            yield from candidate("Drop the header 'Connection: close'", edits, safe=False)


def _is_connection(key: ast.expr) -> bool:
    return isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.lower() == "connection"
