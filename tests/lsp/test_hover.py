"""What is shown at a place: the finding there, and what the tables know of a call."""

from __future__ import annotations

import pytest

from flake8_httpleak.diagnostics import Diagnostic, Level, Position, Reclaim, Span
from flake8_httpleak.lsp.describe import describe
from flake8_httpleak.lsp.hover import hover
from flake8_httpleak.lsp.sites import site_at
from flake8_httpleak.options import Options
from tests.lsp.editor import LEAK, Editor

TEXT = """\
import aiohttp, httpx, requests, urllib.request
SESSION = requests.Session()
class Api:
    def __init__(self):
        self.client = httpx.Client()
    def get(self, u):
        return self.client.get(u)
    def stream(self, u):
        return self.client.send(u, stream=True)
    def close(self):
        self.client.close()
def f(u):
    r = SESSION.get(u, stream=True)
    SESSION.get(u)
    requests.get(u)
    r.close()
    api = Api()
    api.get(u)
    urllib.request.urlopen(u)
    requests.adapters.HTTPAdapter()
    r.iter_lines()
    make(u)
async def g(u):
    async with aiohttp.ClientSession() as s:
        async with s.get(u) as x:
            return aiohttp.TCPConnector()
def make(u): return requests.get(u, stream=True)
def nothing(u): u.get(u)
"""
OWN = """\
schema = 1
name = "acme"
roots = ["acme.http"]
[kinds.Client]
role = "client"
classes = ["acme.http.Client"]
release = ["shutdown"]
produces = [{ calls = ["fetch"], kind = "Stream", when = { stream = true } }]
[kinds.Stream]
role = "response"
release = ["close"]
[kinds.Odd]
role = "connection"
classes = ["acme.http.Odd"]
"""


def page(call: str, text: str = TEXT, options: Options | None = None) -> str:
    """What is said of the first call that is written like this."""
    before = text[: text.index(f"{call}(")]
    line = before.count("\n") + 1
    column = len(before) - before.rfind("\n") - 1 + len(call) - 1
    site = site_at(text, options or Options(), Position(line, column))
    return describe(site) if site is not None else ""


def test_a_client() -> None:
    """What it holds, how that is released, what its pool does, where that is known from."""
    said = page("requests.Session").splitlines()
    assert said[0] == "**client `requests.Session`**"
    assert "- Holds the connections of its pool, from its first request on." in said
    assert "- Released by `close()` or leaving `with`." in said
    assert "- Dropped without that, it stays open until the last reference goes (a habit of CPython, no promise)." in said
    assert any(line.startswith("- Pool, set with `requests.adapters.HTTPAdapter`: `pool_maxsize`, idle") for line in said)
    assert said[-1].startswith("[requests](https://requests.readthedocs.io/")
    assert "Measured on requests " in said[-1]


def test_a_response() -> None:
    """What else releases it, that its truth lies, and its timeout."""
    said = page("SESSION.get")
    assert said.startswith("**response `requests.Response`**\n")
    read = "reading it to the end (`apparent_encoding`, `content`, `text`, `json()`)"
    assert f"Released by `close()`, leaving `with`, {read} or exhausting" in said
    assert "Its truth value is false for status codes from 400 on: compare with `None` instead." in said
    assert "Timeout (`timeout`): none unless it is given: it may wait for ever." in said
    assert "Pool" not in said


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("requests.get", ["**response of requests**", "With `stream=True` it gives a response that must be released."]),
        ("self.client.get", ["**A call of client `httpx.Client` that leaves nothing open**", "that of its client"]),
        ("self.client.send", ["**response of httpx**", "nothing frees it"]),
        ("httpx.Client", ["Closing it also closes the open responses", "the cycle collector", "(left out: no bound)"]),
        ("Api", ["**`Api` of this file, which owns a client of httpx**", "Released by `close()`."]),
        ("make", ["made by `make` of this file", "Holds a connection"]),
        ("aiohttp.ClientSession", ["`await close()`", "`aiohttp.TCPConnector` or `aiohttp.UnixConnector`"]),
        ("with s.get", ["leaving `async with`", "reading it to the end (`content.read()`"]),
        ("aiohttp.TCPConnector", ["transport", "Pool: `limit`, connections at once (left out: 100)."]),
        ("requests.adapters.HTTPAdapter", ["a finalizer closes it"]),
        ("urllib.request.urlopen", ["that of the `socket` module", "[urllib_request]"]),
    ],
)
def test_calls(call: str, words: list[str]) -> None:
    """Constructors, methods, functions, helpers and classes of the file."""
    text = TEXT.replace("def make", "def _").replace("    make(u)", "") if call == "requests.get" else TEXT
    said = page(call, text)
    assert [word for word in words if word not in said] == [], said


@pytest.mark.parametrize("call", ["r.close", "api.get", "u.get", "__init__", "r.iter_lines"])
def test_nothing_to_say(call: str) -> None:
    """What no table speaks of, and what the tables know as harmless."""
    assert page(call) == ""


def test_own_tables(tmp_path: object) -> None:
    """The user's own libraries too."""
    from pathlib import Path

    table = Path(str(tmp_path)) / "acme.toml"
    table.write_text(OWN)
    text = "import acme.http\nacme.http.Odd()\nc = acme.http.Client()\nd = c.fetch(1, stream=True)\nc.fetch(2)\n"
    options = Options(clients=(str(table),))
    assert page("acme.http.Client", text, options).endswith("\n\nacme.\n")
    assert page("c.fetch", text, options).startswith("**response of acme**")
    assert page("c.fetch", text[text.index("c.fetch") :], options) == ""
    assert "With `stream=True`" in page("c.fetch", text.replace(", stream=True", ""), options)
    assert page("acme.http.Client", text) == ""
    odd = page("acme.http.Odd", text, options)
    assert "Released" not in odd
    assert "- Holds one connection.\n- Dropped without that, it stays open" in odd


def test_no_python() -> None:
    """A text that is being written has no calls yet."""
    assert hover("import requests\nrequests.get(", Options(), Position(2, 3), ()) == ("", None)


def test_a_code_without_a_page() -> None:
    """A finding of a newer version is told as it is."""
    span = Span(Position(1, 0), Position(1, 3))
    one = Diagnostic("HTL999", "name", "text", span, Level.SURE, Reclaim.NEVER)
    assert hover("x = 1\n", Options(), Position(1, 0), [one]) == ("**HTL999** name: text\n", span)


def test_in_an_editor(editor: Editor) -> None:
    """Finding and call at one place; the finding's way and its rule's page; nothing elsewhere."""
    editor.start()
    editor.open()
    both = editor.page(4, 17)
    assert both.startswith("**response `requests.Response`**")
    assert "**HTL101** response-never-released: response of 'requests.get' is never closed; use 'with'" in both
    assert "- line 5: acquired\n- line 6: lost: the function returns\n\n### Problem\n" in both
    assert "\n### Bad\n" in both
    finding = editor.hover(4, 24)
    assert finding is not None
    assert finding.range is not None
    assert (finding.range.start.character, finding.range.end.character) == (8, 47)
    assert editor.page(4, 24).startswith("**HTL101** ")
    assert editor.hover(0, 3) is None
    assert editor.hover(99, 0) is None
    editor.type(LEAK.replace("return", "return ("))
    assert editor.hover(4, 17) is None


def test_a_place_without_a_way(editor: Editor) -> None:
    """Findings about configuration have no way."""
    editor.start()
    editor.open("import aiohttp\n\n\ndef f():\n    return aiohttp.TCPConnector(limit=0)\n")
    assert "**HTL401** pool-unbounded" in editor.page(4, 30)
