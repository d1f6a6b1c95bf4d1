"""What names, elements and views stand for."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

ELEMENTS = {
    "list of a dictionary's keys": """
        d = {"a": requests.get(u, stream=True)}  #: never
        for x in list(d):
            d[x].close()  #: closed
    """,
    "tuple called with a list": """
        x = tuple([requests.get(u, stream=True), 1])  #: never
        x[0].close()  #: closed
    """,
    "lines of nothing": """
        lines = u.iter_lines()
        first = next(lines)
        r = requests.get(u, stream=True)  #: on error
        second = next(lines)  #: LOST: raises (weak)
        r.close()  #: closed
    """,
    "next of a reader": """
        r = requests.get(u, stream=True)  #: never
        x = next(r.iter_lines(), None)
        while x:
            x = next(r.iter_lines(), None)
        r.close()  #: closed
    """,
    "enumerate of one": """
        x = [requests.get(u, stream=True)]  #: never
        for pair in enumerate(x):
            pair[1].close()  #: closed
    """,
    "in a list comprehension": """
        x = [requests.get(v, stream=True) for v in u]  #: kept: container filled in a loop; never
        for r in x:
            r.close()  #: closed
    """,
    "in a dict comprehension": """
        x = {v: requests.get(v, stream=True) for v in u}  #: kept: container filled in a loop; never
        for r in x.values():
            r.close()  #: closed
    """,
    "in a set comprehension": """
        x = {requests.get(v, stream=True) for v in u}  #: kept: container filled in a loop; never
        for r in x:
            r.close()  #: closed
    """,
    "comprehension that closes": """
        x = [requests.get(v, stream=True) for v in u]  #: kept: container filled in a loop; never
        [r.close() for r in x]  #: closed
    """,
    "comprehension of two": """
        x = [requests.get(v, stream=True) for vs in u for v in vs]  #: kept: container filled in a loop; never
        for r in x:
            r.close()  #: closed
    """,
    "comprehension of lines": """
        r = requests.get(u, stream=True)  #: never
        x = [line for line in r.iter_lines()]  #: read
    """,
    "comprehension variable goes": """
        r = requests.get(u, stream=True)  #: never
        x = [r for r in u]
        r.close()  #: closed
    """,
    "generator expression of lines": """
        r = requests.get(u, stream=True)  #: never
        x = sum(len(line) for line in r.iter_lines())  #: read
    """,
    "a loop in a loop": """
        for v in u:
            for w in v:
                r = requests.get(w, stream=True)  #: never
                r.close()  #: closed
        r = requests.get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "after a loop": """
        for v in u:
            print(v)
        d = {}
        d[u] = requests.get(u, stream=True)  #: never
        d[u].close()  #: closed
    """,
}


@pytest.mark.parametrize("body", ELEMENTS.values(), ids=ELEMENTS)
def test_elements(body: str) -> None:
    """What goes through a loop or a comprehension."""
    check(inside(body))


NAMES = {
    "item of one of two lists": """
        x = [requests.get(u, stream=True)] if u else [None]  #: never
        if x[0] is not None:
            x[0].close()  #: closed
    """,
    "not not": """
        r = requests.get(u, stream=True)  #: never
        ok = not not u
        if ok:
            r.close()  #: closed
        if not ok:
            r.close()
    """,
    "kept condition": """
        r = None
        ok = bool(u)
        if ok:
            r = requests.get(u, stream=True)  #: never
        if not ok:
            return
        r.close()  #: closed
    """,
    "negated condition": """
        bad = not u
        if bad:
            return
        r = requests.get(u, stream=True)  #: never
        if not bad:
            r.close()  #: closed
    """,
    "none or a default": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: sometimes
        x = r or None
        if x is not None:
            x.close()  #: closed
        #: LOST: ends
    """,
    "none in a choice": """
        x = None if u else ""
        r = requests.get(u, stream=True)  #: never
        if x is None:
            r.close()  #: closed
        else:
            r.close()
    """,
    "empty list": """
        r = requests.get(u, stream=True)  #: always
        if []:
            r.close()
        #: LOST: ends
    """,
    "empty dict": """
        r = requests.get(u, stream=True)  #: never
        if not {}:
            r.close()  #: closed
    """,
    "full list": """
        r = requests.get(u, stream=True)  #: never
        if [1]:
            r.close()  #: closed
    """,
    "empty text": """
        r = requests.get(u, stream=True)  #: always
        if "":
            r.close()
        #: LOST: ends
    """,
    "zero": """
        r = requests.get(u, stream=True)  #: never
        if not 0:
            r.close()  #: closed
    """,
    "a list that was filled": """
        x = []
        if u:
            x.append(requests.get(u, stream=True))  #: never
        if x:
            x[0].close()  #: closed
    """,
    "cleared": """
        x = [requests.get(u, stream=True)]  #: never
        x[0].close()  #: closed
        x.clear()
        if x:
            x[0].close()
    """,
    "async exit of a stack by hand": """
        stack = contextlib.AsyncExitStack()
        c = await stack.enter_async_context(httpx.AsyncClient())  #: always
        stack.__aexit__(None, None, None)
        #: LOST: ends
    """,
    "suppress raises inside": """
        with contextlib.suppress(ValueError):
            r = requests.get(u, stream=True)  #: on error
            raise ValueError(u)
            r.close()
        #: LOST: ends
    """,
    "suppress another inside": """
        r = requests.get(u, stream=True)  #: on error
        with contextlib.suppress(KeyError):
            raise ValueError(u)  #: LOST: raises
        r.close()
    """,
    "thread takes it": """
        import threading
        r = requests.get(u, stream=True)  #: never
        threading.Thread(target=work, args=(r,)).start()  #: given to 'threading.Thread'
    """,
    "asyncio.run of nothing": """
        r = requests.get(u, stream=True)  #: on error
        asyncio.run(u)  #: LOST: raises (weak)
        r.close()  #: closed
    """,
    "asyncio.run of a helper's result": """
        r = asyncio.run(u(requests.get(u, stream=True)))  #: given to 'u'; never
    """,
    "a task that is not awaited": """
        async with aiohttp.ClientSession() as s:  #: client closed; left; never
            t = asyncio.create_task(s.get(u))  #: arrived; never
            print(t)
    """,
    "gather of unknown ones": """
        s = aiohttp.ClientSession()  #: never
        await asyncio.gather(*u, s.close())  #: closed
    """,
    "augmented": """
        x = []
        x += [requests.get(u, stream=True)]  #: never
        x[0].close()  #: closed
    """,
    "augmented name": """
        n = 0
        n += 1
        r = requests.get(u, stream=True)  #: never
        if n == 0:
            r.close()  #: closed
        r.close()
    """,
    "del": """
        r = requests.get(u, stream=True)  #: always
        del r  #: LOST: deleted
    """,
    "del of another": """
        a = r = requests.get(u, stream=True)  #: never
        del r
        a.close()  #: closed
    """,
    "assert": """
        r = requests.get(u, stream=True)  #: on error
        assert r.ok  #: LOST: raises (weak)
        r.close()  #: closed
    """,
    "raise of what was made": """
        r = requests.get(u, stream=True)  #: never
        raise ValueError(r)  #: kept: given to 'ValueError'
    """,
    "with two": """
        with requests.Session() as s, s.get(u, stream=True) as r:  #: left; never
            print(r.headers)
    """,
    "with given": """
        s = requests.Session()  #: never
        with s:  #: left
            s.get(u)
    """,
    "reference kept in a tuple": """
        t = (requests.get(u, stream=True), 1)  #: never
        r, n = t
        r.close()  #: closed
    """,
    "swapped": """
        a, b = requests.get(u, stream=True), 1  #: never
        a, b = b, a
        b.close()  #: closed
    """,
    "swapped and lost": """
        a, b = requests.get(u, stream=True), 1  #: always
        a, b = b, a
        a = None
        b = None  #: LOST: dropped
    """,
    "view kept": """
        r = requests.get(u, stream=True)  #: never
        raw = r.raw
        raw.close()  #: closed
    """,
    "view lost": """
        r = requests.get(u, stream=True)  #: always
        raw = r.raw
        del r
        print(raw)
        #: LOST: ends
    """,
    "view of lines kept": """
        r = requests.get(u, stream=True)  #: never
        lines = r.iter_lines()
        del r
        for line in lines:  #: read
            print(line)
    """,
    "returned view": """
        return requests.get(u, stream=True).raw  #: never; returned
    """,
    "returned lines": """
        return requests.get(u, stream=True).iter_lines()  #: LOST: iterator; sometimes
    """,
    "returned method": """
        return requests.get(u, stream=True).close  #: never; returned
    """,
}


@pytest.mark.parametrize("body", NAMES.values(), ids=NAMES)
def test_names(body: str) -> None:
    """What is left when names change, and what conditions say of them."""
    check(inside(body))
