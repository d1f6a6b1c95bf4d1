"""What a client for each call costs, against one that is kept: connections that the server saw, and the processor's time.

The cheapest call counts, as others work on the machine too. On one machine a connection costs no other time; a network adds
a way to the server and back for it, and one or two more for TLS.

`python -m tests.lab.churn` measures and prints the rows; with `--write` they go to churn.json, from which the rules' pages are
tested.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import certifi

from tests.lab.run import Bench, bench

KEPT = Path(__file__).with_name("churn.json")
CALLS = 30
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """The same request two ways. `setup`: what both share; `anew` and `kept`: the body of `call(url)`."""

    name: str
    setup: str
    anew: str
    kept: str
    is_async: bool = False
    schemes: tuple[str, ...] = ("http", "https")


@dataclass(frozen=True, slots=True)
class Cost:
    """One row: what the server saw and milliseconds of processor time for the cheapest call, of each way."""

    name: str
    scheme: str
    connections: int
    kept_connections: int
    ms: float
    kept_ms: float

    def cells(self) -> str:
        """The row of a Markdown table."""
        return f"| `{self.name}`, {self.scheme} | {self.connections} | {self.kept_connections} | {self.ms} | {self.kept_ms} |"


HEAD = f"| {CALLS} calls | connections | of a kept one | CPU ms a call | of a kept one |\n| --- | --- | --- | --- | --- |"
_AIOHTTP = "import aiohttp, ssl\nT = ssl.create_default_context(cafile=CA)\nS = None"
_LATE = "    global S\n    S = S or aiohttp.ClientSession()\n"
PAIRS = (
    Pair(
        "requests.Session",
        "import requests\nS = requests.Session()",
        "    with requests.Session() as s: s.get(url)",
        "    S.get(url)",
    ),
    Pair(
        "urllib3.PoolManager",
        "import urllib3\nS = urllib3.PoolManager()",
        "    with urllib3.PoolManager() as s: s.request('GET', url)",
        "    S.request('GET', url)",
    ),
    Pair(
        "httpx.Client",
        "import httpx\nS = httpx.Client()",
        "    with httpx.Client() as s: s.get(url)",
        "    S.get(url)",
    ),
    Pair(
        "httpx.AsyncClient",
        "import httpx\nS = httpx.AsyncClient()",
        "    async with httpx.AsyncClient() as s: await s.get(url)",
        "    await S.get(url)",
        is_async=True,
    ),
    Pair(
        "aiohttp.ClientSession",
        _AIOHTTP,
        "    async with aiohttp.ClientSession() as s, s.get(url, ssl=T) as r: await r.read()",
        _LATE + "    async with S.get(url, ssl=T) as r: await r.read()",
        is_async=True,
    ),
    Pair(
        "requests.get",
        "import requests\nS = requests.Session()",
        "    requests.get(url)",
        "    S.get(url)",
    ),
    Pair(
        "httpx.get",
        "import httpx\nS = httpx.Client()",
        "    httpx.get(url)",
        "    S.get(url)",
    ),
    Pair(
        "http.client.HTTPConnection",
        "import http.client\nS = http.client.HTTPConnection(HOST, PORT)\n"
        "def ask(c):\n    c.request('GET', '/small')\n    c.getresponse().read()",
        "    c = http.client.HTTPConnection(HOST, PORT)\n    ask(c)\n    c.close()",
        "    ask(S)",
        schemes=("http",),
    ),
    Pair(
        "http.client.HTTPSConnection",
        "import http.client\nS = http.client.HTTPSConnection(HOST, TLS_PORT)\n"
        "def ask(c):\n    c.request('GET', '/small')\n    c.getresponse().read()",
        "    c = http.client.HTTPSConnection(HOST, TLS_PORT)\n    ask(c)\n    c.close()",
        "    ask(S)",
        schemes=("https",),
    ),
    Pair(
        "SESSION.mount",
        "import requests\nfrom requests.adapters import HTTPAdapter\nS = requests.Session()\nfor p in 'http://', 'https://': S.mount(p, HTTPAdapter())",
        "    for p in 'http://', 'https://': S.mount(p, HTTPAdapter())\n    S.get(url)",
        "    S.get(url)",
    ),
    Pair(
        "ssl.create_default_context",
        _AIOHTTP,
        _LATE + "    async with S.get(url, ssl=ssl.create_default_context(cafile=CA)) as r: await r.read()",
        _LATE + "    async with S.get(url, ssl=T) as r: await r.read()",
        is_async=True,
        schemes=("https",),
    ),
    Pair(
        "Connection: close",
        "import requests\nS = requests.Session()",
        "    S.get(url, headers={'Connection': 'close'})",
        "    S.get(url)",
    ),
)

_JOB = """
import os, time
os.environ["SSL_CERT_FILE"] = os.environ["REQUESTS_CA_BUNDLE"] = CA
{setup}
{define} call(url):
{body}
{define} job():
    times = []
    for _ in range({calls}):
        start = time.process_time()
        {wait}call(URL)
        times.append(time.process_time() - start)
    report["value"] = min(times)
"""


def measure(lab: Bench, pair: Pair, scheme: str, bundle: Path, rounds: int = ROUNDS) -> Cost:
    """Run both ways of a pair."""
    (many, slow), (few, quick) = (_way(lab, pair, body, scheme, bundle, rounds) for body in (pair.anew, pair.kept))
    return Cost(pair.name, scheme, many, few, slow, quick)


def _way(lab: Bench, pair: Pair, body: str, scheme: str, bundle: Path, rounds: int) -> tuple[int, float]:
    define, wait = ("async def", "await ") if pair.is_async else ("def", "")
    source = _JOB.format(setup=pair.setup, define=define, body=body, wait=wait, calls=CALLS)
    names = lab.names()
    url = names["TLS"] if scheme == "https" else names["SMALL"]
    runs = [lab.run(source, URL=url, CA=str(bundle)) for _ in range(rounds)]
    for one in runs:
        if one.error:
            raise RuntimeError(f"{pair.name}, {scheme}: {one.trace}")
    return runs[0].accepted, round(min(one.value for one in runs) * 1000, 1)


def trust(folder: Path, lab: Bench) -> Path:
    """The usual bundle of certificates, and that of the lab's authority: clients load as much as they do elsewhere."""
    bundle = folder / "authorities.pem"
    bundle.write_bytes(certifi.contents().encode() + b"\n" + lab.authority)
    return bundle


def kept() -> tuple[Cost, ...]:
    """The rows that were measured last."""
    return tuple(Cost(**row) for row in json.loads(KEPT.read_text(encoding="utf-8")))


def main(arguments: list[str]) -> None:
    """Measure every pair and print the rows."""
    lab = bench()
    with tempfile.TemporaryDirectory() as folder:
        bundle = trust(Path(folder), lab)
        rows = [measure(lab, pair, scheme, bundle) for pair in PAIRS for scheme in pair.schemes]
    lab.close()
    print(HEAD, *(row.cells() for row in rows), sep="\n")
    if "--write" in arguments:
        KEPT.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
