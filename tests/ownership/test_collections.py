"""Containers that are filled in loops, and steps that may fail."""

from __future__ import annotations

import pytest

from tests.ownership.view import check

FILLED = {
    "a list after a loop": """
        def run(u):
            for v in u:
                print(v)
            x = []
            x.append(requests.get(u, stream=True))  #: never
            x[0].close()  #: closed
    """,
    "a list in a loop": """
        def run(u):
            x = []
            for v in u:
                x.append(requests.get(v, stream=True))  #: LOST: raises; kept: container filled in a loop; on error
            for r in x:
                r.close()  #: closed
    """,
    "a list in a loop, one closed": """
        def run(u):
            x = []
            for v in u:
                x.append(requests.get(v, stream=True))  #: container; kept: container filled in a loop; never
            x[0].close()  #: closed
    """,
    "a list in a loop, lost": """
        def run(u):
            x = []
            for v in u:
                x.append(requests.get(v, stream=True))  #: LOST: raises; always; kept: container filled in a loop
            print(len(x))
            #: LOST: ends
    """,
    "a dict in a loop, closed by key": """
        def run(u):
            x = {}
            for v in u:
                x[v] = requests.get(v, stream=True)  #: container; kept: container filled in a loop; never
            for v in u:
                x[v].close()  #: closed
    """,
    "a dict in a loop, lost": """
        def run(u):
            x = {}
            for v in u:
                x[v] = requests.get(v, stream=True)  #: LOST: raises; always; kept: container filled in a loop
            print(len(x))
            #: LOST: ends
    """,
    "a dict in a loop, its items": """
        def run(u):
            x = {}
            for v in u:
                x[v] = requests.get(v, stream=True)  #: LOST: raises; kept: container filled in a loop; on error
            for v, r in x.items():
                r.close()  #: closed
    """,
    "a dict in a loop, its keys": """
        def run(u):
            x = {}
            for v in u:
                x[v] = requests.get(v, stream=True)  #: container; kept: container filled in a loop; never
            for v in x:
                x[v].close()  #: closed
    """,
    "a dict in a loop, emptied": """
        def run(u):
            x = {}
            for v in u:
                x[v] = requests.get(v, stream=True)  #: LOST: raises; kept: container filled in a loop; on error
            while x:
                v, r = x.popitem()
                r.close()
    """,
    "updated": """
        def run(u):
            x = {}
            x.update({"a": requests.get(u, stream=True)})  #: never
            x["a"].close()  #: closed
    """,
    "extended": """
        def run(u):
            x = [1]
            x.extend([requests.get(u, stream=True)])  #: never
            x[1].close()  #: closed
    """,
    "inserted": """
        def run(u):
            x = [1]
            x.insert(0, requests.get(u, stream=True))  #: never
            x[0].close()  #: closed
    """,
    "set by default": """
        def run(u):
            x = {}
            x.setdefault("a", requests.get(u, stream=True)).close()  #: closed; never
    """,
    "copied": """
        def run(u):
            x = [requests.get(u, stream=True)]  #: never
            y = x.copy()
            y[0].close()  #: closed
    """,
    "sorted in place": """
        def run(u):
            x = [requests.get(u, stream=True)]  #: never
            x.sort()
            x[0].close()  #: closed
    """,
}


@pytest.mark.parametrize("source", FILLED.values(), ids=FILLED)
def test_filled(source: str) -> None:
    """Lists and dictionaries of responses."""
    check(source)


FAILING = {
    "joined with text": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            x = "a" + u + str(r)
            r.close()  #: closed
    """,
    "a call among operands": """
        def run(u):
            r = requests.get(u, stream=True)  #: on error
            x = 1 + work(u) + 2  #: LOST: raises (weak)
            r.close()  #: closed
    """,
    "an error that is never closed": """
        def run(u):
            try:
                return urllib.request.urlopen(u).read()  #: never; read
            except urllib.error.HTTPError as e:
                saved = e
            return saved.code
    """,
    "two handlers with names": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                work(u)
            except ValueError as e:
                last = e
                r.close()
                raise
            r.close()  #: closed
    """,
    "finally": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                work(u)
            finally:
                r.close()  #: closed
    """,
    "finally with a step that may fail": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                work(u)
            finally:
                done(u)  #: LOST: raises (cleanup)
                r.close()  #: closed
    """,
    "else of try": """
        def run(u):
            try:
                r = requests.get(u, stream=True)  #: never
            except OSError:
                return
            else:
                r.close()  #: closed
    """,
    "star handlers": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                work(u)
            except* ValueError:
                pass
            r.close()  #: closed
    """,
    "bare handler": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                work(u)
            except:
                pass
            r.close()  #: closed
    """,
    "handler that raises again": """
        def run(u):
            r = requests.get(u, stream=True)  #: never
            try:
                work(u)
            except Exception:
                r.close()
                raise
            r.close()  #: closed
    """,
    "handler that raises another": """
        def run(u):
            r = requests.get(u, stream=True)  #: on error
            try:
                work(u)
            except Exception as e:
                raise ValueError(u) from e  #: LOST: raises (weak)
            r.close()  #: closed
    """,
    "cancelled, with handler": """
        async def run(u):
            s = requests.get(u, stream=True)  #: never
            try:
                await asyncio.sleep(1)  #: LOST: raises (cancel)
            except Exception:
                pass
            s.close()  #: closed
    """,
    "cancelled, with its handler": """
        async def run(u):
            s = requests.get(u, stream=True)  #: never
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                pass
            s.close()  #: closed
    """,
}


@pytest.mark.parametrize("source", FAILING.values(), ids=FAILING)
def test_failing(source: str) -> None:
    """Where an exception leads."""
    check(source)
