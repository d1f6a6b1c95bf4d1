"""Which HTTP client libraries can a file touch at all? Asked of every file, so it must cost next to nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

ROOTS = frozenset(
    {
        "aioboto3",
        "aiobotocore",
        "aiohttp",
        "aiohttp.test_utils",
        "anthropic",
        "azure",
        "boto3",
        "botocore",
        "cloudscraper",
        "curl_cffi",
        "django.test",
        "elasticsearch",
        "falcon.testing",
        "fastapi.testclient",
        "fastapi.testing",
        "flask.testing",
        "geventhttpclient",
        "google.auth",
        "google.cloud.storage",
        "grpc",
        "http.client",
        "httpcore",
        "httpcore2",
        "httplib2",
        "httpx",
        "httpx2",
        "niquests",
        "openai",
        "opensearchpy",
        "primp",
        "pycurl",
        "requests",
        "requests_cache",
        "requests_futures",
        "requests_toolbelt",
        "six.moves.http_client",
        "six.moves.urllib",
        "slack_sdk",
        "starlette.testclient",
        "tornado",
        "treq",
        "urllib.error",
        "urllib.request",
        "urllib.response",
        "urllib3",
        "webtest",
        "websocket",
        "websockets",
        "werkzeug.test",
        "xmlrpc.client",
    }
)
"""The `roots` of every client table, said again here because the gate reads no tables. A test keeps the two equal."""

# Statements that hold other statements. `handlers` and `cases` hold nodes that have a `body` again.
_BODIES: dict[type[ast.AST], tuple[str, ...]] = {
    ast.Module: ("body",),
    ast.FunctionDef: ("body",),
    ast.AsyncFunctionDef: ("body",),
    ast.ClassDef: ("body",),
    ast.If: ("body", "orelse"),
    ast.For: ("body", "orelse"),
    ast.AsyncFor: ("body", "orelse"),
    ast.While: ("body", "orelse"),
    ast.With: ("body",),
    ast.AsyncWith: ("body",),
    ast.Try: ("body", "handlers", "orelse", "finalbody"),
    ast.TryStar: ("body", "handlers", "orelse", "finalbody"),
    ast.ExceptHandler: ("body",),
    ast.Match: ("cases",),
    ast.match_case: ("body",),
}
_VALUES = (ast.Assign, ast.AnnAssign, ast.Expr, ast.Return)
_IMPORTLIB = frozenset({"importlib", "importlib.import_module"})
_LOADERS = frozenset({"__import__", "import_module", "importorskip"})
# Patterns that begin with letters are searched for many times faster than those that begin with a choice.
_IMPORT, _FROM = re.compile(rb"import\b[^\n]*\n?"), re.compile(rb"from\b[^\n]*\n?")


def client_roots(tree: ast.AST, extra: frozenset[str] = frozenset()) -> frozenset[str]:
    """Find the known client libraries that a file imports, in any way and at any depth.

    Looks at statements only. Expressions are visited where they can matter: in files that import `importlib` or keep
    what `__import__` returns, and in files that import a package which holds a client (after `import urllib.parse`,
    `urllib.request.urlopen` often works as well).

    tree: the module, as flake8 parsed it; it is not changed.
    extra: further roots, from the user's own tables.
    Returns those of `ROOTS` and `extra` that the imports reach; empty means that there is nothing to analyse.
    """
    known, below = _known(extra)
    names: set[str] = set()
    bound: dict[str, str] = {}  # local name -> dotted name, where a root may lie below it
    dynamic = False
    for node in _statements(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for local, package, name in _bindings(node, below):
                names.add(name)
                if package in below:
                    bound[local] = package
        elif isinstance(node, _VALUES) and isinstance(node.value, ast.Call):
            dynamic = dynamic or _name(node.value.func) in _LOADERS
    if dynamic or not names.isdisjoint(_IMPORTLIB):
        names.update(_loaded(tree))
    found = {prefix for name in names for prefix in _prefixes(name) if prefix in known}
    if bound:
        found |= _mentioned(tree, _paths(bound, below))
    return frozenset(found)


@lru_cache(maxsize=8)
def _known(extra: frozenset[str]) -> tuple[frozenset[str], dict[str, list[str]]]:
    """All roots, and for each package above some of them (`urllib`) those roots."""
    known = ROOTS | extra
    below: dict[str, list[str]] = {}
    for root in known:
        for package in list(_prefixes(root))[1:]:
            below.setdefault(package, []).append(root)
    return known, below


def text_mentions(source: bytes, extra: frozenset[str] = frozenset()) -> bool:
    """Tell whether a file's bytes can import a known client; false means that it need not even be parsed.

    source: the file as it is on disk, in any encoding that contains ASCII.
    extra: further roots, from the user's own tables.
    """
    found = [firsts for words, firsts in _words(extra) if all(word in source for word in words)]
    if not found or any(word in source for word in (b"importlib", *map(str.encode, _LOADERS))):
        return bool(found)
    imports = b"".join(_IMPORT.findall(source) + _FROM.findall(source))
    return b"\\\n" in imports or b"\\\r" in imports or any(_named(firsts).search(imports) for firsts in found)


@lru_cache(maxsize=8)
def _words(extra: frozenset[str]) -> tuple[tuple[tuple[bytes, ...], frozenset[bytes]], ...]:
    """The words that a file must mention, all of one row; and the first names of the roots that they stand for."""
    # The last part first: it is the rarer one (`storage` in `google.cloud.storage`).
    roots = [tuple(part.encode() for part in reversed(root.split("."))) for root in ROOTS | extra]
    kept: dict[tuple[bytes, ...], set[bytes]] = {}
    for root in sorted(roots, key=lambda parts: (sum(map(len, parts)), parts)):
        answers = [other for other in kept if _implies(root, other)]  # `requests` answers for `requests_cache` as well
        for words in answers or [root]:
            kept.setdefault(words, set()).add(root[-1])
    return tuple((words, frozenset(firsts)) for words, firsts in kept.items())


@lru_cache(maxsize=256)
def _named(firsts: frozenset[bytes]) -> re.Pattern[bytes]:
    """One of these packages. Its name stands on the line of the keyword, unless a backslash ends that line."""
    return re.compile(rb"\b(?:%s)" % b"|".join(sorted(map(re.escape, firsts))))


def _implies(one: tuple[bytes, ...], other: tuple[bytes, ...]) -> bool:
    """A text with all words of `one` has all of `other` too."""
    return all(any(word in found for found in one) for word in other)


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Every statement of a module, in no particular order; without recursion, so that no nesting is too deep."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        fields = _BODIES.get(type(node))
        if fields is None:
            yield node
        else:
            for field in fields:
                waiting.extend(getattr(node, field))


def _bindings(node: ast.Import | ast.ImportFrom, below: dict[str, list[str]]) -> Iterator[tuple[str, str, str]]:
    """What an import binds: the local name, what that stands for, and what was imported.

    `import a.b` binds `a`. A star binds whatever a table knows below the module. Relative imports bring no client.
    """
    if isinstance(node, ast.Import):
        for alias in node.names:
            package = alias.name if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or package, package, alias.name
    elif node.module and not node.level:
        for alias in node.names:
            if alias.name == "*":
                yield from ((root, root, root) for root in (node.module, *below.get(node.module, ())))
            else:
                name = f"{node.module}.{alias.name}"
                yield alias.asname or alias.name, name, name


def _prefixes(name: str) -> Iterator[str]:
    """`a.b.c`, `a.b`, `a`."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def _name(called: ast.expr) -> str:
    """The last part of what is called."""
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def _loaded(tree: ast.AST) -> Iterator[str]:
    """Modules that are imported by a call with a literal name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in _LOADERS:
            given = [*node.args[:1], *(word.value for word in node.keywords if word.arg in {"name", "modname"})]
            yield from (one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _paths(bound: dict[str, str], below: dict[str, list[str]]) -> dict[tuple[str, ...], str]:
    """How each root below a bound name is spelled in this file, as a name and its attributes."""
    return {(local, *root.removeprefix(f"{name}.").split(".")): root for local, name in bound.items() for root in below[name]}


def _mentioned(tree: ast.AST, paths: dict[tuple[str, ...], str]) -> set[str]:
    """Those roots that are reached as attributes of a name: `urllib.request` where only `urllib` is imported.

    paths: local name and attributes, and the root they stand for.
    """
    last = {path[-1] for path in paths}
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in last:
            root = paths.get(_path(node))
            if root is not None:
                found.add(root)
    return found


def _path(node: ast.expr) -> tuple[str, ...]:
    """A name and the attributes after it; empty if something else than a name is below them."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    return (node.id, *reversed(attributes)) if isinstance(node, ast.Name) else ()
