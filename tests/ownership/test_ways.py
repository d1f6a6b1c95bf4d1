"""Ways through a function: tasks, handlers, containers, flags."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

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
        await c.get(u)  #: LOST: raises
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


HANDLERS = {
    "a raise of the same": """
        r = requests.get(u, stream=True)  #: on error
        try:
            r.raise_for_status()
        except requests.HTTPError:
            raise  #: LOST: raises
        r.close()  #: closed
    """,
    "a raise of the same, caught outside": """
        r = requests.get(u, stream=True)  #: never
        try:
            try:
                raise ValueError(u)
            except ValueError:
                raise
        except ValueError:
            r.close()
            return
        r.close()
    """,
    "a raise of the same, not caught outside": """
        r = requests.get(u, stream=True)  #: on error
        try:
            try:
                raise ValueError(u)
            except ValueError:
                raise  #: LOST: raises
        except KeyError:
            pass
        r.close()
    """,
    "a raise after a handler": """
        r = requests.get(u, stream=True)  #: never
        try:
            work(u)
        except ValueError:
            pass
        try:
            raise KeyError(u)
        except KeyError:
            pass
        r.close()
    """,
    "handlers that go on": """
        r = requests.get(u, stream=True)  #: never
        try:
            work(u)
        except ValueError:
            u = 1
        except KeyError:
            u = 2
        else:
            u = 3
        print(u)
        r.close()  #: closed
    """,
    "handlers that return": """
        r = requests.get(u, stream=True)  #: on error
        try:
            work(u)
        except ValueError:
            return  #: LOST: returns (weak)
        except KeyError:
            u = 2
        r.close()  #: closed
    """,
    "a nested try with finally": """
        r = requests.get(u, stream=True)  #: never
        try:
            try:
                work(u)
            finally:
                print(u)
        finally:
            r.close()  #: closed
    """,
    "return in finally": """
        r = requests.get(u, stream=True)  #: always
        try:
            work(u)
        finally:
            return  #: LOST: returns; LOST: returns (weak)
    """,
    "break in a handler": """
        for v in u:
            r = requests.get(v, stream=True)  #: on error
            try:
                work(v)
            except ValueError:
                break
            r.close()  #: closed
        #: LOST: ends (weak)
    """,
    "continue in a handler": """
        for v in u:
            r = requests.get(v, stream=True)  #: LOST: overwritten; LOST: raises (weak); sometimes
            try:
                work(v)
            except ValueError:
                continue
            r.close()  #: closed
        #: LOST: ends (weak)
    """,
}


@pytest.mark.parametrize("body", HANDLERS.values(), ids=HANDLERS)
def test_handlers(body: str) -> None:
    """Exceptions that are raised again, and where handlers lead."""
    check(inside(body))


SPREAD = {
    "a dictionary with what is not known": """
        d = dict(a=requests.get(u, stream=True), **u)  #: never
        d["a"].close()  #: closed
    """,
    "a display with what is not known": """
        d = {"a": requests.get(u, stream=True), **u}  #: never
        d["a"].close()  #: closed
    """,
    "a list with what is not known": """
        x = [requests.get(u, stream=True), *u]  #: never
        x[0].close()  #: closed
    """,
    "a list with several that are not known": """
        x = [*u, requests.get(u, stream=True)]  #: never
        x[-1].close()  #: closed
    """,
    "mapped over several": """
        x = list(map(lambda v: requests.get(v, stream=True), u))  #: never; returned
        for r in x:
            r.close()  #: closed
    """,
    "mapped over several, lost": """
        x = list(map(lambda v: requests.get(v, stream=True), u))  #: always; never; returned
        print(x)
        #: LOST: ends
    """,
    "mapped by a pool": """
        for r in u.map(lambda v: requests.get(v, stream=True), u):  #: never; returned
            r.close()  #: closed
    """,
    "gathered and unpacked": """
        async with httpx.AsyncClient() as c:  #: left; never
            a, b = await asyncio.gather(c.send(u, stream=True), c.send(u, stream=True))  #: arrived; never
            await a.aclose()  #: closed
            await b.aclose()  #: closed
    """,
    "gathered by index": """
        async with httpx.AsyncClient() as c:  #: left; never
            x = await asyncio.gather(c.send(u, stream=True), c.send(u, stream=True))  #: arrived; never
            await x[0].aclose()  #: closed
            await x[1].aclose()  #: closed
    """,
    "a chain of calls": """
        requests.Session().get(u, stream=True).close()  #: LOST: dropped; LOST: raises; always; closed; never
    """,
    "a chain with a client that is lost": """
        requests.Session().get(u)  #: LOST: dropped; LOST: raises; always
    """,
    "a chain that reads": """
        text = requests.get(u, stream=True).text  #: never; read
    """,
    "a chain of a call and an item": """
        x = [requests.get(u, stream=True)][0]  #: never
        x.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", SPREAD.values(), ids=SPREAD)
def test_spread(body: str) -> None:
    """Containers of which only a part is known, and chains."""
    check(inside(body))


FLAGS = {
    "several targets": """
        x = y = [requests.get(u, stream=True)]  #: never
        y[0].close()  #: closed
    """,
    "the same object under two names": """
        x = [requests.get(u, stream=True)]  #: always
        y = x
        y.clear()  #: LOST: dropped
    """,
    "del of an item": """
        d = {"a": requests.get(u, stream=True)}  #: always
        del d["a"]
        #: LOST: ends
    """,
    "del of a name in a tuple": """
        r = requests.get(u, stream=True)  #: always
        s = 1
        del r, s  #: LOST: deleted
    """,
    "augmented in a loop": """
        x = []
        for v in u:
            x += [requests.get(v, stream=True)]  #: LOST: raises; on error
        for r in x:
            r.close()  #: closed
    """,
    "assert of a type": """
        r = requests.get(u, stream=True) if u else None  #: never
        assert r is not None
        r.close()  #: closed
    """,
    "assert of a failure": """
        r = requests.get(u, stream=True)  #: never
        assert False  #: LOST: raises (weak)
    """,
    "an annotation alone": """
        r: requests.Response
        r = requests.get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "an annotated assignment": """
        r: requests.Response = requests.get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "a raise with a cause": """
        r = requests.get(u, stream=True)  #: on error
        raise ValueError(u) from None  #: LOST: raises
    """,
    "an import inside": """
        import requests as web
        r = web.get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "a class inside": """
        r = requests.get(u, stream=True)  #: never
        class A:
            kept = r
        r.close()  #: closed
    """,
    "many ways": """
        r = requests.get(u, stream=True)  #: sometimes
        if u == 1:
            a = 1
        elif u == 2:
            a = 2
        elif u == 3:
            a = 3
        else:
            a = 4
        if a == 4:
            return  #: LOST: returns
        r.close()  #: closed
    """,
    "either of two": """
        if u:
            r = requests.get(u, stream=True)  #: never
        else:
            r = requests.post(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "either of two clients": """
        c = httpx.Client() if u else requests.Session()  #: on error
        c.get(u)  #: LOST: raises
        c.close()  #: closed
    """,
    "either of two clients, another method": """
        c = httpx.Client() if u else requests.Session()  #: on error
        r = c.get(u)  #: LOST: raises
        c.close()  #: closed
    """,
    "a condition of a condition": """
        r = None
        wanted = u is not None
        if wanted:
            r = requests.get(u, stream=True)  #: never
        if wanted:
            r.close()  #: closed
    """,
    "a condition of another": """
        r = None
        wanted = u is None
        if not wanted:
            r = requests.get(u, stream=True)  #: never
        if u is not None:
            r.close()  #: closed
    """,
    "a flag": """
        closed = False
        r = requests.get(u, stream=True)  #: never
        if u:
            r.close()  #: closed
            closed = True
        if not closed:
            r.close()
    """,
    "a flag that lies": """
        closed = True
        r = requests.get(u, stream=True)  #: always
        if not closed:
            r.close()
        #: LOST: ends
    """,
    "a flag in a loop": """
        r = None
        done = False
        while not done:
            r = requests.get(u, stream=True)  #: never
            done = True
        r.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", FLAGS.values(), ids=FLAGS)
def test_flags(body: str) -> None:
    """Names, flags and statements on the way."""
    check(inside(body))
