"""What a call of a function of the file gives back, and how it may raise."""

from __future__ import annotations

import pytest

from tests.ownership.view import check

RESULTS = {
    "recursion on the way to its end": """
        def walk(n):
            return walk(n - 1) if n else 0

        def run(u):
            r = requests.get(u, stream=True)  #: on error
            walk(3)  #: LOST: raises (weak)
            r.close()  #: closed
    """,
    "a helper that raises": """
        def check(n):
            if not n:
                raise ValueError(n)

        def run(u):
            r = requests.get(u, stream=True)  #: on error
            check(u)  #: LOST: raises
            r.close()  #: closed
    """,
    "a helper that raises what is caught": """
        def check(n):
            if not n:
                raise ValueError(n)

        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                check(u)
            except ValueError:
                pass
            r.close()  #: closed
    """,
    "a helper that never comes back": """
        def fail(n):
            raise ValueError(n)

        def run(u):
            r = requests.get(u, stream=True)  #: on error
            if not r.ok:
                fail(u)  #: LOST: raises
            r.close()  #: closed
    """,
    "a helper that calls nothing": """
        def twice(n):
            return n + n

        def run(u):
            r = requests.get(u, stream=True)  #: never
            twice(u)
            r.close()  #: closed
    """,
    "gives back what it gets": """
        def same(r):
            return r

        def run(u):
            r = same(requests.get(u, stream=True))  #: never
            r.close()  #: closed
    """,
    "gives back what it gets, lost": """
        def same(r):
            return r

        def run(u):
            r = same(requests.get(u, stream=True))  #: always
            print(u)
            #: LOST: ends
    """,
    "gives back a part of a tuple": """
        def get(u):
            return requests.get(u, stream=True), 3  #: never; returned

        def run(u):
            r, n = get(u)  #: never
            r.close()  #: closed
    """,
    "gives back a tuple that is lost": """
        def get(u):
            return requests.get(u, stream=True), 3  #: never; returned

        def run(u):
            r, n = get(u)  #: always
            print(n)
            #: LOST: ends
    """,
    "gives back an attribute": """
        def status(u):
            return requests.get(u, stream=True).status_code  #: LOST: returns; always

        def run(u):
            n = status(u)
            return n
    """,
    "gives back what it closed": """
        def get(u):
            r = requests.get(u, stream=True)  #: never
            r.close()  #: closed
            return r

        def run(u):
            r = get(u)
            print(u)
    """,
    "several clients": """
        def make(u):
            if u == 1:
                return requests.Session()  #: never; returned
            if u == 2:
                return httpx.Client()  #: never; returned
            return urllib3.PoolManager()  #: never; returned

        def run(u):
            s = make(u)  #: never
            s.close()  #: closed
    """,
    "five results": """
        def make(u):
            if u == 1:
                return "a"
            if u == 2:
                return "b"
            if u == 3:
                return "c"
            if u == 4:
                return "d"
            return requests.get(u, stream=True)  #: never; returned

        def run(u):
            r = make(u)  #: never
            r.close()  #: closed
    """,
    "generator that makes them": """
        def each(us):
            for u in us:
                yield requests.get(u, stream=True)  #: never; yielded

        def run(us):
            for r in each(us):  #: never
                r.close()  #: closed
    """,
    "generator that closes them": """
        def each(us):
            for u in us:
                with requests.get(u, stream=True) as r:  #: left; never
                    yield r  #: yielded

        def run(us):
            for r in each(us):
                print(r)
    """,
    "generator with a lost one": """
        def each(us):
            for u in us:
                yield requests.get(u, stream=True)  #: never; yielded

        def run(us):
            for r in each(us):  #: always
                print(r.status_code)
            #: LOST: ends
    """,
    "fixture": """
        import pytest

        @pytest.fixture
        def session():
            s = requests.Session()  #: never
            yield s
            s.close()  #: closed
    """,
    "fixture that forgets": """
        import pytest

        @pytest.fixture
        def session():
            s = requests.Session()  #: always
            yield s
            #: LOST: ends
    """,
}


@pytest.mark.parametrize("source", RESULTS.values(), ids=RESULTS)
def test_results(source: str) -> None:
    """Results, exceptions, generators."""
    check(source)
