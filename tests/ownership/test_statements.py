"""Simple statements: what each does to the resource that its names stand for."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

EXPRESSIONS = {
    "a bare call": """
        requests.get(u, stream=True)  #: LOST: dropped; always
    """,
    "a call that is closed at once": """
        requests.get(u, stream=True).close()  #: closed; never
    """,
    "an attribute of it": """
        requests.get(u, stream=True).status_code  #: LOST: dropped; always
    """,
    "a mention of its name": """
        r = requests.get(u, stream=True)  #: never
        r
        r.close()  #: closed
    """,
    "two statements on a line": """
        r = requests.get(u, stream=True); r.close()  #: closed; never
    """,
    "two statements on a line, the second one loses it": """
        r = requests.get(u, stream=True); r = None  #: LOST: dropped; always
    """,
    "pass": """
        r = requests.get(u, stream=True)  #: never
        pass
        r.close()  #: closed
    """,
    "a coroutine that is never awaited": """
        s = aiohttp.ClientSession()  #: never
        s.get(u)  #: LOST: dropped; always
        await s.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_expressions(body: str) -> None:
    """An expression whose value nobody takes drops what it makes."""
    check(inside(body))


NAMES = {
    "an alias closes it": """
        r = requests.get(u, stream=True)  #: never
        other = r
        other.close()  #: closed
    """,
    "the name is bound anew, an alias is left": """
        r = requests.get(u, stream=True)  #: never
        other = r
        r = None
        other.close()  #: closed
    """,
    "the name is bound anew": """
        r = requests.get(u, stream=True)  #: always
        r = None  #: LOST: dropped
    """,
    "the name is bound to another response": """
        r = requests.get(u, stream=True)  #: always
        r = requests.get(u, stream=True)  #: LOST: dropped; LOST: raises; never
        r.close()  #: closed
    """,
    "two targets": """
        a = b = requests.get(u, stream=True)  #: never
        a = None
        b.close()  #: closed
    """,
    "an annotated name": """
        r: object = requests.get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "an annotation without a value": """
        r: object
        r = requests.get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "an annotated name is bound anew": """
        r = requests.get(u, stream=True)  #: always
        r: object = None  #: LOST: dropped
    """,
    "the underscore": """
        _ = requests.get(u, stream=True)  #: always
        #: LOST: ends
    """,
    "added to": """
        r = requests.get(u, stream=True)  #: always
        r += 1  #: LOST: dropped
    """,
    "a walrus": """
        if (r := requests.get(u, stream=True)).ok:  #: sometimes
            r.close()  #: closed
        #: LOST: ends
    """,
    "a walrus that drops what the name stood for": """
        r = requests.get(u, stream=True)  #: always
        print(r := None)  #: LOST: dropped
    """,
    "a walrus in a condition that is closed": """
        if (r := requests.get(u, stream=True)) is not None:  #: never
            r.close()  #: closed
    """,
    "del": """
        r = requests.get(u, stream=True)  #: always
        del r  #: LOST: deleted
    """,
    "del of an alias": """
        r = requests.get(u, stream=True)  #: never
        other = r
        del other
        r.close()  #: closed
    """,
    "del of several": """
        a = requests.get(u, stream=True)  #: always
        b = a
        del a, b  #: LOST: deleted
    """,
    "del of several in parentheses": """
        a = requests.get(u, stream=True)  #: always
        b = 1
        del (a, b)  #: LOST: deleted
    """,
    "del of an item": """
        r = requests.get(u, stream=True)  #: never
        cache = {"r": r}
        del cache["r"]
        r.close()  #: closed
    """,
    "del of a name that nothing is known of": """
        r = requests.get(u, stream=True)  #: never
        del u
        r.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", NAMES.values(), ids=NAMES)
def test_names(body: str) -> None:
    """Names, aliases and what rebinding them loses."""
    check(inside(body))


RETURNS = {
    "the response": """
        return requests.get(u, stream=True)  #: never; returned
    """,
    "the name": """
        r = requests.get(u, stream=True)  #: never
        return r  #: returned
    """,
    "nothing": """
        r = requests.get(u, stream=True)  #: always
        return  #: LOST: returns
    """,
    "something else": """
        r = requests.get(u, stream=True)  #: always
        return r.status_code  #: LOST: returns
    """,
    "a tuple": """
        r = requests.get(u, stream=True)  #: never
        return r, 1  #: returned
    """,
    "a dictionary": """
        r = requests.get(u, stream=True)  #: never
        return {"r": r}  #: returned
    """,
    "its iterator": """
        r = requests.get(u, stream=True)  #: sometimes
        return r.iter_lines()  #: LOST: iterator
    """,
    "its raw file": """
        r = requests.get(u, stream=True)  #: never
        return r.raw  #: returned
    """,
    "its bound method": """
        r = requests.get(u, stream=True)  #: never
        return r.close  #: returned
    """,
    "a function that uses it": """
        r = requests.get(u, stream=True)  #: never
        def read():
            return r.content
        return read  #: returned
    """,
    "a function that does not": """
        r = requests.get(u, stream=True)  #: always
        def read():
            return u
        return read  #: LOST: returns
    """,
    "a lambda that uses it": """
        r = requests.get(u, stream=True)  #: never
        return lambda: r.content  #: returned
    """,
    "a partial of something with it": """
        r = requests.get(u, stream=True)  #: never
        return functools.partial(load, r)  #: returned
    """,
    "after closing": """
        r = requests.get(u, stream=True)  #: never
        r.close()  #: closed
        return r
    """,
    "one of the two ways returns it": """
        r = requests.get(u, stream=True)  #: never
        return r if u else None  #: returned
    """,
    "a call that is not known": """
        r = requests.get(u, stream=True)  #: never
        return load(r)  #: given to 'load'
    """,
}


@pytest.mark.parametrize("body", RETURNS.values(), ids=RETURNS)
def test_returns(body: str) -> None:
    """What a return hands over, and what it loses."""
    check(inside(body))


RAISES = {
    "raise": """
        r = requests.get(u, stream=True)  #: on error
        if not r.ok:
            raise ValueError(u)  #: LOST: raises
        r.close()  #: closed
    """,
    "raise with the response inside": """
        r = requests.get(u, stream=True)  #: never
        raise Failed(r)  #: kept: given to 'Failed'
    """,
    "raise of a class": """
        r = requests.get(u, stream=True)  #: on error
        if not r.ok:
            raise ValueError  #: LOST: raises
        r.close()  #: closed
    """,
    "raise from": """
        r = requests.get(u, stream=True)  #: on error
        try:
            load(u)
        except ValueError as error:
            raise Failed(u) from error  #: LOST: raises (weak); LOST: raises (cleanup)
        r.close()  #: closed
    """,
    "assert": """
        r = requests.get(u, stream=True)  #: on error
        assert r.ok  #: LOST: raises (weak)
        r.close()  #: closed
    """,
    "assert that cannot fail": """
        r = requests.get(u, stream=True)  #: never
        assert True
        r.close()  #: closed
    """,
    "assert that cannot hold": """
        r = requests.get(u, stream=True)  #: never
        assert False  #: LOST: raises (weak)
        r.close()
    """,
    "assert narrows": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        assert r is not None
        r.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", RAISES.values(), ids=RAISES)
def test_raises(body: str) -> None:
    """`raise`, `assert`."""
    check(inside(body))


DEFINITIONS = {
    "an import": """
        import requests as other
        r = other.get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "an import of a package": """
        import requests.sessions
        s = requests.sessions.Session()  #: always
        s.get(u)  #: LOST: raises
        #: LOST: ends
    """,
    "an import of a name": """
        from requests import get
        r = get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "an import of a name under another one": """
        from requests import get as fetch
        fetch(u, stream=True)  #: LOST: dropped; always
    """,
    "an import of a star says nothing": """
        from requests import *
        requests.get(u, stream=True)  #: LOST: dropped; always
    """,
    "a relative import is not the library": """
        from . import requests
        requests.get(u, stream=True)
    """,
    "a relative import of a name": """
        from .requests import get
        get(u, stream=True)
    """,
    "a relative import of a module two above": """
        from ..requests import get
        get(u, stream=True)
    """,
    "an import binds a name anew": """
        r = requests.get(u, stream=True)  #: always
        import os as r
        #: LOST: ends
    """,
    "an inner function that closes": """
        r = requests.get(u, stream=True)  #: never
        def stop():
            r.close()  #: closed
        stop()
    """,
    "an inner function that is not called": """
        r = requests.get(u, stream=True)  #: always
        def stop():
            r.close()
        #: LOST: ends
    """,
    "an inner function with a decorator that gets it": """
        r = requests.get(u, stream=True)  #: never
        @register(r)  #: given to 'register'
        def stop():
            pass
    """,
    "an inner class": """
        class Local:
            def __init__(self, r):
                self.r = r
            def close(self):
                self.r.close()  #: closed
        local = Local(requests.get(u, stream=True))  #: never
        local.close()
    """,
    "an inner class that forgets": """
        class Local:
            def __init__(self, r):
                self.r = r
        local = Local(requests.get(u, stream=True))  #: always
        local.go()  #: LOST: raises (weak)
        #: LOST: ends
    """,
}


@pytest.mark.parametrize("body", DEFINITIONS.values(), ids=DEFINITIONS)
def test_definitions(body: str) -> None:
    """Imports and definitions inside functions."""
    check(inside(body))
