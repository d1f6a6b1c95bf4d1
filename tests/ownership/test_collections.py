"""Containers that are filled in loops, of which only a part is known, and that are gone through."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

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
                r.close()  #: closed
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
