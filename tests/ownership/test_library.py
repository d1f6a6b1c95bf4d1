"""Functions of the standard library that pass resources on."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

FUNCTIONS = {
    "closing": """
        with contextlib.closing(requests.get(u, stream=True)) as r:  #: left; never
            print(r.headers["a"])
    """,
    "nullcontext": """
        with contextlib.nullcontext(requests.get(u, stream=True)) as r:  #: always
            print(r.headers["a"])
        #: LOST: ends
    """,
    "nullcontext of nothing": """
        with contextlib.nullcontext():
            r = requests.get(u, stream=True)  #: always
        #: LOST: ends
    """,
    "suppress": """
        r = requests.get(u, stream=True)  #: never
        with contextlib.suppress(requests.RequestException):
            r.raise_for_status()
        r.close()  #: closed
    """,
    "suppress another": """
        r = requests.get(u, stream=True)  #: on error
        with contextlib.suppress(KeyError):
            r.raise_for_status()  #: LOST: raises
        r.close()  #: closed
    """,
    "suppress two": """
        r = requests.get(u, stream=True)  #: never
        with contextlib.suppress(KeyError, requests.RequestException):
            r.raise_for_status()
        r.close()  #: closed
    """,
    "partial": """
        get = functools.partial(requests.get, u, stream=True)
        r = get()  #: never
        r.close()  #: closed
    """,
    "partial closes later": """
        r = requests.get(u, stream=True)  #: never
        close = functools.partial(r.close)
        close()  #: closed
    """,
    "partial of nothing": """
        r = requests.get(u, stream=True)  #: never
        x = functools.partial()
        r.close()  #: closed
    """,
    "list of a list": """
        x = list([requests.get(u, stream=True)])  #: never
        x[0].close()  #: closed
    """,
    "tuple of a dict's values": """
        d = {"a": requests.get(u, stream=True)}  #: never
        for r in list(d.values()):
            r.close()  #: closed
    """,
    "sorted of dict": """
        d = {"a": requests.get(u, stream=True)}  #: never
        x = list(d)
        d["a"].close()  #: closed
    """,
    "sum of nothing": """
        x = list()
        x.append(requests.get(u, stream=True))  #: never
        x[0].close()  #: closed
    """,
    "deque": """
        import collections
        x = collections.deque()
        x.append(requests.get(u, stream=True))  #: never
        x.popleft().close()  #: closed
    """,
    "list of lines": """
        r = requests.get(u, stream=True)  #: never
        x = list(r.iter_lines())  #: read
    """,
    "any of lines": """
        r = requests.get(u, stream=True)  #: never
        x = any(r.iter_lines())  #: read
    """,
    "queue": """
        import queue
        x = queue.Queue()
        x.put(requests.get(u, stream=True))  #: never
        x.get().close()  #: closed
    """,
    "dict by keywords": """
        d = dict(a=requests.get(u, stream=True), b=1)  #: never
        d["a"].close()  #: closed
    """,
    "dict by keywords other": """
        d = dict(a=requests.get(u, stream=True), b=1)  #: always
        d["b"].close()  #: LOST: raises (weak)
        #: LOST: ends
    """,
    "dict of a dict": """
        d = dict({"a": requests.get(u, stream=True)}, b=1)  #: never
        d["a"].close()  #: closed
    """,
    "dict of a dict other": """
        d = dict({"b": 1}, a=requests.get(u, stream=True))  #: never
        d["a"].close()  #: closed
    """,
    "iter": """
        for r in iter([requests.get(u, stream=True)]):  #: never
            r.close()  #: closed
    """,
    "next of lines": """
        r = requests.get(u, stream=True)  #: never
        first = next(r.iter_lines())
        r.close()  #: closed
    """,
    "next of lines in try": """
        r = requests.get(u, stream=True)  #: never
        lines = r.iter_lines()
        try:
            first = next(lines)
        except StopIteration:
            return
        r.close()  #: closed
    """,
    "next of list": """
        r = next(iter([requests.get(u, stream=True)]))  #: LOST: raises (weak); on error
        r.close()  #: closed
    """,
    "enumerate": """
        for n, r in enumerate([requests.get(u, stream=True)]):  #: never
            r.close()  #: closed
    """,
    "enumerate lines": """
        r = requests.get(u, stream=True)  #: never
        for n, line in enumerate(r.iter_lines()):  #: read
            print(n)
    """,
    "zip": """
        for n, r in zip([1], [requests.get(u, stream=True)]):  #: never
            r.close()  #: closed
    """,
    "map of lines": """
        r = requests.get(u, stream=True)  #: never
        for x in map(str, r.iter_lines()):  #: read
            print(x)
    """,
    "map release": """
        rs = [requests.get(u, stream=True)]  #: never
        for x in map(lambda r: r.close(), rs):  #: closed
            print(x)
    """,
    "map nothing": """
        r = requests.get(u, stream=True)  #: never
        map(r)
        r.close()  #: closed
    """,
    "getattr": """
        r = requests.get(u, stream=True)  #: never
        getattr(r, "close")()  #: closed
    """,
    "getattr unknown": """
        r = requests.get(u, stream=True)  #: on error
        getattr(r, u)()  #: LOST: raises (weak)
        r.close()  #: closed
    """,
    "setattr": """
        r = requests.get(u, stream=True)  #: never
        setattr(u, "r", r)  #: attribute
    """,
    "setattr unknown": """
        r = requests.get(u, stream=True)  #: never
        setattr(u, u.name, r)  #: given to 'setattr'
    """,
    "bool": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: sometimes
        if bool(r):
            r.close()  #: closed
        #: LOST: ends
    """,
    "bool none": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        if bool(r is not None):
            r.close()  #: closed
    """,
    "cast": """
        import typing
        r = typing.cast(requests.Response, requests.get(u, stream=True))  #: never
        r.close()  #: closed
    """,
    "run_until_complete": """
        s = aiohttp.ClientSession()  #: never
        u.run_until_complete(s.close())  #: LOST: raises (weak); closed
    """,
    "submit": """
        r = u.submit(requests.get, u, stream=True).result()  #: never
        r.close()  #: closed
    """,
    "open between": """
        r = requests.get(u, stream=True)  #: on error
        with open(u, "wb") as f:  #: LOST: raises; LOST: raises (weak)
            f.write(r.raw.read())  #: read
        r.close()
    """,
    "json load": """
        import json
        r = urllib.request.urlopen(u)  #: on error
        x = json.load(r)  #: LOST: raises; read
    """,
    "copyfileobj": """
        import shutil
        r = requests.get(u, stream=True)  #: never
        shutil.copyfileobj(r.raw, u)  #: read
        r.close()
    """,
    "client with transport": """
        t = httpx.HTTPTransport()  #: never
        c = httpx.Client(transport=t)  #: never; taken as 'transport'
        c.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", FUNCTIONS.values(), ids=FUNCTIONS)
def test_functions(body: str) -> None:
    """Built-in functions, contextlib, functools."""
    check(inside(body))


TASKS = {
    "anext": """
        async with aiohttp.ClientSession() as s:  #: left; never
            r = await s.get(u)  #: arrived; never
            try:
                first = await anext(r.content)
            except StopAsyncIteration:
                return
            r.release()  #: closed
    """,
    "task": """
        async with aiohttp.ClientSession() as s:  #: left; never
            t = asyncio.create_task(s.get(u))  #: arrived; never
            r = await t
            r.release()  #: closed
    """,
    "task closes": """
        s = aiohttp.ClientSession()  #: never
        await asyncio.create_task(s.close())  #: closed
    """,
    "shield": """
        s = aiohttp.ClientSession()  #: never
        await asyncio.shield(s.close())  #: closed
    """,
    "wait_for": """
        s = aiohttp.ClientSession()  #: never
        await asyncio.wait_for(s.close(), 3)  #: closed
    """,
    "loop task": """
        s = aiohttp.ClientSession()  #: never
        await u.create_task(s.close())  #: closed
    """,
    "gather": """
        a = aiohttp.ClientSession()  #: never
        b = aiohttp.ClientSession()  #: never
        await asyncio.gather(a.close(), b.close())  #: closed
    """,
    "gather results": """
        async with aiohttp.ClientSession() as s:  #: left; never
            a, b = await asyncio.gather(s.get(u), s.get(u))  #: arrived; never
            a.release()  #: closed
            b.release()  #: closed
    """,
    "gather loses one": """
        async with aiohttp.ClientSession() as s:  #: client closed; left; never
            a, b = await asyncio.gather(s.get(u), s.get(u))  #: arrived; never
            a.release()  #: closed
    """,
    "gather list": """
        async with aiohttp.ClientSession() as s:  #: left; never
            rs = await asyncio.gather(*[s.get(x) for x in u])  #: arrived; kept: container filled in a loop; never
            for r in rs:
                r.release()  #: closed
    """,
    "run of a response": """
        s = aiohttp.ClientSession()  #: on error
        r = asyncio.run(s.get(u))  #: LOST: raises; arrived; never
        r.release()  #: closed
        asyncio.run(s.close())  #: LOST: raises (weak); closed
    """,
    "a task fails where it is awaited": """
        s = aiohttp.ClientSession()  #: on error
        task = asyncio.create_task(s.head(u))  #: arrived; never
        await task  #: LOST: raises; LOST: raises (cancel)
        await s.close()  #: closed
    """,
    "tasks fail where they are awaited": """
        s = aiohttp.ClientSession()  #: on error
        tasks = [s.head(x) for x in u]  #: kept: container filled in a loop; never
        await asyncio.gather(*tasks)  #: LOST: raises; LOST: raises (cancel); arrived
        await s.close()  #: closed
    """,
    "a task that fails is handled": """
        s = aiohttp.ClientSession()  #: never
        task = asyncio.create_task(s.head(u))  #: arrived; never
        try:
            await task
        except aiohttp.ClientError:
            pass
        finally:
            await s.close()  #: closed
    """,
    "a task that nobody awaits": """
        s = aiohttp.ClientSession()  #: never
        task = asyncio.create_task(s.head(u))  #: arrived; never
        await s.close()  #: closed
    """,
    "the result of a task in another thread": """
        s = aiohttp.ClientSession()  #: on error
        task = asyncio.run_coroutine_threadsafe(s.head(u), u)  #: arrived; never
        task.result()  #: LOST: raises
        asyncio.run(s.close())  #: LOST: raises (weak); closed
    """,
    "to_thread": """
        r = await asyncio.to_thread(requests.get, u, stream=True)  #: never
        r.close()  #: closed
    """,
    "to_thread closes": """
        r = requests.get(u, stream=True)  #: never
        await asyncio.to_thread(r.close)  #: closed
    """,
    "to_thread partial": """
        r = await asyncio.to_thread(functools.partial(requests.get, stream=True), u)  #: never
        r.close()  #: closed
    """,
    "to_thread unknown": """
        r = requests.get(u, stream=True)  #: never
        await asyncio.to_thread(u.work, r)  #: given to 'a thread'
    """,
    "to_thread nothing": """
        r = requests.get(u, stream=True)  #: on error
        await asyncio.to_thread()  #: LOST: raises; LOST: raises (cancel)
        r.close()  #: closed
    """,
    "executor closes": """
        r = requests.get(u, stream=True)  #: on error
        loop = asyncio.get_running_loop()  #: LOST: raises (weak)
        await loop.run_in_executor(None, r.close)  #: closed
    """,
    "connector kept": """
        k = aiohttp.TCPConnector()  #: always
        async with aiohttp.ClientSession(connector=k, connector_owner=False) as s:  #: left; never
            print(s.closed)
        #: LOST: ends
    """,
    "connector taken": """
        k = aiohttp.TCPConnector()  #: never
        async with aiohttp.ClientSession(connector=k) as s:  #: left; never; taken as 'connector'
            print(s.closed)
    """,
}


@pytest.mark.parametrize("body", TASKS.values(), ids=TASKS)
def test_tasks(body: str) -> None:
    """Tasks, event loops and threads."""
    check(inside(body))
