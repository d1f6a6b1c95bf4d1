"""What is awaited, entered or run later."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

WAITING = {
    "async for over lines": """
        async def run(u):
            async with aiohttp.ClientSession() as s:  #: left; never
                async with s.get(u) as r:  #: arrived; never
                    async for line in r.content:  #: read
                        print(line)
    """,
    "async stream": """
        async def run(u):
            async with httpx.AsyncClient() as c:  #: left; never
                async with c.stream("GET", u) as r:  #: arrived; never
                    async for line in r.aiter_lines():  #: read
                        print(line)
    """,
    "async stream by hand": """
        async def run(u):
            async with httpx.AsyncClient() as c:  #: left; never
                r = await c.send(u, stream=True)  #: arrived; never
                async for line in r.aiter_lines():  #: read
                    print(line)
    """,
    "async stream by hand, read": """
        async def run(u):
            async with httpx.AsyncClient() as c:  #: left; never
                r = await c.send(u, stream=True)  #: arrived; never
                await r.aread()  #: read
    """,
    "async stream by hand, closed": """
        async def run(u):
            async with httpx.AsyncClient() as c:  #: left; never
                r = await c.send(u, stream=True)  #: arrived; never
                await r.aclose()  #: closed
    """,
    "async stream by hand, lost": """
        CLIENT = httpx.AsyncClient()  #: never

        async def run(u):
            r = await CLIENT.send(u, stream=True)  #: always; arrived
            print(r)
            #: LOST: ends
    """,
    "close that is not awaited": """
        async def run(u):
            c = httpx.AsyncClient()  #: always
            c.aclose()
            #: LOST: ends
    """,
    "close that is awaited later": """
        async def run(u):
            c = httpx.AsyncClient()  #: never
            end = c.aclose()
            await end  #: closed
    """,
    "response never awaited": """
        async def run(u):
            async with aiohttp.ClientSession() as s:  #: client closed; left; never
                p = s.get(u)  #: never
    """,
    "websocket": """
        async def run(u):
            async with aiohttp.ClientSession() as s:  #: left; never
                ws = await s.ws_connect(u)  #: arrived; never
                await ws.close()  #: closed
    """,
}


@pytest.mark.parametrize("source", WAITING.values(), ids=WAITING)
def test_waiting(source: str) -> None:
    """Clients and responses that are awaited."""
    check(source)


PROMISES = {
    "a task that is asked": """
        async with aiohttp.ClientSession() as s:  #: left; never
            t = asyncio.create_task(s.get(u))  #: arrived; never
            await asyncio.wait([t])
            r = t.result()
            r.release()  #: closed
    """,
    "a task that is cancelled": """
        async with httpx.AsyncClient() as c:  #: client closed; left; never
            t = asyncio.create_task(c.send(u, stream=True))  #: arrived; never
            t.cancel()
    """,
    "a future with a resource": """
        f = u.submit(requests.get, u, stream=True)  #: never
        r = f.result()
        r.close()  #: closed
    """,
    "a future that is asked whether it is done": """
        f = u.submit(requests.get, u, stream=True)  #: always
        f.done()  #: LOST: raises (weak)
        #: LOST: ends
    """,
    "entered by hand, async": """
        c = httpx.AsyncClient()  #: on error
        await c.__aenter__()  #: LOST: raises; LOST: raises (cancel)
        await c.get(u)  #: LOST: raises; LOST: raises (cancel)
        await c.__aexit__(None, None, None)  #: closed
    """,
    "entered by hand, async, not awaited": """
        c = httpx.AsyncClient()  #: never
        await c.__aenter__()  #: LOST: raises; LOST: raises (cancel)
        c.__aexit__(None, None, None)  #: closed
    """,
    "a stream entered by hand, async": """
        async with httpx.AsyncClient() as c:  #: left; never
            m = c.stream("GET", u)  #: never
            r = await m.__aenter__()  #: arrived
            await m.__aexit__(None, None, None)  #: closed
    """,
    "one of two functions of the file": """
        def one(v):
            return requests.get(v, stream=True)  #: never; returned
        def other(v):
            return requests.post(v, stream=True)  #: never; returned
        get = one if u else other
        r = get(u)  #: never
        r.close()  #: closed
    """,
    "one of two functions, lost": """
        def one(v):
            return requests.get(v, stream=True)  #: never; returned
        def other(v):
            return requests.post(v, stream=True)  #: never; returned
        get = one if u else other
        r = get(u)  #: always
        print(r)
        #: LOST: ends
    """,
    "a function or nothing": """
        get = requests.get if u else None
        r = get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "a method or nothing": """
        s = requests.Session() if u else None  #: on error
        if s is not None:
            r = s.get(u, stream=True)  #: LOST: raises; never
            r.close()  #: closed
            s.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", PROMISES.values(), ids=PROMISES)
def test_promises(body: str) -> None:
    """What comes later, and what may be one of two."""
    check(inside(body))
