"""Helpers of a file: what they give, what they do, how they are declared."""

from __future__ import annotations

import pytest

from tests.ownership.view import check

GIVING = {
    "a helper that gives a pair of clients": """
        def make():
            return httpx.Client(), requests.Session()  #: never; returned

        def run(u):
            a, b = make()  #: never
            a.close()  #: closed
            b.close()
    """,
    "a helper that gives a list": """
        def make(u):
            return [requests.get(v, stream=True) for v in u]  #: kept: container filled in a loop; never; returned

        def run(u):
            for r in make(u):  #: never
                r.close()  #: closed
    """,
    "a helper that gives a list that is lost": """
        def make(u):
            return [requests.get(v, stream=True) for v in u]  #: kept: container filled in a loop; never; returned

        def run(u):
            x = make(u)  #: always
            print(len(x))
            #: LOST: ends
    """,
    "a helper that gives a dictionary": """
        def make(u):
            return {"a": requests.get(u, stream=True)}  #: never; returned

        def run(u):
            make(u)["a"].close()  #: closed; never
    """,
    "a helper that gives a view": """
        def make(u):
            return requests.get(u, stream=True).raw  #: never; returned

        def run(u):
            raw = make(u)  #: never
            raw.close()  #: closed
    """,
    "a helper that gives a view that is lost": """
        def make(u):
            return requests.get(u, stream=True).raw  #: never; returned

        def run(u):
            raw = make(u)  #: always
            print(raw)
            #: LOST: ends
    """,
    "a helper that gives lines": """
        def make(r):
            return r.iter_lines()

        def run(u):
            r = requests.get(u, stream=True)  #: never
            for line in make(r):  #: read
                print(line)
    """,
    "a helper that gives a promise": """
        def ask(s, u):
            return s.get(u)

        async def run(u):
            async with aiohttp.ClientSession() as s:  #: left; never
                r = await ask(s, u)  #: arrived; never
                r.release()  #: closed
    """,
    "a helper that gives a promise, entered": """
        def ask(s: aiohttp.ClientSession, u):
            return s.get(u)  #: never; returned

        async def run(s: aiohttp.ClientSession, u):
            async with ask(s, u) as r:  #: arrived; left; never
                print(r.status)
    """,
    "a helper that gives a promise, lost": """
        def ask(s: aiohttp.ClientSession, u):
            return s.get(u)  #: never; returned

        async def run(s: aiohttp.ClientSession, u):
            r = await ask(s, u)  #: always; arrived
            print(r.status)
            #: LOST: ends
    """,
}


@pytest.mark.parametrize("source", GIVING.values(), ids=GIVING)
def test_giving(source: str) -> None:
    """What comes back, whole or inside something."""
    check(source)


DOING = {
    "a helper that closes what it is given in a list": """
        def end(xs):
            for x in xs:
                x.close()

        def run(u):
            end([requests.get(u, stream=True)])  #: never
            #: closed
    """,
    "a helper that closes what it is given in a dictionary": """
        def end(d):
            d["a"].close()

        def run(u):
            end({"a": requests.get(u, stream=True)})  #: never
            #: closed
    """,
    "a helper that closes under a condition on another argument": """
        def end(r, wanted):
            if wanted:
                r.close()

        def run(u):
            r = requests.get(u, stream=True)  #: never
            end(r, True)
            #: closed
    """,
    "a helper that does not close under it": """
        def end(r, wanted):
            if wanted:
                r.close()

        def run(u):
            r = requests.get(u, stream=True)  #: always
            end(r, False)
            #: LOST: ends
    """,
    "a helper that may return early": """
        def end(r):
            if r is None:
                return
            r.close()

        def run(u):
            end(requests.get(u, stream=True))  #: never
            #: closed
    """,
    "a helper that registers": """
        import atexit

        def keep(r):
            atexit.register(r.close)

        def run(u):
            keep(requests.get(u, stream=True))  #: never
            #: registered with 'atexit.register'
    """,
    "a helper that stores globally": """
        KEPT = []

        def keep(r):
            KEPT.append(r)

        def run(u):
            keep(requests.get(u, stream=True))  #: never
            #: module container
    """,
    "a helper that stores in its argument": """
        def keep(d, r):
            d["a"] = r

        def run(u):
            d = {}
            keep(d, requests.get(u, stream=True))  #: never
            #: container
    """,
    "a helper that reads": """
        def text(r):
            return r.text

        def run(u):
            return text(requests.get(u, stream=True))  #: never
            #: read
    """,
    "a helper that only looks": """
        def status(r):
            return r.status_code

        def run(u):
            return status(requests.get(u, stream=True))  #: LOST: returns; always
    """,
    "a helper that raises for a status": """
        def check(r):
            r.raise_for_status()

        def run(u):
            r = requests.get(u, stream=True)  #: on error
            check(r)  #: LOST: raises
            r.close()  #: closed
    """,
    "a helper that raises for a status, guarded": """
        def check(r):
            r.raise_for_status()

        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                check(r)
            except requests.HTTPError:
                pass
            r.close()  #: closed
    """,
    "a helper that retries": """
        def get(u):
            for n in range(3):
                try:
                    return requests.get(u, stream=True)  #: never; returned
                except OSError:
                    continue
            return None

        def run(u):
            r = get(u)  #: never
            if r is not None:
                r.close()  #: closed
    """,
    "a helper that retries and loses": """
        def get(u):
            for n in range(3):
                r = requests.get(u, stream=True)  #: LOST: overwritten; LOST: raises; sometimes
                if r.ok:
                    return r  #: returned
            return None  #: LOST: returns
    """,
    "a helper that retries and closes": """
        def get(u):
            for n in range(3):
                r = requests.get(u, stream=True)  #: never
                if r.ok:
                    return r  #: returned
                r.close()  #: closed
            return None
    """,
}


@pytest.mark.parametrize("source", DOING.values(), ids=DOING)
def test_doing(source: str) -> None:
    """What happens to an argument."""
    check(source)


DECLARED = {
    "a record in a function": """
        def run(u):
            import dataclasses
            @dataclasses.dataclass
            class Pair:
                number: int
                body: object
            p = Pair(1, requests.get(u, stream=True))  #: always
            print(p)
            #: LOST: ends
    """,
    "a client by a longer name": """
        import requests.sessions

        class A(requests.sessions.Session):
            pass

        def run(u):
            a = A()  #: always
            a.get(u)  #: LOST: raises
            print(u)
            #: LOST: ends
    """,
    "a generator over one response": """
        def lines(u):
            with requests.get(u, stream=True) as r:  #: never
                yield from r.iter_lines()  #: read

        def run(u):
            for line in lines(u):
                print(line)
    """,
    "a generator that is given a response and keeps it": """
        def lines(r):
            for line in r.iter_lines():
                yield line
            r.close()

        def run(u):
            r = requests.get(u, stream=True)  #: never
            x = list(lines(r))  #: read
    """,
    "a decorator of the file": """
        def traced(f):
            return f

        @traced
        def make(u):
            return requests.get(u, stream=True)  #: never; returned

        def run(u):
            r = make(u)  #: always
            print(u)
            #: LOST: ends
    """,
    "a coroutine that is never awaited": """
        async def make(u):
            return requests.get(u, stream=True)  #: never; returned

        async def run(u):
            c = make(u)  #: always
            #: LOST: ends
    """,
    "an async generator": """
        async def lines(u):
            async with httpx.AsyncClient() as c:  #: left; never
                async with c.stream("GET", u) as r:  #: arrived; never
                    async for line in r.aiter_lines():  #: read
                        yield line

        async def run(u):
            async for line in lines(u):
                print(line)
    """,
    "an async manager": """
        @contextlib.asynccontextmanager
        async def client():
            c = httpx.AsyncClient()  #: never
            try:
                yield c
            finally:
                await c.aclose()  #: closed

        async def run(u):
            async with client() as c:
                await c.get(u)
    """,
    "an async manager that forgets on error": """
        @contextlib.asynccontextmanager
        async def client():
            c = httpx.AsyncClient()  #: on error
            await c.get("/")  #: LOST: raises; LOST: raises (cancel)
            yield c
            await c.aclose()  #: closed
    """,
    "a manager that forgets on error": """
        @contextlib.contextmanager
        def client():
            c = httpx.Client()  #: on error
            c.get("/")  #: LOST: raises
            yield c  #: LOST: raises
            c.close()  #: closed
    """,
}


@pytest.mark.parametrize("source", DECLARED.values(), ids=DECLARED)
def test_declared(source: str) -> None:
    """Generators, managers, coroutines, records."""
    check(source)
