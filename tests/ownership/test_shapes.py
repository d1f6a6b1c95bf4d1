"""Shapes of real code, small: loops over bodies, exceptions, connections and pools."""

from __future__ import annotations

import pytest

from tests.ownership.view import check

LOOPS = {
    "released in a loop over a tuple of two names": """
        def run(u):
            a = requests.get(u, stream=True)  #: on error
            b = requests.post(u, stream=True)  #: LOST: raises; never
            for r in (a, b):
                r.close()  #: closed
    """,
    "released in a loop over one of two lists": """
        def run(u):
            a = [requests.get(u, stream=True)] if u else []  #: never
            for r in a:
                r.close()  #: closed
    """,
    "a loop that is read to its end, in a condition": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            if any(x for x in r.iter_lines()):  #: read
                print(u)
    """,
    "a loop that is left early": """
        def run(u):
            r = requests.get(u, stream=True)  #: sometimes
            for x in r.iter_lines():  #: read
                if x:
                    break
            #: LOST: ends
    """,
    "a loop that is left early by return": """
        def run(u):
            r = requests.get(u, stream=True)  #: sometimes
            for x in r.iter_lines():  #: read
                if x:
                    return x  #: LOST: returns
    """,
    "a loop that is left early, http": """
        def run(u):
            r = urllib.request.urlopen(u)  #: always
            for x in r:
                if x:
                    break
            #: LOST: ends
    """,
    "a loop with else": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            for x in r.iter_lines():  #: read
                if x:
                    break
            else:
                return
            r.close()  #: closed
    """,
    "a comprehension over lines": """
        def run(u):
            r = urllib.request.urlopen(u)  #: always
            x = [line for line in r]
            #: LOST: ends
    """,
    "a comprehension over lines with a step that raises": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            x = [work(line) for line in r.iter_lines()]  #: read
    """,
}


@pytest.mark.parametrize("source", LOOPS.values(), ids=LOOPS)
def test_loops(source: str) -> None:
    """Bodies that are gone through, and resources that are closed in turn."""
    check(source)


RAISED = {
    "a raise from a name": """
        def run(u):
            r = requests.get(u, stream=True)  #: on error
            error = ValueError(u)
            if not r.ok:
                raise error  #: LOST: raises
            r.close()  #: closed
    """,
    "a raise of a class": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                if not r.ok:
                    raise ValueError
            except ValueError:
                pass
            r.close()  #: closed
    """,
    "a raise in a handler of the same class": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                try:
                    work(u)
                except KeyError:
                    raise ValueError(u)
            except ValueError:
                pass
            r.close()  #: closed
    """,
    "a raise in a finally": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                print(u)
            finally:
                raise ValueError(u)  #: LOST: raises (cleanup)
    """,
    "a finally after a return": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                return r.status_code
            finally:
                r.close()  #: closed
    """,
    "a finally in a loop": """
        def run(u):
            for v in u:
                r = requests.get(v, stream=True)  #: never
                try:
                    if r.ok:
                        continue
                    work(r.headers)
                finally:
                    r.close()  #: closed
    """,
    "a finally that breaks": """
        def run(u):
            for v in u:
                r = requests.get(v, stream=True)  #: always
                try:
                    work(v)
                finally:
                    break
            r = None  #: LOST: dropped
    """,
    "a try in a with": """
        def run(u):
            with requests.Session() as s:  #: left; never
                try:
                    s.get(u)
                except OSError:
                    return
    """,
    "a with in a try": """
        def run(u):
            try:
                with requests.Session() as s:  #: left; never
                    s.get(u)
            except OSError:
                return
    """,
    "an exception that is bound and raised later": """
        def run(u):
            r = requests.get(u, stream=True)  #: on error
            last = None
            try:
                work(u)
            except ValueError as e:
                last = e
            if last:
                raise last  #: LOST: raises
            r.close()  #: closed
    """,
    "a handler for a status": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                r.raise_for_status()
            except OSError:
                r.close()
                raise
            r.close()  #: closed
    """,
    "a handler for a status that may be it": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                r.raise_for_status()
            except EnvironmentError:
                pass
            r.close()  #: closed
    """,
    "a response in an error of its own": """
        class Bad(Exception):
            def __init__(self, r):
                self.r = r

        def run(u):
            r = requests.get(u, stream=True)  #: never
            if not r.ok:
                raise Bad(r)  #: kept: raised
            r.close()  #: closed
    """,
}


@pytest.mark.parametrize("source", RAISED.values(), ids=RAISED)
def test_raised(source: str) -> None:
    """Exceptions and what is done on the way out."""
    check(source)


CONNECTIONS = {
    "a connection that is reused": """
        def run(u):
            c = http.client.HTTPConnection(u)  #: on error
            for v in u:
                c.request("GET", v)  #: LOST: raises (weak)
                r = c.getresponse()  #: LOST: raises
                r.read()  #: LOST: raises
            c.close()  #: closed
    """,
    "a pool": """
        def run(u):
            p = urllib3.PoolManager()  #: always
            r = p.request("GET", u, preload_content=False)  #: LOST: raises; never
            r.release_conn()  #: closed
            #: LOST: ends
    """,
    "a pool's answer that is lost": """
        POOL = urllib3.PoolManager()  #: never

        def run(u):
            r = POOL.request("GET", u, preload_content=False)  #: always
            print(r.status)
            #: LOST: ends
    """,
    "a pool's answer that is read": """
        POOL = urllib3.PoolManager()  #: never

        def run(u):
            r = POOL.request("GET", u, preload_content=False)  #: never
            r.read()  #: read
    """,
    "a pool's answer that is read in parts": """
        POOL = urllib3.PoolManager()  #: never

        def run(u):
            r = POOL.request("GET", u, preload_content=False)  #: never
            for x in r.stream(10):  #: read
                print(x)
    """,
    "a pool's answer that is loaded": """
        POOL = urllib3.PoolManager()  #: never

        def run(u):
            r = POOL.request("GET", u, preload_content=True)
            print(r.data)
    """,
}


@pytest.mark.parametrize("source", CONNECTIONS.values(), ids=CONNECTIONS)
def test_connections(source: str) -> None:
    """Connections and pools."""
    check(source)


PLACES = {
    "a nested function with a name of its own": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            def inner():
                r = None
                print(r)
            inner()
            r.close()  #: closed
    """,
    "stored in a module": """
        def run(u):
            requests.kept = requests.get(u, stream=True)  #: class attribute; never
    """,
    "a thread that makes an object": """
        class A:
            def __init__(self, r):
                self.r = r

        async def run(u):
            a = await asyncio.to_thread(A, requests.get(u, stream=True))  #: never
            a.r.close()  #: closed
    """,
    "a field that is deleted": """
        class A:
            pass

        def run(u):
            a = A()
            a.r = requests.get(u, stream=True)  #: always
            del a.r  #: LOST: deleted
    """,
    "a coroutine that gives a manager": """
        async def ask(s: aiohttp.ClientSession, u):
            return s.get(u)  #: never; returned

        async def run(s: aiohttp.ClientSession, u):
            async with await ask(s, u) as r:  #: arrived; left; never
                print(r.status)
    """,
    "a foreign base that takes it": """
        import base

        class A(base.A):
            def __init__(self, u, r):
                super().__init__(u)

        def run(u):
            a = A(u, requests.get(u, stream=True))  #: LOST: raises (weak); given to 'A'; never
    """,
    "a foreign base that is not given it": """
        import base

        class A(base.A):
            def __init__(self, r):
                r.close()

        def run(u):
            a = A(requests.get(u, stream=True))  #: never
            #: closed
    """,
    "released through a stack in a field": """
        class A:
            def __init__(self):
                self.stack = contextlib.ExitStack()
            def add(self, u):
                self.stack.enter_context(requests.get(u, stream=True))  #: container; never
            def close(self):
                self.stack.close()
    """,
}


@pytest.mark.parametrize("source", PLACES.values(), ids=PLACES)
def test_places(source: str) -> None:
    """Where something ends up."""
    check(source)
