"""The examples on the pages of the rules, run: Bad holds or costs what the page says, Good does not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest

from flake8_httpleak.report.pages import all_pages
from tests.lab.core import marks, missing
from tests.lab.plots import blocks
from tests.lab.run import Bench, Held, LibraryMissingError

CALLS = 5
SHARED = """
SHARED = None
async def shared():
    global SHARED
    SHARED = SHARED or aiohttp.ClientSession()
    return SHARED
"""
_PIN = """
def pin(owner):
    made = owner.__init__
    def keeping(self, *arguments, **named):
        made(self, *arguments, **named)
        kept.append(self)
    owner.__init__ = keeping
"""
PINNED_RESPONSES = f"import requests\n{_PIN}\npin(requests.Response)"
PINNED_CONNECTIONS = f"import http.client\n{_PIN}\npin(http.client.HTTPResponse)\npin(http.client.HTTPConnection)"
"""Something keeps what the example drops, as a log record or a traceback may: what was not closed shows."""
EXAMPLE, STORAGE = {"https://api.example.com": "{BASE}"}, {"https://storage.example.com": "{BASE}"}


@dataclass(frozen=True, slots=True)
class Example:
    """One block of a page, how to call it, and what must have been measured after `calls` calls.

    held, collected: sockets with the collector off, and after a collection (None: as many). accepted: connections that the
    server saw (None: any number). raises: the last exception. library: whose environment, if it is none of the core.
    before: source above the block. setup: source below it. swap: texts of the block that stand for a server.
    keep: the caller keeps what it gets. inside: the setup measures, while the call is under way. path: the page that is asked for.
    """

    code: str
    section: str
    number: int
    call: str
    held: int = 0
    collected: int | None = None
    accepted: int | range | None = None
    raises: str = ""
    library: str = ""
    before: str = ""
    setup: str = ""
    swap: dict[str, str] = field(default_factory=dict)
    keep: bool = False
    inside: bool = False
    path: str = "/big"
    calls: int = CALLS

    @property
    def name(self) -> str:
        """The example as pytest shows it."""
        return f"{self.code}-{self.section}-{self.number}"

    @property
    def block(self) -> str:
        """Its text on the page."""
        return blocks(self.code, self.section)[self.number]


def bad(code: str, number: int, call: str, **rest: Any) -> Example:
    """A block under Bad."""
    return Example(code, "Bad", number, call, **rest)


def good(code: str, number: int, call: str, **rest: Any) -> Example:
    """A block under Good."""
    return Example(code, "Good", number, call, **rest)


_LATEST = {"setup": SHARED, "path": "/bad"}
_FEED = {"before": PINNED_RESPONSES, "setup": "time.sleep = lambda _: None", "path": "/bad"}
_SAVE = {"setup": "import io\nFILE = io.BytesIO()", "path": "/bad", "raises": "HTTPStatusError"}
_BEAT = {"setup": SHARED, "path": "/small"}
_TYPE = {"before": PINNED_RESPONSES, "path": "/bad/"}
_WHILE_KEPT = {
    "setup": f"def addresses():\n    for _ in range({CALLS}):\n        yield SMALL\n    measure()",
    "inside": True,
    "calls": 1,
}
_PLACE = {"swap": {"https://geo.example.net": "{BASE}"}}
_PUBLISH = {
    "setup": "async def one():\n    task = asyncio.create_task(publish(URL, {}))\n    await task",
    "path": "/bad/",
    "raises": "ClientResponseError",
}
_SUMMARY = {
    "swap": {"Anthropic()": "Anthropic(base_url='{BASE}', api_key='k')"},
    "library": "anthropic",
    "setup": """
def one():
    summaries = Summaries("m")
    try:
        return summaries.of("a text")
    finally:
        getattr(summaries, "close", lambda: None)()
""",
}
_ANSWER = {
    "swap": {
        'httpx.Client(proxy="http://proxy.example.net:3128")': "httpx.Client()",
        "OpenAI(http_client=HTTP)": "OpenAI(http_client=HTTP, base_url='{BASE}', api_key='k', max_retries=0)",
    },
    "library": "openai",
}
_TITLES = {"swap": {**EXAMPLE, '["title"]': '.get("title")'}, "calls": 1}
_MANY = {"calls": 1, "path": "/slow"}
_AT_ONCE = {
    "setup": """
async def many():
    under_way = asyncio.gather(*(CLIENT.get(URL) for _ in range(60)))
    await asyncio.sleep(0.2)
    measure()
    await under_way
""",
    "inside": True,
    **_MANY,
}
_PING = {"before": PINNED_CONNECTIONS, "swap": {"HTTPSConnection(host": "HTTPConnection(host"}}
_SESSION_OF_FEED = """
async def one():
    feed = Feed()
    async with feed.session.get(URL) as response:
        await response.read()
    await feed.close()
    return feed
"""
_READS_ONE = "def first():\n    found = lines_of(URL)\n    next(found)\n    {}\n    return found"
_LOG = "class Log:\n    def write(self, line):\n        raise OSError(line)"

EXAMPLES = [
    bad("HTL101", 0, "is_up(URL)", held=CALLS),
    good("HTL101", 0, "is_up(URL)"),
    bad("HTL102", 0, "await latest(await shared(), URL)", held=CALLS, **_LATEST),
    good("HTL102", 0, "await latest(await shared(), URL)", **_LATEST),
    bad("HTL102", 1, "open_feed(URL)", held=3 * CALLS, **_FEED),
    good("HTL102", 1, "open_feed(URL)", **_FEED),
    bad("HTL102", 2, "first()", held=CALLS, keep=True, setup=_READS_ONE.format("pass")),
    good("HTL102", 2, "first()", keep=True, setup=_READS_ONE.format("found.close()")),
    bad("HTL103", 0, "await save(URL, FILE)", held=CALLS, **_SAVE),
    good("HTL103", 0, "await save(URL, FILE)", **_SAVE),
    bad("HTL104", 0, "await heartbeat(await shared(), URL)", accepted=0, **_BEAT),
    good("HTL104", 0, "await heartbeat(await shared(), URL)", held=1, accepted=range(1, CALLS + 1), **_BEAT),
    bad("HTL104", 1, "size(URL)", accepted=0, raises="AttributeError"),
    good("HTL104", 1, "size(URL)", accepted=CALLS),
    bad("HTL105", 0, "content_type(URL)", held=CALLS, **_TYPE),
    good("HTL105", 0, "content_type(URL)", **_TYPE),
    bad("HTL106", 0, "fetch_all([URL])", held=CALLS, keep=True, path="/bad"),
    good("HTL106", 0, "fetch_all([URL])", keep=True, path="/bad"),
    bad("HTL107", 0, "page(f'{URL}?{number}')", held=CALLS, path="/small"),
    good("HTL107", 0, "page(f'{URL}?{number}')", path="/small"),
    bad("HTL107", 1, "pages(addresses())", held=CALLS, **_WHILE_KEPT),
    good("HTL107", 1, "pages(addresses())", held=1, **_WHILE_KEPT),
    bad("HTL201", 0, "locate('here')", held=CALLS, collected=0, **_PLACE),
    good("HTL201", 0, "locate('here')", **_PLACE),
    good("HTL201", 1, "locate('here')", held=1, accepted=1, **_PLACE),
    bad("HTL202", 0, "count(BASE + '/failed', 'i')", held=CALLS, collected=0, library="elasticsearch"),
    good("HTL202", 0, "count(BASE + '/failed', 'i')", library="elasticsearch"),
    bad("HTL203", 0, "await one()", held=CALLS, collected=0, **_PUBLISH),
    good("HTL203", 0, "await one()", **_PUBLISH),
    bad("HTL204", 0, "one()", held=CALLS, collected=0, **_SUMMARY),
    good("HTL204", 0, "one()", **_SUMMARY),
    bad("HTL205", 0, "FEED.reconnect()", held=CALLS + 1, setup="FEED = Feed(WS)", library="websockets"),
    good("HTL205", 0, "FEED.reconnect()", held=1, setup="FEED = Feed(WS)", library="websockets"),
    bad("HTL206", 0, "answer('?')", accepted=1, raises="RuntimeError", **_ANSWER),
    good("HTL206", 0, "answer('?')", held=1, accepted=1, **_ANSWER),
    good(
        "HTL206",
        1,
        "await (await prices()).of(URL)",
        held=1,
        accepted=1,
        path="/json",
        setup="MADE = []\nasync def prices():\n    MADE or MADE.append(Prices())\n    return MADE[0]",
    ),
    bad("HTL301", 0, f"upload([('a', b'x')] * {CALLS})", accepted=CALLS, swap=STORAGE, calls=1),
    good("HTL301", 0, f"upload([('a', b'x')] * {CALLS})", accepted=1, swap=STORAGE, calls=1),
    bad("HTL303", 0, "PLACES.locate('here')", accepted=CALLS, setup="PLACES = Geocoder(BASE, 'k')"),
    good("HTL303", 0, "PLACES.locate('here')", held=1, accepted=1, setup="PLACES = Geocoder(BASE, 'k')"),
    bad("HTL304", 0, f"titles(range({CALLS}))", accepted=CALLS, **_TITLES),
    good("HTL304", 0, f"titles(range({CALLS}))", accepted=1, **_TITLES),
    bad(
        "HTL305",
        0,
        f"list(fetch_all('x' * {CALLS}))",
        held=1,
        accepted=CALLS,
        swap={**EXAMPLE, '"https://"': '"http://"'},
        calls=1,
    ),
    good(
        "HTL305", 0, f"list(fetch_all('x' * {CALLS}))", held=1, accepted=1, swap={**EXAMPLE, '"https://"': '"http://"'}, calls=1
    ),
    bad(
        "HTL306",
        0,
        "(groups if number % 2 else users)()",
        held=1,
        collected=0,
        accepted=1,
        raises="RuntimeError",
        swap=EXAMPLE,
        calls=2,
    ),
    good("HTL306", 0, "main()", swap=EXAMPLE),
    bad("HTL401", 0, "await many()", held=60, **_AT_ONCE),
    good("HTL401", 0, "await many()", held=50, **_AT_ONCE),
    bad(
        "HTL401",
        1,
        "await many()",
        held=120,
        accepted=120,
        setup="""
async def many():
    app = {}
    await start(app)
    kept.append(app)
    async def read():
        async with app["session"].get(URL) as response:
            await response.read()
    await asyncio.gather(*(read() for _ in range(120)))
""",
        **_MANY,
    ),
    bad("HTL402", 0, "mirror([URL] * 40)", accepted=range(11, 41), swap={'"https://"': '"http://"'}, **_MANY),
    good("HTL402", 0, "mirror([URL] * 40)", accepted=range(1, 11), swap={'"https://"': '"http://"'}, **_MANY),
    good("HTL402", 1, "mirror([URL] * 40)", accepted=range(1, 17), **_MANY),
    bad("HTL501", 0, "ping(f'{HOST}:{PORT}')", held=CALLS, **_PING),
    bad("HTL501", 1, "report(f'{HOST}:{PORT}', b'x')", held=CALLS, before=PINNED_CONNECTIONS),
    good("HTL501", 0, "ping(f'{HOST}:{PORT}')", **_PING),
    bad("HTL502", 0, "fetch('a')", accepted=CALLS, swap=EXAMPLE),
    good("HTL502", 0, "fetch('a')", held=1, accepted=1, swap=EXAMPLE),
    bad("HTL502", 1, f"fetch_all(['/a'] * {CALLS})", accepted=CALLS, swap=EXAMPLE, calls=1),
    good("HTL502", 1, "fetch_once(URL)", accepted=1, path="/json", calls=1),
    bad("HTL701", 0, "await one()", held=CALLS, setup=_SESSION_OF_FEED, keep=True, path="/small"),
    good("HTL701", 0, "await one()", setup=_SESSION_OF_FEED, keep=True, path="/small"),
    bad("HTL701", 1, "await fetch(URL)", held=CALLS, collected=0, path="/json"),
    bad("HTL702", 0, "await fetch(URL)", held=CALLS, collected=0, raises="AttributeError", path="/json"),
    good("HTL702", 0, "await fetch(URL)", path="/json"),
    bad("HTL702", 1, "await fetch(URL)", accepted=0, raises="TypeError", path="/json"),
    good("HTL702", 1, "await fetch(URL)", path="/json"),
    bad("HTL703", 0, "await Api().get(URL)", held=CALLS, collected=0, path="/json"),
    good(
        "HTL703",
        0,
        "await one()",
        setup="async def one():\n    async with Api() as api:\n        return await api.get(URL)",
        path="/json",
    ),
    bad("HTL901", 0, "export(URL)", held=CALLS, swap={"from exports import save": "save = kept.append"}),
    good("HTL901", 0, "export(URL)", swap={"from exports import save": "save = kept.append"}),
    bad(
        "HTL902",
        0,
        "latest('a')",
        accepted=CALLS,
        swap={"https://packages.example.com": "{BASE}", '["version"]': '.get("version")'},
    ),
    good(
        "HTL902",
        0,
        "latest(CLIENT, 'a')",
        held=1,
        accepted=1,
        setup="CLIENT = httpx.Client()",
        swap={"https://packages.example.com": "{BASE}", '["version"]': '.get("version")'},
    ),
    bad(
        "HTL903",
        0,
        "first()",
        held=CALLS,
        keep=True,
        setup="def first():\n    found = lines(URL)\n    next(found)\n    return found",
    ),
    good(
        "HTL903",
        0,
        "first()",
        keep=True,
        setup="def first():\n    with lines(URL) as found:\n        next(found)\n    return found",
    ),
    bad("HTL904", 0, "fetch(URL, Log())", held=CALLS, collected=0, raises="OSError", setup=_LOG, path="/json"),
    good("HTL904", 0, "fetch(URL, Log())", raises="OSError", setup=_LOG, path="/json"),
    bad("HTL906", 0, "session_for(f't{number}').get(URL)", held=CALLS, path="/small"),
    good("HTL906", 0, "fetch(f't{number}', URL)", held=1, accepted=1, path="/json"),
    bad("HTL907", 0, f"titles(range({CALLS}))", accepted=CALLS, **_TITLES),
    good("HTL907", 0, f"titles(range({CALLS}))", accepted=1, **_TITLES),
]

_WAITS = "what it costs is a wait without end, not a socket"
NOT_RUN = {
    "HTL302-Bad-0": "needs fastapi and its server; the handler's body is the one of HTL303",
    "HTL302-Good-0": "needs fastapi and its server",
    "HTL305-Bad-1": "costs time, not connections: test_churn.py measures it",
    "HTL403-Bad-0": "differs from the good one after half a minute without a request",
    "HTL403-Bad-1": "differs from the default after 15 seconds without a request",
    "HTL403-Good-0": "see the bad one",
    **{f"HTL{code}-{section}-{number}": _WAITS for code in (601, 602) for section in ("Bad", "Good") for number in (0, 1)},
    **{f"HTL905-{section}-0": _WAITS for section in ("Bad", "Good")},
}
"""Blocks that are not run, each with the reason."""

_JOB = """
import asyncio
{imports}
{before}
{code}
{setup}

def note(error):
    report["error"] = f"{{type(error).__name__}}: {{error}}"[:200]

async def settle():
    for _ in range(10):
        await asyncio.sleep(0.005)

{define} job():
    for number in range({calls}):
        try:
            {keep}({call})
        except Exception as error:
            note(error)
    {end}
"""


@cache
def _imports() -> str:
    """All that the examples of the core import, so that one process serves them all."""
    texts = [PINNED_RESPONSES, PINNED_CONNECTIONS, *(one.block for one in EXAMPLES if not one.library)]
    found = {line for text in texts for line in re.findall(r"^(?:import|from) .+$", text, re.MULTILINE)}
    return "\n".join(sorted(found - {"from exports import save"}))


def run(example: Example, lab: Bench) -> Held:
    """Run an example in a fresh process."""
    text = example.block
    names: dict[str, Any] = {**lab.names(), "URL": f"{lab.names()['BASE']}{example.path}"}
    for old, new in example.swap.items():
        assert old in text, (old, text)
        text = text.replace(old, new.format(**names))
    is_async = "await " in example.call
    end = "await settle()\n    measure()\n    await settle()\n    recount()" if is_async else "measure()"
    source = _JOB.format(
        imports="" if example.library else _imports(),
        before=example.before,
        code=text,
        setup=example.setup,
        calls=example.calls,
        call=example.call,
        define="async def" if is_async else "def",
        keep="kept.append" if example.keep else "id",
        end="pass" if example.inside else end,
    )
    return lab.run(source, library=example.library, **names)


@pytest.mark.parametrize("example", [pytest.param(one, id=one.name, marks=marks(one.library)) for one in EXAMPLES])
def test_example(example: Example, lab: Bench) -> None:
    """The sockets that are held, and the connections that were made, are those that the page speaks of."""
    try:
        found = run(example, lab)
    except LibraryMissingError as error:
        missing(example.library, error)
    assert found.error.partition(":")[0] == example.raises, (found.error, found.trace)
    collected = example.held if example.collected is None else example.collected
    assert (found.sockets, found.collected) == (example.held, collected), found
    wanted = example.accepted if isinstance(example.accepted, range) else (None, example.accepted)
    assert example.accepted is None or found.accepted in wanted, found


def test_every_block_is_run_or_says_why_not() -> None:
    """No example of a page is left out in silence, and none that is named is missing."""
    pages = [page for page in all_pages() if "To be written." not in page.text]
    there = {
        f"{page.code}-{section}-{number}"
        for page in pages
        for section in ("Bad", "Good")
        for number, _ in enumerate(blocks(page.code, section))
    }
    named = [*(one.name for one in EXAMPLES), *NOT_RUN]
    assert sorted(named) == sorted(there)
    assert all(re.search(r"\w+ \w+", reason) for reason in NOT_RUN.values())
