"""What the pages of HTL1xx, HTL306 and HTL7xx say of pools that wait, of several event loops, and of closings that are not awaited."""

from __future__ import annotations

import pytest

from tests.lab.run import held_after

pytestmark = pytest.mark.usefixtures("lab")
CALLS = 6
KEPT_SESSION = """
import aiohttp
K = []
async def call(url):
    s = aiohttp.ClientSession()
    K.append(s)
    async with s.get(url) as r: await r.read()
    {}s.close()
"""
KEPT_CLIENT = (
    "import httpx\nK = []\nasync def call(url):\n    c = httpx.AsyncClient()\n    K.append(c)\n    await c.get(url)\n    {}"
)
HOLDER = (
    "import httpx, asyncio\nK = []\nclass C:\n    def __init__(self): self.c = httpx.AsyncClient()\n    def __del__(self): {}\n"
)


def test_a_blocking_adapter_loses_its_places() -> None:
    """requests: no socket stays, and yet the third caller finds no place."""
    code = """
    import requests, urllib3
    from requests.adapters import HTTPAdapter
    class A(HTTPAdapter):
        def get_connection_with_tls_context(self, *a, **k):
            pool = super().get_connection_with_tls_context(*a, **k)
            ask = pool.urlopen
            pool.urlopen = lambda **k: ask(**{**k, "pool_timeout": 0.2})
            return pool
    S = requests.Session()
    S.mount("http://", A(pool_maxsize=2, pool_block=True))
    def call(url): S.get(url, stream=True)
    """
    result = held_after(code, 3)
    assert (result.sockets, result.accepted) == (0, 2)
    assert "Pool" in result.error


def test_a_blocking_pool_loses_its_places() -> None:
    """urllib3: the same; without `block` there is a place for everybody."""
    code = "import urllib3\nP = urllib3.PoolManager(maxsize=2{})\ndef call(url): P.request('GET', url, preload_content=False, pool_timeout=0.2)"
    result = held_after(code.format(", block=True"), 3)
    assert (result.sockets, result.accepted, "EmptyPoolError" in result.error) == (0, 2, True)
    assert held_after(code.format(""), 3).error == ""


@pytest.mark.parametrize(("code", "await_it"), [(KEPT_SESSION, "await "), (KEPT_CLIENT, "await c.aclose()")])
def test_a_closing_that_is_awaited(code: str, await_it: str) -> None:
    """Aiohttp, httpx: nothing is held."""
    assert held_after(code.format(await_it), CALLS, path="/small").collected == 0


@pytest.mark.parametrize(("code", "leave_it"), [(KEPT_SESSION, ""), (KEPT_CLIENT, "c.aclose()")])
def test_a_closing_that_is_not_awaited(code: str, leave_it: str) -> None:
    """Aiohttp, httpx: every socket is held."""
    assert held_after(code.format(leave_it), CALLS, path="/small").collected == CALLS


def test_closing_the_plain_way() -> None:
    """httpx: an asynchronous client has no `close`, and its responses raise on it; the sockets stay."""
    client = held_after(KEPT_CLIENT.format("c.close()"), CALLS, path="/small")
    assert (client.collected, "has no attribute 'close'" in client.error) == (CALLS, True)
    response = "import httpx\nC = httpx.AsyncClient()\nasync def call(url):\n    r = await C.send(C.build_request('GET', url), stream=True)\n    r.close()"
    result = held_after(response, CALLS)
    assert (result.collected, result.error.partition(":")[0]) == (CALLS, "RuntimeError")


@pytest.mark.parametrize("library", ["httpx.AsyncClient", "aiohttp.ClientSession"])
def test_entering_the_plain_way(library: str) -> None:
    """`with` on an asynchronous client fails before anything is opened."""
    code = f"import {library.partition('.')[0]}\nasync def call(url):\n    with {library}() as c: await c.get(url)"
    result = held_after(code, CALLS, path="/small")
    assert (result.accepted, result.error.partition(":")[0]) == (0, "TypeError")


def test_a_task_in_del_once_the_loop_has_ended() -> None:
    """create_task needs a running loop: every socket is held."""
    code = HOLDER.format("asyncio.create_task(self.c.aclose())")
    code += "def call(url):\n    s = C()\n    K.append(s.c)\n    asyncio.run(s.c.get(url))"
    assert held_after(code, CALLS, path="/small").collected == CALLS


def test_a_loop_in_del_while_one_runs() -> None:
    """asyncio.run raises where a loop runs: every socket is held until the collector comes."""
    code = HOLDER.format("asyncio.run(self.c.aclose())") + "async def call(url):\n    s = C()\n    await s.c.get(url)"
    assert held_after(code, CALLS, path="/small").sockets == CALLS


def test_a_client_in_several_loops() -> None:
    """httpx: every second call fails and loses a socket; aiohttp: every call but the first fails."""
    httpx = held_after(
        "import httpx, asyncio\nC = httpx.AsyncClient()\ndef call(url): asyncio.run(C.get(url))", CALLS, path="/small"
    )
    assert (httpx.sockets, httpx.collected, httpx.accepted) == (3, 0, 3)
    assert "Event loop is closed" in httpx.error
    code = """
    import aiohttp, asyncio
    S = None
    async def get(url):
        global S
        S = S or aiohttp.ClientSession()
        async with S.get(url) as r: await r.read()
    def call(url): asyncio.run(get(url))
    """
    aiohttp = held_after(code, CALLS, path="/small")
    assert (aiohttp.accepted, "Event loop is closed" in aiohttp.error) == (1, True)
