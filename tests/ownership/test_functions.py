"""Functions of the file: what they do to their arguments, what they give back."""

from __future__ import annotations

import pytest

from tests.ownership.view import check

CALLS = {
    "default true": """
        def get(u, stream=True):
            return requests.get(u, stream=stream)

        def f(u):
            r = get(u)  #: always
            return r.status_code  #: LOST: returns
    """,
    "keyword only": """
        def get(u, *, stream=False):
            return requests.get(u, stream=stream)

        def f(u):
            return get(u, stream=True).status_code  #: LOST: returns; always
    """,
    "star arguments": """
        def finish(*things):
            for thing in things:
                thing.close()

        def f(u):
            r = requests.get(u, stream=True)  #: on error
            finish(u, r)  #: LOST: raises (weak)
            #: closed
    """,
    "static method": """
        class Api:
            @staticmethod
            def finish(r):
                r.close()
            def run(self, u):
                r = requests.get(u, stream=True)  #: never
                self.finish(r)
            #: closed
    """,
    "class method": """
        class Api:
            @classmethod
            def finish(cls, r):
                r.close()
            def run(self, u):
                r = requests.get(u, stream=True)  #: never
                self.finish(r)
            #: closed
    """,
    "class method of the class": """
        class Api:
            @classmethod
            def finish(cls, r):
                r.close()

        def run(u):
            r = requests.get(u, stream=True)  #: never
            Api.finish(r)
            #: closed
    """,
    "a method by its class": """
        class Api:
            def finish(self, r):
                r.close()

        def run(u, api):
            r = requests.get(u, stream=True)  #: never
            Api.finish(api, r)
            #: closed
    """,
    "positional only": """
        def finish(u, r, /):
            r.close()

        def run(u):
            r = requests.get(u, stream=True)  #: never
            finish(u, r)
            #: closed
    """,
    "may release": """
        def finish(r):
            if r.ok:
                r.close()

        def run(u):
            r = requests.get(u, stream=True)  #: sometimes
            finish(r)
            #: LOST: ends; closed
    """,
    "raises after": """
        def finish(r):
            if not r.ok:
                raise ValueError(r)
            r.close()

        def run(u):
            r = requests.get(u, stream=True)  #: never
            finish(r)
            #: closed
    """,
    "a nested function closes it": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            def finish():
                r.close()  #: closed
            finish()
    """,
    "a nested function makes it": """
        def run(u):
            r = None
            def start():
                nonlocal r
                r = requests.get(u, stream=True)  #: never; nonlocal
            start()
            r.close()
    """,
    "a nested one only looks": """
        def run(u):
            r = requests.get(u, stream=True)  #: always
            def look():
                print(r.headers)
            look()
            #: LOST: ends
    """,
    "recursion": """
        def finish(r, n):
            if n:
                finish(r, n - 1)

        def run(u):
            r = requests.get(u, stream=True)  #: never
            finish(r, 3)
            #: given to 'finish'
    """,
    "generator of lines": """
        def lines(r):
            for x in r.iter_lines():
                yield x

        def run(u):
            r = requests.get(u, stream=True)  #: never
            for x in lines(r):  #: read
                print(x)
    """,
    "manager function": """
        @contextlib.contextmanager
        def lend(u):
            r = requests.get(u, stream=True)  #: never
            try:
                yield r
            finally:
                r.close()  #: closed

        def run(u):
            with lend(u) as r:
                print(r.headers)
    """,
    "manager that takes": """
        @contextlib.contextmanager
        def ending(r):
            try:
                yield r
            finally:
                r.close()

        def run(u):
            with ending(requests.get(u, stream=True)) as r:  #: left; never
                print(r.headers)
    """,
    "manager that forgets": """
        @contextlib.contextmanager
        def keeping(r):
            yield r

        def run(u):
            with keeping(requests.get(u, stream=True)) as r:  #: always
                print(r.headers)
            #: LOST: ends
    """,
    "cached": """
        @functools.lru_cache
        def session():
            return requests.Session()  #: never; returned

        def run(u):
            s = session()
            return s.get(u)
    """,
    "not cached": """
        def session():
            return requests.Session()  #: never; returned

        def run(u):
            s = session()  #: always
            return s.get(u)  #: LOST: raises; LOST: returns
    """,
    "async helper": """
        async def get(s, u):
            return await s.get(u)

        async def run(u):
            async with aiohttp.ClientSession() as s:  #: left; never
                r = await get(s, u)  #: never
                r.release()  #: closed
    """,
    "async releases": """
        async def finish(s):
            await s.close()

        async def run(u):
            s = aiohttp.ClientSession()  #: never
            await finish(s)
            #: closed
    """,
    "helper that opens or not": """
        def get(u, open_it):
            if open_it:
                return requests.get(u, stream=True)  #: never; returned
            return None

        def run(u):
            r = get(u, True)  #: never
            r.close()  #: closed

        def walk(u):
            r = get(u, False)
            print(r)
    """,
    "helper with an error response": """
        def get(u):
            return urllib.request.urlopen(u)  #: never; returned

        def run(u):
            try:
                r = get(u)  #: never
            except urllib.error.HTTPError as e:
                return e.code
            r.close()  #: closed
    """,
    "setter method": """
        class Job:
            def take(self, r):
                self.r = r
            def run(self, u):
                self.take(requests.get(u, stream=True))  #: never
            #: field
    """,
}


@pytest.mark.parametrize("source", CALLS.values(), ids=CALLS)
def test_calls(source: str) -> None:
    """Calls of functions of the file."""
    check(source)


OBJECTS = {
    "object takes it": """
        class Body:
            def __init__(self, r):
                self.r = r
            def close(self):
                self.r.close()

        def run(u):
            body = Body(requests.get(u, stream=True))  #: never
            body.close()
            #: closed
    """,
    "object takes it and is lost": """
        class Body:
            def __init__(self, r):
                self.r = r

        def run(u):
            body = Body(requests.get(u, stream=True))  #: always
            print(u)
            #: LOST: ends
    """,
    "object does not keep it": """
        class Body:
            def __init__(self, r):
                self.status = r.status_code

        def run(u):
            body = Body(requests.get(u, stream=True))  #: LOST: dropped; always
    """,
    "record": """
        from dataclasses import dataclass

        @dataclass
        class Body:
            r: object
            n: int = 0

        def run(u):
            body = Body(requests.get(u, stream=True))  #: never
            body.r.close()  #: closed
    """,
    "record by keyword": """
        from dataclasses import dataclass

        @dataclass
        class Body:
            n: int
            r: object

        def run(u):
            body = Body(1, r=requests.get(u, stream=True))  #: never
            body.r.close()  #: closed
    """,
    "record lost": """
        from dataclasses import dataclass

        @dataclass
        class Body:
            n: int
            r: object

        def run(u):
            body = Body(1, requests.get(u, stream=True))  #: always
            body.n.close()  #: LOST: raises (weak)
            #: LOST: ends
    """,
    "named tuple": """
        from typing import NamedTuple

        class Body(NamedTuple):
            n: int
            r: object

        def run(u):
            body = Body(1, requests.get(u, stream=True))  #: never
            body.r.close()  #: closed
    """,
    "plain class without constructor": """
        class Body:
            pass

        def run(u):
            body = Body(requests.get(u, stream=True))  #: given to 'Body'; never
    """,
    "foreign base": """
        import base

        class Body(base.Body):
            def __init__(self, r):
                super().__init__(r)

        def run(u):
            body = Body(requests.get(u, stream=True))  #: never
            #: given to '__init__'
    """,
    "callable object": """
        class Finish:
            def __call__(self, r):
                r.close()

        def run(u):
            finish = Finish()
            finish(requests.get(u, stream=True))  #: never
            #: closed
    """,
    "own context manager": """
        class Body:
            def __init__(self, r):
                self.r = r
            def __enter__(self):
                return self
            def __exit__(self, *_):
                self.r.close()

        def run(u):
            with Body(requests.get(u, stream=True)) as body:  #: never
                print(body)
            #: closed
    """,
    "own context manager gives it": """
        class Body:
            def __init__(self, u):
                self.u = u
            def __enter__(self):
                self.r = requests.get(self.u, stream=True)  #: field; never
                return self.r
            def __exit__(self, *_):
                self.r.close()

        def run(u):
            with Body(u) as r:  #: LOST: raises; left; never
                print(r.headers)
    """,
    "local object field": """
        class Job:
            pass

        def run(u):
            job = Job()
            job.r = requests.get(u, stream=True)  #: never
            job.r.close()  #: closed
    """,
    "local object lost": """
        class Job:
            pass

        def run(u):
            job = Job()
            job.r = requests.get(u, stream=True)  #: always
            print(job)
            #: LOST: ends
    """,
    "local object list": """
        class Job:
            def __init__(self):
                self.kept = []

        def run(u):
            job = Job()
            job.kept.append(requests.get(u, stream=True))  #: container; never
            job.kept[0].close()
    """,
}


@pytest.mark.parametrize("source", OBJECTS.values(), ids=OBJECTS)
def test_objects(source: str) -> None:
    """Objects of classes of the file that hold a resource."""
    check(source)
