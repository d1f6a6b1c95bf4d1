"""What is said where no edit is right: in the reader's own names, and Python."""

from __future__ import annotations

import ast
import textwrap

import pytest

from flake8_httpleak.analyze import analyze
from flake8_httpleak.fixes.advice import advice
from flake8_httpleak.fixing import fixes_of
from flake8_httpleak.options import Options

HANDLER = """
import aiohttp
from aiohttp import web
routes = web.RouteTableDef()
@routes.get("/rates")
async def rates(request):
    async with aiohttp.ClientSession(trust_env=True) as outside:
        async with outside.get("https://rates.example.com") as reply:
            return web.json_response(await reply.json())
"""
METHOD = """
import httpx
class Places:
    def __init__(self, root):
        self.root = root
    def locate(self, name):
        with httpx.Client(base_url=self.root) as http:
            return http.get(name).json()
    def names(self):
        with httpx.Client(base_url=self.root) as http:
            return http.get("names").json()
"""
KEPT = """
import requests
PAGES = {}
def page(url):
    PAGES[url] = requests.get(url)
"""
ERRORS = """
import urllib.error, urllib.request
FAILED = []
def fetch(url):
    try:
        with urllib.request.urlopen(url) as reply:
            return reply.read()
    except urllib.error.HTTPError as error:
        FAILED.append(error)
"""
DEL = """
import httpx
class Api:
    def __init__(self):
        self.http = httpx.AsyncClient()
    def __del__(self):
        self.http.aclose()
"""
ONE_LINE = """
import requests
def status(url): answer = requests.get(url, stream=True); return answer.status_code
"""
LINES = """
import requests
def lines(url):
    answer = requests.get(url, stream=True)
    return map(str, answer.iter_lines())
"""
AWAITED = """
import httpx
async def lines(client: httpx.AsyncClient, request):
    answer = await client.send(request, stream=True)
    return answer.aiter_lines()
"""
CHECKED = """
import requests
def download(url):
    return checked(url)
def checked(url):
    answer = requests.get(url, stream=True); answer.raise_for_status()
    return answer
"""
LATER = """
import functools, httpx
def getter(url):
    client = httpx.Client()
    return functools.partial(client.get, url)
"""
DEL_SESSION = """
import aiohttp
class Api:
    def __init__(self):
        self._session = aiohttp.ClientSession()
    def __del__(self):
        self._session.close()
"""
PROXY = """
from xmlrpc.client import ServerProxy
def connect(url, wanted):
    server = ServerProxy(url)
    if server.supervisor.getState() != wanted:
        return None
    return server
"""
INHERITED = """
import httpx
class Api(Base):
    def __init__(self):
        self.http = httpx.AsyncClient()
    async def get(self, url):
        return (await self.http.get(url)).text
"""


@pytest.mark.parametrize(
    ("code", "source", "wanted"),
    [
        ("HTL302", HANDLER, ["async with aiohttp.ClientSession(trust_env=True) as app.state.outside:", "in 'rates'"]),
        ("HTL303", METHOD, ["self.http = httpx.Client(base_url=self.root)", "self.http.close()", "'locate'"]),
        ("HTL107", KEPT, ["data = requests.get(url).content"]),
        ("HTL106", ERRORS, ["error.read()"]),
        ("HTL703", DEL, ["async def aclose(self):", "await self.http.aclose()"]),
        ("HTL703", DEL_SESSION, ["async def aclose(self):", "await self._session.close()"]),
        ("HTL101", ONE_LINE, ["with requests.get(url, stream=True) as answer:"]),
        ("HTL102", LINES, ["make 'lines' a generator", "with requests.get(url, stream=True) as answer:", "yield from ..."]),
        ("HTL102", AWAITED, ["contextlib.aclosing(await client.send(request, stream=True))", "async for item in ...:"]),
        ("HTL103", CHECKED, ["except BaseException:", "answer.close()", "raise"]),
        ("HTL201", LATER, ["where the result of 'getter' is used", "with httpx.Client() as client:"]),
        ("HTL204", INHERITED, ["async def aclose(self):", "httpx.AsyncClient()"]),
    ],
)
def test_example(code: str, source: str, wanted: list[str]) -> None:
    """There is no edit, and the words name what the reader has."""
    found = next(one for one in analyze(source, "a.py", Options()) if one.code == code)
    assert fixes_of(source, "a.py", Options(), [found]) == {}
    said = advice(source, "a.py", Options(), found)
    assert [words for words in wanted if words not in said] == []
    sentence, _, example = said.partition("\n")
    assert sentence.endswith(":")
    lines = [line for line in textwrap.dedent(example).splitlines() if "request.app" not in line and "__init__" not in line]
    ast.parse(textwrap.dedent("\n".join(lines)))


def test_nothing_to_say() -> None:
    """A finding of another text, or of a code whose message says it all."""
    found = analyze(KEPT, "a.py", Options())[0]
    assert advice(ONE_LINE, "a.py", Options(), found) == ""
    assert advice("", "a.py", Options(), found) == ""


def test_what_only_a_block_closes() -> None:
    """Nothing can be called where a proxy is given up, and a block around it would close it for whoever gets it."""
    (found,) = analyze(PROXY, "a.py", Options())
    assert found.code == "HTL202"
    assert advice(PROXY, "a.py", Options(), found) == ""
