"""What is given to something whose body is not known."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

GIVEN = {
    "append to what a parameter holds": """
        r = requests.get(u, stream=True)  #: never
        u.kept.append(r)  #: container
    """,
    "method that only uses": """
        s = requests.Session()  #: always
        start(s.get)  #: LOST: raises (weak)
        #: LOST: ends
    """,
    "method that only uses is all that is left": """
        start(requests.Session().get)  #: given to 'start'; never
    """,
    "two arguments, one of them plain": """
        r = requests.get(u, stream=True)  #: never
        store(1, u, r)  #: given to 'store'
    """,
    "a method of a view": """
        r = requests.get(u, stream=True)  #: never
        register(r.raw.read)  #: registered with 'register'
    """,
    "a body that is sent": """
        s = requests.Session()  #: always
        r = requests.get(u, stream=True)  #: LOST: raises; on error
        s.put(u, data=r)  #: given to 'put'; LOST: raises
        #: LOST: ends
    """,
    "extend": """
        r = requests.get(u, stream=True)  #: never
        u.extend([r])  #: container
    """,
    "addfinalizer": """
        r = requests.get(u, stream=True)  #: never
        u.addfinalizer(r.close)  #: registered with 'addfinalizer'
    """,
    "registered": """
        r = requests.get(u, stream=True)  #: never
        u.enter_context(r)  #: registered
    """,
}


@pytest.mark.parametrize("body", GIVEN.values(), ids=GIVEN)
def test_given(body: str) -> None:
    """Arguments of unknown functions, and of methods that keep things."""
    check(inside(body))


OWN = {
    "append to a field of self": """
        class Pool:
            def add(self, u):
                r = requests.get(u, stream=True)  #: never
                self.kept.append(r)  #: field container
    """,
    "put into a queue in a field": """
        class Pool:
            def add(self, u):
                r = requests.get(u, stream=True)  #: never
                self.kept.put(r)  #: container
    """,
    "self that holds it given away": """
        class Job:
            def run(self, u):
                self.r = requests.get(u, stream=True)  #: field; never
                print(len(u))
                start(self)
                self.r.close()  #: closed
    """,
    "method of self given": """
        class Job:
            def run(self, u):
                r = requests.get(u, stream=True)  #: never
                self.r = r  #: field
                start(self.step)
                r.close()  #: closed
            def step(self):
                pass
    """,
}


@pytest.mark.parametrize("source", OWN.values(), ids=OWN)
def test_own(source: str) -> None:
    """Fields and methods of the object itself."""
    check(source)


VIEWS = {
    "drain": """
        p = urllib3.PoolManager()  #: on error
        r = p.request("GET", u, preload_content=False)  #: LOST: raises; never
        r.drain_conn()  #: closed
        p.clear()  #: closed
    """,
    "raw close": """
        r = requests.get(u, stream=True)  #: never
        r.raw.close()  #: closed
    """,
    "raw read": """
        r = requests.get(u, stream=True)  #: never
        r.raw.read()  #: read
    """,
    "raw read size": """
        r = requests.get(u, stream=True)  #: always
        r.raw.read(10)  #: LOST: raises
        #: LOST: ends
    """,
    "raw readall": """
        r = requests.get(u, stream=True)  #: always
        r.raw.stream()
        #: LOST: ends
    """,
    "iter of raw": """
        r = requests.get(u, stream=True)  #: never
        for x in r.raw.stream():  #: read
            print(x)
    """,
}


@pytest.mark.parametrize("body", VIEWS.values(), ids=VIEWS)
def test_views(body: str) -> None:
    """The raw response below a response."""
    check(inside(body))


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
