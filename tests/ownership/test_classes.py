"""Classes that own a client, inherit from one, or inherit methods."""

from __future__ import annotations

import pytest

from tests.ownership.view import check

CLASSES = {
    "method inherited": """
        class Base:
            def finish(self, r):
                r.close()

        class Job(Base):
            def run(self, u):
                self.finish(requests.get(u, stream=True))  #: never
            #: closed
    """,
    "method by super": """
        class Base:
            def finish(self, r):
                r.close()

        class Job(Base):
            def finish(self, r):
                super().finish(r)
            def run(self, u):
                self.finish(requests.get(u, stream=True))  #: never
            #: closed
    """,
    "method of the nearest": """
        class Base:
            def finish(self, r):
                pass

        class Job(Base):
            def finish(self, r):
                r.close()
            def run(self, u):
                self.finish(requests.get(u, stream=True))  #: never
            #: closed
    """,
    "own session class": """
        class Api(requests.Session):
            def load(self, u):
                return self.get(u, stream=True)  #: never; returned

        def run(u):
            api = Api()  #: on error
            r = api.load(u)  #: LOST: raises; never
            r.close()  #: closed
            api.close()  #: closed
    """,
    "own session class lost": """
        class Api(requests.Session):
            pass

        def run(u):
            api = Api()  #: always
            api.get(u)  #: LOST: raises
            print(u)
            #: LOST: ends
    """,
    "class that owns one": """
        class Api:
            def __init__(self):
                self.session = requests.Session()  #: field; never
            def get(self, u):
                return self.session.get(u).json()
            def close(self):
                self.session.close()

        def run(u):
            api = Api()  #: never
            print(api.get(u))  #: LOST: raises; LOST: raises (weak)
            api.close()  #: closed
    """,
    "class that owns one and is lost": """
        class Api:
            def __init__(self):
                self.session = requests.Session()  #: field; never
            def get(self, u):
                return self.session.get(u).json()
            def close(self):
                self.session.close()

        def run(u):
            api = Api()  #: always
            print(api.get(u))  #: LOST: raises; LOST: raises (weak)
            #: LOST: ends
    """,
    "class that owns one, in a block": """
        class Api:
            def __init__(self):
                self.session = requests.Session()  #: field; never
            def __enter__(self):
                return self
            def __exit__(self, *_):
                self.session.close()

        def run(u):
            with Api() as api:  #: left; never
                print(api.session.get(u))
    """,
    "class that owns an async one": """
        class Api:
            def __init__(self):
                self.session = aiohttp.ClientSession()  #: field; never
            async def stop(self):
                await self.session.close()

        async def run(u):
            api = Api()  #: never
            await api.stop()  #: closed
    """,
    "class that owns an async one, not awaited": """
        class Api:
            def __init__(self):
                self.session = aiohttp.ClientSession()  #: field; never
            async def stop(self):
                await self.session.close()

        async def run(u):
            api = Api()  #: always
            api.stop()
            #: LOST: ends
    """,
    "nested class": """
        def run(u):
            class Body:
                def __init__(self, r):
                    self.r = r
                def close(self):
                    self.r.close()  #: closed
            body = Body(requests.get(u, stream=True))  #: never
            body.close()
    """,
    "nested class lost": """
        def run(u):
            class Body:
                def __init__(self, r):
                    self.r = r
            body = Body(requests.get(u, stream=True))  #: always
            print(u)
            #: LOST: ends
    """,
}


@pytest.mark.parametrize("source", CLASSES.values(), ids=CLASSES)
def test_classes(source: str) -> None:
    """What becomes of objects and of what they hold."""
    check(source)


OWNERS = {
    "closed by a helper of the class": """
        class A:
            def __init__(self):
                self.session = requests.Session()  #: field; never
            def _end(self, s):
                s.close()
            def close(self):
                self._end(self.session)

        def run(u):
            a = A()  #: never
            a.close()  #: closed
    """,
    "closed in a loop over two": """
        class A:
            def __init__(self):
                self.one = requests.Session()  #: field; never
                self.two = requests.Session()  #: field; never
            def close(self):
                for s in (self.one, self.two):
                    s.close()

        def run(u):
            a = A()  #: never
            a.close()  #: closed
    """,
    "closed under a condition": """
        class A:
            def __init__(self):
                self.session = None
            def start(self):
                self.session = requests.Session()  #: field; never
            def close(self):
                if self.session is not None:
                    self.session.close()
                    self.session = None

        def run(u):
            a = A()  #: never
            a.start()
            a.close()  #: closed
    """,
    "closed by getattr": """
        class A:
            def __init__(self):
                self.session = requests.Session()  #: field; never
            def close(self):
                getattr(self, "session").close()

        def run(u):
            a = A()  #: never
            a.close()  #: closed
    """,
    "closed by exit only": """
        class A:
            def __init__(self):
                self.session = requests.Session()  #: field; never
            def __exit__(self, *_):
                self.session.close()
            def __enter__(self):
                return self

        def run(u):
            a = A()  #: always
            print(a)
            #: LOST: ends
    """,
    "async enter and exit": """
        class A:
            def __init__(self):
                self.session = aiohttp.ClientSession()  #: field; never
            async def __aenter__(self):
                return self
            async def __aexit__(self, *_):
                await self.session.close()

        async def run(u):
            async with A() as a:  #: left; never
                print(a)
    """,
    "stored twice": """
        class A:
            def __init__(self):
                self.session = requests.Session()  #: field; never
                self.other = self.session  #: kept: field
            def close(self):
                self.other.close()

        def run(u):
            a = A()  #: never
            a.close()  #: closed
    """,
    "given and closed by whoever gave it": """
        class A:
            def __init__(self, session):
                self.session = session
            def close(self):
                self.session.close()

        def run(u):
            s = requests.Session()  #: never
            a = A(s)
            s.close()  #: closed
    """,
    "given and lost": """
        class A:
            def __init__(self, session):
                self.session = session
            def close(self):
                self.session.close()

        def run(u):
            a = A(requests.Session())  #: always
            print(a)
            #: LOST: ends
    """,
    "object in an object": """
        class A:
            def __init__(self):
                self.session = requests.Session()  #: field; never
            def close(self):
                self.session.close()

        class B:
            def __init__(self):
                self.a = A()  #: field; never
            def close(self):
                self.a.close()

        def run(u):
            b = B()  #: never
            b.close()  #: closed
    """,
    "object in an object, lost": """
        class A:
            def __init__(self):
                self.session = requests.Session()  #: field; never
            def close(self):
                self.session.close()

        class B:
            def __init__(self):
                self.a = A()  #: field; never
            def close(self):
                self.a.close()

        def run(u):
            b = B()  #: always
            print(b)
            #: LOST: ends
    """,
    "own client with a constructor": """
        class C(httpx.Client):
            def __init__(self, u):
                super().__init__(base_url=u)

        def run(u):
            c = C(u)  #: always
            c.get("/")  #: LOST: raises
            #: LOST: ends
    """,
    "own client with a constructor, closed": """
        class C(httpx.Client):
            def __init__(self, u):
                super().__init__(base_url=u)

        def run(u):
            with C(u) as c:  #: left; never
                c.get("/")
    """,
    "own client in a class with close": """
        class C(httpx.Client):
            def close(self):
                print(self)
                super().close()

        def run(u):
            c = C()  #: never
            c.close()
            #: closed
    """,
    "returned by a property": """
        class A:
            def __init__(self):
                self._session = requests.Session()  #: field; never
            @property
            def session(self):
                return self._session
            def close(self):
                self._session.close()

        def run(u):
            a = A()  #: never
            a.session.get(u)  #: LOST: raises
            a.close()  #: closed
    """,
    "lazy property": """
        class A:
            def __init__(self):
                self._session = None
            @property
            def session(self):
                if self._session is None:
                    self._session = requests.Session()  #: field; never
                return self._session
            def close(self):
                if self._session:
                    self._session.close()

        def run(u):
            a = A()  #: never
            a.session.get(u)  #: LOST: raises
            a.close()  #: closed
    """,
    "slots": """
        class A:
            __slots__ = ("session",)
            def __init__(self):
                self.session = requests.Session()  #: field; never
            def close(self):
                self.session.close()

        def run(u):
            a = A()  #: never
            a.close()  #: closed
    """,
    "a method is overwritten below": """
        class A:
            def make(self):
                return requests.Session()  #: never; returned

        class B(A):
            def make(self):
                return None
            def run(self, u):
                s = self.make()
                print(s)
    """,
    "a flag that a method sets which has to do with no client": """
        class A:
            def __init__(self):
                self.on = None
            def switch(self, on):
                self.on = on
            def run(self, u):
                r = requests.get(u, stream=True)  #: sometimes
                if self.on:
                    r.close()  #: closed
                return r.headers  #: LOST: returns
    """,
    "a method that gives back self": """
        class A:
            def __init__(self):
                self.session = requests.Session()  #: field; never
            def start(self):
                return self
            def close(self):
                self.session.close()

        def run(u):
            a = A().start()  #: never
            a.close()  #: closed
    """,
}


@pytest.mark.parametrize("source", OWNERS.values(), ids=OWNERS)
def test_owners(source: str) -> None:
    """By which method an object closes what it owns."""
    check(source)
