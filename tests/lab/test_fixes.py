"""Programs before and after their fix, run: what was held is held no more, and what they return or raise is the same."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

import pytest

from flake8_httpleak.config import Settings
from flake8_httpleak.files import decode
from flake8_httpleak.fixing import load_fixer
from flake8_httpleak.repair import fix_document
from tests.lab.run import Held, LibraryMissingError, held_after

CALLS = 5
PIN = """
import http.client, requests
def pin(owner):
    made = owner.__init__
    def keeping(self, *arguments, **named):
        made(self, *arguments, **named)
        kept.append(self)
    owner.__init__ = keeping
for owner in (requests.Response, http.client.HTTPResponse, http.client.HTTPConnection):
    pin(owner)
"""
SYNC = """
def call(url):
    report["value"] = work(url)
"""
ASYNC = """
async def call(url):
    report["value"] = await work(url)
"""


@dataclass(frozen=True, slots=True)
class Program:
    """Source that defines `work(url)`.

    pinned: something keeps what the program drops, as a log record or a traceback might.
    before, after: sockets held after some calls. accepted: connections that the server saw after the fix, 0 for any number.
    path: the page that is asked for. raises: the class of the exception that every call ends with.
    """

    name: str
    source: str
    pinned: bool = False
    before: int = CALLS
    after: int = 0
    accepted: int = 0
    path: str = "/big"
    raises: str = ""


PROGRAMS = [
    Program(
        "with around the uses",
        """
        import httpx
        CLIENT = httpx.Client()
        def work(url):
            request = CLIENT.build_request("GET", url)
            reply = CLIENT.send(request, stream=True)
            size = reply.headers["Content-Length"]
            return reply.status_code, size
        """,
    ),
    Program(
        "an error on the way",
        """
        import httpx
        CLIENT = httpx.Client()
        def work(url):
            reply = CLIENT.send(CLIENT.build_request("GET", url), stream=True)
            reply.raise_for_status()
            return reply.read().decode()
        """,
        path="/bad",
        raises="HTTPStatusError",
    ),
    Program(
        "an early return",
        """
        import requests
        SESSION = requests.Session()
        def work(url):
            reply = SESSION.get(url, stream=True)
            if reply.status_code == 404:
                return None
            data = reply.content
            reply.close()
            return data
        """,
        path="/bad",
        pinned=True,
    ),
    Program(
        "in the middle of a statement",
        """
        import requests
        SESSION = requests.Session()
        def work(url):
            return SESSION.get(url, stream=True).status_code
        """,
        pinned=True,
    ),
    Program(
        "async with for await",
        """
        import aiohttp
        SHARED = []
        async def work(url):
            if not SHARED:
                SHARED.append(aiohttp.ClientSession())
            session: aiohttp.ClientSession = SHARED[0]
            reply = await session.get(url)
            return reply.status
        """,
    ),
    Program(
        "aclosing",
        """
        import httpx
        CLIENT = httpx.AsyncClient()
        async def work(url):
            reply = await CLIENT.send(CLIENT.build_request("GET", url), stream=True)
            return reply.status_code
        """,
    ),
    Program(
        "a client for each call",
        """
        import httpx
        def work(url):
            client = httpx.Client()
            reply = client.get(url)
            return len(reply.content)
        """,
        path="/small",
    ),
    Program(
        "a client for each call of a coroutine",
        """
        import httpx
        async def work(url):
            client = httpx.AsyncClient()
            reply = await client.get(url)
            return len(reply.content)
        """,
        path="/small",
    ),
    Program(
        "closing around a connection",
        """
        import http.client
        from urllib.parse import urlsplit
        def work(url):
            conn = http.client.HTTPConnection(urlsplit(url).netloc)
            conn.request("GET", urlsplit(url).path)
            return len(conn.getresponse().read())
        """,
        path="/small",
        pinned=True,
    ),
    Program(
        "closed before it is not handed over",
        """
        import httpx
        CLIENT = httpx.Client()
        def fetch(url):
            reply = CLIENT.send(CLIENT.build_request("GET", url), stream=True)
            if reply.status_code == 404:
                return None
            return reply
        def work(url):
            reply = fetch(url)
            if reply is not None:
                reply.close()
            return reply is None
        """,
        path="/bad",
    ),
    Program(
        "closed if a check fails before it is handed over",
        """
        import httpx
        CLIENT = httpx.Client()
        def fetch(url):
            reply = CLIENT.send(CLIENT.build_request("GET", url), stream=True)
            reply.raise_for_status()
            return reply
        def work(url):
            with fetch(url).stream:
                return True
        """,
        path="/bad",
        raises="HTTPStatusError",
    ),
    Program(
        "closed before the next turn",
        """
        import httpx
        CLIENT = httpx.Client()
        def work(url):
            for attempt in range(2):
                reply = CLIENT.send(CLIENT.build_request("GET", url), stream=True)
                if reply.status_code < 400:
                    return reply
                print(end="")
            return None
        """,
        before=2 * CALLS,
        path="/bad",
    ),
    Program(
        "a test for None",
        """
        import requests
        SESSION = requests.Session()
        def work(url):
            reply = None
            try:
                reply = SESSION.get(url, stream=True)
                return reply.status_code
            finally:
                if reply:
                    reply.close()
        """,
        path="/bad",
        pinned=True,
    ),
    Program(
        "await before a close",
        """
        import httpx
        async def work(url):
            client = httpx.AsyncClient()
            try:
                return (await client.get(url)).status_code
            finally:
                client.close()
        """,
        path="/small",
        raises="AttributeError",
    ),
    Program(
        "a client before the loop",
        """
        import requests
        def work(url, numbers=(1, 2, 3, 4)):
            found = []
            for number in numbers:
                with requests.Session() as session:
                    found.append(session.get(url).status_code)
            return found
        """,
        before=0,
        accepted=CALLS,
        path="/small",
    ),
    Program(
        "a session for all requests of a loop",
        """
        import requests
        def work(url, numbers=(1, 2, 3, 4)):
            found = []
            for number in numbers:
                found.append(requests.get(url, params={"n": number}).status_code)
            return found
        """,
        before=0,
        accepted=CALLS,
        path="/small",
    ),
    Program(
        "close the old client first",
        """
        import httpx
        class Api:
            def __init__(self):
                self.client = httpx.Client()
            def reconnect(self):
                self.client = httpx.Client()
            def close(self):
                self.client.close()
        API = Api()
        def work(url):
            status = API.client.get(url).status_code
            API.reconnect()
            return status
        """,
        path="/small",
    ),
    Program(
        "the closer closes both",
        """
        import httpx
        class Api:
            def __init__(self):
                self.one = httpx.Client()
                self.other = httpx.Client()
            def close(self):
                self.one.close()
        def work(url):
            api = Api()
            try:
                return api.one.get(url).status_code, api.other.get(url).status_code
            finally:
                api.close()
        """,
        path="/small",
    ),
]


def fixed(source: str) -> str:
    """The source after all its fixes."""
    result = fix_document(decode(source.encode()), "program.py", Settings(), load_fixer(), unsafe=True)
    assert result.titles, "no fix is offered"
    return result.document.text


def measured(program: Program, source: str) -> Held:
    """What is held after some calls."""
    ending = ASYNC if "async def work" in source else SYNC
    try:
        return held_after(f"{PIN * program.pinned}{source}{ending}", CALLS, path=program.path)
    except LibraryMissingError as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize("program", PROGRAMS, ids=[one.name for one in PROGRAMS])
def test_fixed(program: Program) -> None:
    """Nothing is held after the fix, and the callers see no difference."""
    source = textwrap.dedent(program.source)
    bad, good = measured(program, source), measured(program, fixed(source))
    assert (bad.sockets, good.sockets) == (program.before, program.after), (bad, good)
    assert bad.error.partition(":")[0] == program.raises, bad
    if program.name == "await before a close":  # what was raised was the mistake
        assert (good.error, good.value) == ("", 200)
    else:
        assert (good.value, good.error) == (bad.value, bad.error)
    assert program.accepted in (0, good.accepted), good
