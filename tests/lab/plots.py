"""Sockets held over calls, for the pages of the rules: the examples of the page itself, run, fixed, and run again.

`python -m tests.lab.plots` measures and prints; with `--write` the numbers go to plots.json, from which the pages are drawn.
With HTTPLEAK_LAB_PYTHON they come from the libraries of another environment.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flake8_httpleak.config import Settings
from flake8_httpleak.files import decode
from flake8_httpleak.fixing import load_fixer
from flake8_httpleak.repair import fix_document
from flake8_httpleak.report.pages import page_of
from tests.lab.run import LibraryMissingError, bench

KEPT = Path(__file__).with_name("plots.json")
CALLS = 40


@dataclass(frozen=True, slots=True)
class Plot:
    """How to call the example of a rule's page.

    call: an expression; `URL` is a page of the server (`path`), `BASE` and `HOST` its address. setup: what is made once, before.
    bad, good: which blocks of the page; -1 for none. swap: texts of the example that stand for a server, with what they become. keep: the caller keeps what it gets. path: the page that is asked for.
    raises: what calls of the bad one raise, and of the others.
    """

    call: str
    packages: tuple[str, ...]
    setup: str = ""
    bad: int = 0
    good: int = 0
    swap: dict[str, str] = field(default_factory=dict)
    keep: bool = False
    path: str = "/big"
    raises: tuple[str, str] = ("", "")


_SESSION = (
    "SHARED = None\nasync def shared():\n    global SHARED\n    SHARED = SHARED or aiohttp.ClientSession()\n    return SHARED"
)
_CAREFUL = """
def one(summaries):  # a caller that closes whatever can be closed
    try:
        return summaries.of("a text")
    finally:
        getattr(summaries, "close", lambda: None)()
"""
_ENTERING = """
async def one(api):  # a caller that enters whatever can be entered
    if not hasattr(api, "__aenter__"):
        return await api.get(URL)
    async with api:
        return await api.get(URL)
"""
_FIRST = """
def first(found):  # a caller that wants one line, and keeps what it got
    if hasattr(found, "__enter__"):
        with found as lines:
            return next(lines)
    next(found)
    return found
"""
_TENANTS = "ask = globals().get('fetch') or (lambda tenant, url: session_for(tenant).get(url))"
_FULL = "class LOG:\n    def write(text): raise OSError('disk full')"
_FILE = "import io\nFILE = io.BytesIO()"
PLOTS: dict[str, Plot] = {
    "HTL101": Plot("is_up(URL)", ("httpx",)),
    "HTL102": Plot("await latest(await shared(), URL)", ("aiohttp",), _SESSION, path="/bad"),
    "HTL103": Plot("await save(URL, FILE)", ("httpx",), _FILE, path="/bad", raises=("HTTPStatusError", "HTTPStatusError")),
    "HTL106": Plot("fetch_all([URL])", ("python",), keep=True, path="/bad"),
    "HTL107": Plot("page(f'{URL}?{number}')", ("requests",), path="/small"),
    "HTL201": Plot("locate('here')", ("httpx",), swap={"https://geo.example.net": "{BASE}"}),
    "HTL204": Plot(
        "one(Summaries('m'))", ("anthropic",), _CAREFUL, swap={"Anthropic()": "Anthropic(base_url='{BASE}', api_key='k')"}
    ),
    "HTL205": Plot("FEED.reconnect()", ("websockets",), "FEED = Feed(WS)"),
    "HTL701": Plot("await fetch(URL)", ("httpx",), bad=1, good=-1, path="/json"),
    "HTL702": Plot("await fetch(URL)", ("httpx",), path="/json", raises=("AttributeError", "")),
    "HTL703": Plot("await one(Api())", ("httpx",), _ENTERING, path="/json"),
    "HTL903": Plot("first(lines(URL))", ("requests",), _FIRST, keep=True),
    "HTL904": Plot("fetch(URL, LOG)", ("httpx",), _FULL, path="/json", raises=("OSError", "OSError")),
    "HTL906": Plot("ask(f'tenant {number}', URL)", ("requests",), _TENANTS, path="/json"),
}
_JOB = """
import asyncio
{code}
{setup}

COUNTS = [0]

def count():
    recount()
    COUNTS.append(report["collected"])

def note(error):
    report["error"] = f"{{type(error).__name__}}: {{error}}"[:200]

{define} job():
    global number
    for number in range({calls}):
        try:
            {keep}({call})
        except Exception as error:
            note(error)
        {settle}
        count()
    report["value"] = COUNTS
"""


def blocks(code: str, section: str) -> list[str]:
    """The Python blocks of a section of a rule's page."""
    page = page_of(code)
    found = re.search(rf"^## {section}\n(.*?)(?=^## |\Z)", page.text if page else "", re.MULTILINE | re.DOTALL)
    return re.findall(r"^```python\n(.*?)^```", found[1] if found else "", re.MULTILINE | re.DOTALL)


def fixed(code: str, text: str) -> str:
    """The text with every fix that is offered, those that may change behaviour too; empty if there is none."""
    done = fix_document(decode(text.encode()), f"{code.lower()}.py", Settings(), load_fixer(), unsafe=True)
    return done.document.text if done.titles and not done.left else ""


def counts(plot: Plot, text: str, raises: str) -> list[int]:
    """Run an example; returns the number of sockets before the first call and after each."""
    lab = bench()
    names: dict[str, Any] = {**lab.names(), "URL": f"{lab.names()['BASE']}{plot.path}"}
    for old, new in plot.swap.items():
        assert old in text, (old, text)
        text = text.replace(old, new.format(**names))
    is_async = "await " in plot.call
    source = _JOB.format(
        code=text,
        setup=plot.setup,
        calls=CALLS,
        call=plot.call,
        define="async def" if is_async else "def",
        keep="kept.append" if plot.keep else "id",
        settle="await asyncio.sleep(0.01)" if is_async else "pass",
    )
    held = lab.run(source, collector=True, **names)
    if not isinstance(held.value, list):
        raise TypeError(f"{held.error}\n{held.trace}")
    assert held.error.partition(":")[0] == raises, held.error
    return [int(one) for one in held.value]


def page_hash(code: str) -> str:
    """Changes when an example of the page does."""
    return hashlib.sha256("\n".join([*blocks(code, "Bad"), *blocks(code, "Good")]).encode()).hexdigest()[:12]


def measure(code: str) -> dict[str, Any]:
    """The three lines of a rule's plot; the third is missing if there is no fix."""
    plot = PLOTS[code]
    bad = blocks(code, "Bad")[plot.bad]
    mended = fixed(code, bad)
    series = {"bad": counts(plot, bad, plot.raises[0])}
    if plot.good >= 0:
        series["good"] = counts(plot, blocks(code, "Good")[plot.good], plot.raises[1])
    if mended:
        series["fixed"] = counts(plot, mended, plot.raises[1])
    return {"packages": list(plot.packages), "page": page_hash(code), **series}


def versions() -> dict[str, str]:
    """Of Python and of the libraries, in the lab's environment."""
    import os

    wanted = sorted({package for plot in PLOTS.values() for package in plot.packages} - {"python"})
    code = f"import sys, importlib.metadata as m; print(sys.version.split()[0], *(m.version(p) for p in {wanted!r}))"
    python = os.environ.get("HTTPLEAK_LAB_PYTHON", sys.executable)
    said = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    return dict(zip(["python", *wanted], said, strict=True))


def main() -> int:
    """Measure all plots."""
    plots: dict[str, Any] = {}
    try:
        for code in PLOTS:
            try:
                plots[code] = measure(code)
            except LibraryMissingError as missing:
                print(f"{code}: {missing}", file=sys.stderr)
                return 2
            print(
                code,
                {name: values[-1] for name, values in plots[code].items() if isinstance(values, list) and name != "packages"},
            )
    finally:
        bench().close()
    result = {"date": datetime.now(UTC).date().isoformat(), "calls": CALLS, "versions": versions(), "plots": plots}
    if "--write" in sys.argv:
        KEPT.write_text(json.dumps(result, indent=None, separators=(",", ":")).replace('"HTL', '\n"HTL') + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
