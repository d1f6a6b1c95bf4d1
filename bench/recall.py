"""What the analysis misses: acquisition sites drawn at random from the corpus, judged by a reader, compared with the reports.

The sample knows nothing of the analysis or its tables: it looks for calls that are spelled like acquiring, in files that
import the library. Seed and sample are fixed before anybody reads, and `recall.jsonl` keeps what the reader decided:

    {"package": "tweepy", "version": "4.17.0", "path": "tweepy/api.py", "line": 7, "leaks": "yes", "code": "HTL101",
     "level": "sure", "reason": "one line"}

`leaks` is `yes` (must be reported, in the family of `code`), `no` (must not), `arguable` (either is fine) or `beyond`: it leaks,
but what shows it stands in another file, so that it counts apart. A decision is never changed; where something was measured later
that speaks against a report, `left_out` says what, and the site still counts as not found.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.corpus import HERE, CorpusError, Package, Source, load, parse, sources
from bench.reading import excerpt

SEED = 20261124
COUNT = 100
DECISIONS = HERE / "recall.jsonl"
LEAKS = ("yes", "no", "arguable", "beyond")
PLAIN_VERBS = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "request", "send"})

# library -> what is called on its modules (or imported from them) to make a client, a connection or an open response
MAKERS: dict[str, frozenset[str]] = {
    "aiohttp": frozenset({"ClientSession", "TCPConnector", "UnixConnector"}),
    "boto3": frozenset({"client", "resource"}),
    "http": frozenset({"HTTPConnection", "HTTPSConnection"}),
    "httplib2": frozenset({"Http"}),
    "httpx": frozenset({"AsyncClient", "AsyncHTTPTransport", "Client", "HTTPTransport", "stream"}),
    "requests": frozenset({"HTTPAdapter", "Session", "session"}),
    "requests_toolbelt": frozenset({"BaseUrlSession"}),
    "tornado": frozenset({"AsyncHTTPClient", "HTTPClient", "websocket_connect"}),
    "urllib": frozenset({"build_opener", "urlopen"}),
    "urllib3": frozenset({"HTTPConnectionPool", "HTTPSConnectionPool", "PoolManager", "ProxyManager", "connection_from_url"}),
    "websocket": frozenset({"WebSocket", "WebSocketApp", "create_connection"}),
    "websockets": frozenset({"connect"}),
    "xmlrpc": frozenset({"ServerProxy"}),
}
# library -> methods of its objects that do the same, whatever the object is called
METHODS: dict[str, frozenset[str]] = {
    "aiohttp": frozenset({"ws_connect"}),
    "boto3": frozenset({"client", "get_object", "resource"}),
    "botocore": frozenset({"create_client", "get_object"}),
    "httpx": frozenset({"stream"}),
    "urllib": frozenset({"urlopen"}),
}
STREAMS = {"stream": True, "preload_content": False}


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """One call that looks like acquiring."""

    package: str
    version: str
    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reader found at one site. left_out: why a leak is not reported, on purpose; the decision stays as it was made."""

    package: str
    version: str
    path: str
    line: int
    leaks: str
    code: str
    level: str
    reason: str
    left_out: str = ""


def imported(tree: ast.Module) -> dict[str, str]:
    """The names that imports bind, anywhere in a module, and the top-level package that each comes from."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                found[alias.asname or root] = root
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.update({alias.asname or alias.name: node.module.partition(".")[0] for alias in node.names})
    return found


def acquiring_calls(tree: ast.Module) -> Iterator[ast.Call]:
    """The calls in a module that are spelled like acquiring, of a library that it imports."""
    names = imported(tree)
    present = frozenset(names.values()) & (MAKERS.keys() | METHODS.keys())
    methods = {name for library in present for name in METHODS.get(library, ())}
    for node in ast.walk(tree) if present else ():
        if isinstance(node, ast.Call):
            made = _last_name(node.func) in MAKERS.get(names.get(_first_name(node.func), ""), ())
            called = isinstance(node.func, ast.Attribute) and node.func.attr in methods
            if made or called or _streamed(node) or _session_request(node, present):
                yield node


def _streamed(node: ast.Call) -> bool:
    """The call asks for an open response, in so many words."""
    return any(
        isinstance(word.value, ast.Constant) and word.arg in STREAMS and word.value.value is STREAMS[word.arg]
        for word in node.keywords
    )


def _first_name(called: ast.expr) -> str:
    while isinstance(called, ast.Attribute):
        called = called.value
    return called.id if isinstance(called, ast.Name) else ""


def _last_name(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def _session_request(node: ast.Call, present: frozenset[str]) -> bool:
    """A request on something called a session, in a file that imports aiohttp: its response must be released."""
    if "aiohttp" not in present or not isinstance(node.func, ast.Attribute) or node.func.attr not in PLAIN_VERBS:
        return False
    owner = _last_name(node.func.value)
    return bool(re.search(r"session|client", owner, re.IGNORECASE))


def file_sites(source: Source) -> list[Site]:
    """The sites of one file, in the order of its lines; one for each line."""
    tree = parse(source.file)
    if tree is None:
        return []
    lines = source.file.read_text(encoding="utf-8", errors="replace").splitlines()
    numbers = sorted({call.lineno for call in acquiring_calls(tree)})
    package = source.package
    return [Site(package.name, package.version, source.path, line, lines[line - 1].strip()) for line in numbers]


def draw(sites: list[Site], count: int = COUNT, seed: int = SEED) -> list[Site]:
    """Choose sites at random, the same ones for the same corpus and seed; at most a twentieth from one package."""
    shuffled = sorted(sites)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - a sample, no secret
    taken: Counter[str] = Counter()
    chosen: list[Site] = []
    for site in shuffled:
        if len(chosen) < count and taken[site.package] < max(1, count // 20):
            taken[site.package] += 1
            chosen.append(site)
    return sorted(chosen)


def read_decisions(path: Path | None = None) -> list[Decision]:
    """The reader's decisions; raises CorpusError for a row that says something else than it may."""
    path = path or DECISIONS
    if not path.is_file():
        return []
    found: list[Decision] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            decision = Decision(**json.loads(line))
        except (TypeError, ValueError) as error:
            raise CorpusError(f"{path.name}:{number}: {error}") from None
        if decision.leaks not in LEAKS or not decision.reason:
            raise CorpusError(f"{path.name}:{number}: 'leaks' is one of {', '.join(LEAKS)}, and a reason is needed")
        found.append(decision)
    return found


def verdict(decision: Decision, codes: list[str]) -> str:
    """Compare a decision with the codes that were reported on its line.

    Returns `found`, `missed`, `left out`, `other family`, `quiet`, `false alarm`, `arguable`, `beyond` or `beyond found`.
    """
    if decision.leaks == "arguable":
        return "arguable"
    if decision.leaks == "beyond":
        return "beyond found" if codes else "beyond"
    if decision.leaks == "no":
        return "false alarm" if codes else "quiet"
    if not codes:
        return "left out" if decision.left_out else "missed"
    return "found" if any(code[:4] == decision.code[:4] for code in codes) else "other family"


def _sample(packages: list[Package], count: int, seed: int) -> list[Site]:
    return draw([site for source in sources(packages) for site in file_sites(source)], count, seed)


def _print_sites(sites: list[Site], packages: list[Package], start: int, stop: int) -> None:
    files = {(source.package.name, source.path): source.file for source in sources(packages)}
    for number, site in enumerate(sites, 1):
        if start <= number <= stop:
            print(f"\n=== {number} {site.package}=={site.version} {site.path}:{site.line}")
            print(excerpt(files[site.package, site.path], site.line))


def _compare(packages: list[Package]) -> int:
    from bench.reports import analyse

    decisions = read_decisions()
    wanted = {(decision.package, decision.path) for decision in decisions}
    files = [source for source in sources(packages) if (source.package.name, source.path) in wanted]
    reported: dict[tuple[str, str, int], list[str]] = {}
    for report in analyse(files).reports:
        for line in range(report.line, report.last + 1):
            reported.setdefault((report.package, report.path, line), []).append(report.code)
    table: Counter[str] = Counter()
    for decision in decisions:
        codes = reported.get((decision.package, decision.path, decision.line), [])
        result = verdict(decision, codes)
        table[result] += 1
        if result in {"missed", "false alarm", "other family"}:
            place = f"{decision.package} {decision.path}:{decision.line}"
            told = f"decided {decision.code or 'quiet'}, reported {', '.join(codes) or 'nothing'}"
            print(f"{result}: {place}: {told}: {decision.reason}")
    leaks = table["found"] + table["missed"] + table["left out"] + table["other family"]
    print(", ".join(f"{count} {name}" for name, count in sorted(table.items())))
    everywhere = leaks + table["beyond"] + table["beyond found"]
    all_found = table["found"] + table["beyond found"]
    print(f"recall: {table['found']} of {leaks} that one file shows; {all_found} of {everywhere} in all")
    return 1 if table["false alarm"] else 0


def main(arguments: list[str] | None = None) -> int:
    """`sample` prints the sites with their functions, `compare` sets the reader's decisions against the reports."""
    parser = argparse.ArgumentParser(prog="python -m bench.recall", description=main.__doc__)
    parser.add_argument("what", choices=("sample", "list", "compare"))
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--from", dest="start", type=int, default=1, metavar="N", help="first site to print")
    parser.add_argument("--to", dest="stop", type=int, default=10**9, metavar="N", help="last site to print")
    options = parser.parse_args(arguments)
    try:
        packages = [package for package in load() if package.sample]
        if options.what == "compare":
            return _compare(packages)
        sites = _sample(packages, options.count, options.seed)
    except CorpusError as error:
        print(f"recall: {error}", file=sys.stderr)
        return 2
    if options.what == "list":
        print(*(f"{number} {site.package} {site.path}:{site.line} {site.text}" for number, site in enumerate(sites, 1)), sep="\n")
    else:
        _print_sites(sites, packages, options.start, options.stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
