"""Conditions: on which ways is the resource there, and what a test teaches about it."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

BRANCHES = {
    "both ways close": """
        r = requests.get(u, stream=True)  #: never
        if u:
            r.close()  #: closed
        else:
            r.close()
    """,
    "one way closes": """
        r = requests.get(u, stream=True)  #: sometimes
        if u:
            r.close()  #: closed
        #: LOST: ends
    """,
    "the last of three ways does not": """
        r = requests.get(u, stream=True)  #: sometimes
        if u == 1:
            r.close()  #: closed
        elif u == 2:
            r.close()
        else:
            pass
        #: LOST: ends
    """,
    "a way that is never taken": """
        r = requests.get(u, stream=True)  #: never
        if False:
            return
        r.close()  #: closed
    """,
    "a way that is always taken": """
        r = requests.get(u, stream=True)  #: never
        if True:
            r.close()  #: closed
    """,
    "acquired on one way, closed on the same one": """
        if u:
            r = requests.get(u, stream=True)  #: never
        else:
            r = None
        if r:
            print(r.status_code)
        if r is not None:
            r.close()  #: closed
    """,
    "acquired on one way, closed under the same test": """
        if u:
            r = requests.get(u, stream=True)  #: never
        if u:
            r.close()  #: closed
    """,
    "closed under the opposite test": """
        if u:
            r = requests.get(u, stream=True)  #: always
        if not u:
            r.close()
        #: LOST: ends
    """,
    "a flag beside it": """
        own = u is None
        if own:
            u = requests.get("x", stream=True)  #: never
        if own:
            u.close()  #: closed
    """,
    "a flag that says the opposite": """
        own = u is None
        if own:
            u = requests.get("x", stream=True)  #: always
        if not own:
            u.close()
        #: LOST: ends
    """,
    "a long chain of elif": """
        r = requests.get(u, stream=True)  #: sometimes
        if u == 1:
            pass
        elif u == 2:
            pass
        elif u == 3:
            return  #: LOST: returns
        r.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", BRANCHES.values(), ids=BRANCHES)
def test_branches(body: str) -> None:
    """`if`, `elif`, `else`."""
    check(inside(body))


NONE = {
    "is not None": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        if r is not None:
            r.close()  #: closed
    """,
    "is None, the other way round": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        if r is None:
            return
        r.close()  #: closed
    """,
    "None on the left": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        if None is not r:
            r.close()  #: closed
    """,
    "equals None": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        if r == None:
            return
        r.close()  #: closed
    """,
    "differs from None": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        if r != None:
            r.close()  #: closed
    """,
    "not, is None": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        if not (r is None):
            r.close()  #: closed
    """,
    "not not None": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        if not not r is not None:
            r.close()  #: closed
    """,
    "is None where it cannot be": """
        r = requests.get(u, stream=True)  #: never
        if r is None:
            return
        r.close()  #: closed
    """,
    "the test of another name": """
        r = requests.get(u, stream=True)  #: sometimes
        if u is not None:
            r.close()  #: closed
        #: LOST: ends
    """,
    "a helper variable": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        there = r is not None
        if there:
            r.close()  #: closed
    """,
    "closed where it is None": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: always
        if r is None:
            r.close()
        #: LOST: ends
    """,
    "an item that may be None": """
        r = u.get("response")
        if r is None:
            r = requests.get("x", stream=True)  #: never
        r.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", NONE.values(), ids=NONE)
def test_none(body: str) -> None:
    """`is None` and its kin."""
    check(inside(body))


TRUTH = {
    "a client is true": """
        s = requests.Session()  #: on error
        s.get(u)  #: LOST: raises
        if s:
            s.close()  #: closed
    """,
    "a response may be false": """
        r = requests.get(u, stream=True)  #: sometimes
        if r:
            r.close()  #: closed
        #: LOST: ends
    """,
    "not a response": """
        r = requests.get(u, stream=True)  #: sometimes
        if not r:
            return  #: LOST: returns
        r.close()  #: closed
    """,
    "an httpx response has an honest one": """
        with httpx.Client() as client:  #: left; never
            r = client.send(u, stream=True)  #: never
            if r:
                r.close()  #: closed
    """,
    "a list with elements": """
        found = [requests.get(u, stream=True)]  #: never
        if found:
            found[0].close()  #: closed
    """,
    "an empty list": """
        found = []
        if found:
            requests.get(u, stream=True)
    """,
    "a list that may have elements": """
        found = list(u)
        r = requests.get(u, stream=True)  #: sometimes
        if found:
            r.close()  #: closed
        #: LOST: ends
    """,
    "an object of a class here": """
        class Local:
            pass
        local = Local()
        r = requests.get(u, stream=True)  #: never
        if local:
            r.close()  #: closed
    """,
    "an object of a class with a truth value of its own": """
        class Local:
            def __bool__(self):
                return False
        local = Local()
        r = requests.get(u, stream=True)  #: sometimes
        if local:
            r.close()  #: closed
        #: LOST: ends
    """,
    "an object of a class with a length": """
        class Local:
            def __len__(self):
                return 0
        local = Local()
        r = requests.get(u, stream=True)  #: sometimes
        if local:
            r.close()  #: closed
        #: LOST: ends
    """,
    "a function": """
        def g():
            pass
        r = requests.get(u, stream=True)  #: never
        if g:
            r.close()  #: closed
    """,
    "a flag of another module": """
        from app import FLAG
        r = requests.get(u, stream=True)  #: sometimes
        if FLAG:
            r.close()  #: closed
        #: LOST: ends
    """,
    "the same flag of another module": """
        from app import FLAG
        if FLAG:
            r = requests.get(u, stream=True)  #: never
        if FLAG:
            r.close()  #: closed
    """,
    "a setting of another module that is None": """
        import settings
        r = None
        if settings.CLIENT is None:
            r = requests.get(u, stream=True)  #: never
        if settings.CLIENT is None:
            r.close()  #: closed
    """,
    "a method of a response": """
        r = requests.get(u, stream=True)  #: never
        if r.close:
            r.close()  #: closed
    """,
    "what a function of another module gave may be None": """
        import re
        found = re.match("a", u)
        if found is None:
            r = requests.get(u, stream=True)  #: never
        if found is None:
            r.close()  #: closed
    """,
    "what a function of another module gives may differ": """
        import os
        if os.path.exists(u):
            r = requests.get(u, stream=True)  #: sometimes
        if os.path.exists(u + "x"):
            r.close()  #: closed
        #: LOST: ends
    """,
    "an attribute of what a function of another module gave": """
        import subprocess
        done = subprocess.run(u)
        if done.stdout:
            r = requests.get(u, stream=True)  #: never
        if done.stdout:
            r.close()  #: closed
    """,
    "an attribute of what a function of another module gave, from two calls": """
        import subprocess
        done = subprocess.run(u)
        if done.stdout:
            r = requests.get(u, stream=True)  #: sometimes
        done = subprocess.run(u + "x")  #: LOST: raises (weak)
        if done.stdout:
            r.close()  #: closed
        #: LOST: ends
    """,
    "a number": """
        r = requests.get(u, stream=True)  #: never
        if 0:
            return
        r.close()  #: closed
    """,
    "a text": """
        r = requests.get(u, stream=True)  #: never
        if "":
            return
        r.close()  #: closed
    """,
    "what has been seen to be true is not None": """
        r = requests.get(u, stream=True)  #: never
        if u:
            if u is None:
                return
        r.close()  #: closed
    """,
    "what is not None may still be false": """
        r = requests.get(u, stream=True)  #: sometimes
        if u is not None:
            if not u:
                return  #: LOST: returns
        r.close()  #: closed
    """,
    "what is None is false": """
        r = requests.get(u, stream=True)  #: never
        if u is None:
            if u:
                return
        r.close()  #: closed
    """,
    "what is false may be None": """
        r = requests.get(u, stream=True)  #: sometimes
        if not u:
            if u is None:
                return  #: LOST: returns
        r.close()  #: closed
    """,
    "a promise is true": """
        r = requests.get(u, stream=True)  #: never
        async with aiohttp.ClientSession() as s:  #: client closed; left; never
            p = s.get(u)  #: never
            if p:
                r.close()  #: closed
            await p  #: arrived
    """,
    "a choice of None and something true": """
        x = None if u else "y"
        r = requests.get(u, stream=True)  #: never
        if x:
            r.close()  #: closed
        if not x:
            r.close()
    """,
    "a choice of true ones": """
        x = "x" if u else "y"
        r = requests.get(u, stream=True)  #: never
        if x:
            r.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", TRUTH.values(), ids=TRUTH)
def test_truth(body: str) -> None:
    """The truth value, of what has an honest one and of what lies."""
    check(inside(body))


OPERATORS = {
    "and": """
        r = requests.get(u, stream=True)  #: sometimes
        if u and r.ok:
            r.close()  #: closed
        #: LOST: ends
    """,
    "or": """
        r = requests.get(u, stream=True)  #: sometimes
        if u or r.ok:
            r.close()  #: closed
        #: LOST: ends
    """,
    "and that narrows": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        if r is not None and u:
            r.close()  #: closed
    """,
    "or that narrows": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        if r is None or not u:
            return
        r.close()  #: closed
    """,
    "and as a statement": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: sometimes
        r and r.close()  #: closed
        #: LOST: ends
    """,
    "is not None and as a statement": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        r is not None and r.close()  #: closed
    """,
    "is None or as a statement": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        r is None or r.close()  #: closed
    """,
    "not and": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        if not (r is None and u):
            r.close()  #: closed
    """,
    "or gives a default": """
        s = u or requests.Session()  #: on error
        s.get("x")  #: LOST: raises
        s.close()  #: closed
    """,
    "or gives a default that is not closed": """
        s = u or requests.Session()  #: always
        s.get("x")  #: LOST: raises
        #: LOST: ends
    """,
    "or with a constant": """
        s = None or requests.Session()  #: always
        s.get("x")  #: LOST: raises
        #: LOST: ends
    """,
    "and with a constant": """
        s = True and requests.Session()  #: always
        s.get("x")  #: LOST: raises
        #: LOST: ends
    """,
    "and that never gets there": """
        s = None and requests.Session()
    """,
    "a conditional expression acquires": """
        r = requests.get(u, stream=True) if u else None  #: never
        if r is not None:
            r.close()  #: closed
    """,
    "a conditional expression closes": """
        r = requests.get(u, stream=True)  #: sometimes
        r.close() if u else None  #: closed
        #: LOST: ends
    """,
    "a conditional expression of None": """
        s = requests.Session() if u is None else u  #: on error
        s.get("x")  #: LOST: raises
        if u is None:
            s.close()  #: closed
    """,
    "a conditional expression whose condition is known": """
        r = requests.get(u, stream=True) if False else None
    """,
    "a chained comparison": """
        r = requests.get(u, stream=True)  #: sometimes
        if 200 <= r.status_code < 300:
            r.close()  #: closed
        #: LOST: ends
    """,
    "equal constants": """
        mode = "stream"
        r = requests.get(u, stream=True)  #: never
        if mode == "stream":
            r.close()  #: closed
    """,
    "unequal constants": """
        mode = "stream"
        r = requests.get(u, stream=True)  #: never
        if mode != "stream":
            return
        r.close()  #: closed
    """,
    "is True": """
        r = requests.get(u, stream=True)  #: never
        flag = True
        if flag is True:
            r.close()  #: closed
    """,
    "is not True": """
        r = requests.get(u, stream=True)  #: never
        flag = True
        if flag is not True:
            return
        r.close()  #: closed
    """,
    "the same comparison twice": """
        if u == 3:
            r = requests.get(u, stream=True)  #: never
        if u == 3:
            r.close()  #: closed
    """,
    "the same comparison, and its opposite": """
        if u == 3:
            r = requests.get(u, stream=True)  #: never
        if u != 3:
            return
        r.close()  #: closed
    """,
    "the same membership twice": """
        if u in known:
            r = requests.get(u, stream=True)  #: never
        if u in known:
            r.close()  #: closed
    """,
    "not in": """
        if u not in known:
            r = requests.get(u, stream=True)  #: never
        if u in known:
            return
        r.close()  #: closed
    """,
    "the same order twice": """
        if u > 3:
            r = requests.get(u, stream=True)  #: never
        if u > 3:
            r.close()  #: closed
    """,
    "another order": """
        if u > 3:
            r = requests.get(u, stream=True)  #: sometimes
        if u < 3:
            r.close()  #: closed
        #: LOST: ends
    """,
    "isinstance twice": """
        if isinstance(u, str):
            r = requests.get(u, stream=True)  #: never
        if isinstance(u, str):
            r.close()  #: closed
    """,
    "a walrus with and": """
        if u and (r := requests.get(u, stream=True)).ok:  #: sometimes
            r.close()  #: closed
        #: LOST: ends
    """,
    "a walrus in parentheses that may be None": """
        if (s := load(u)) is None:
            s = requests.Session()  #: on error
            s.get(u)  #: LOST: raises
            s.close()  #: closed
    """,
    "minus and plus": """
        r = requests.get(u, stream=True)  #: never
        if -1:
            r.close()  #: closed
        if +1:
            pass
        if ~u:
            pass
    """,
}


@pytest.mark.parametrize("body", OPERATORS.values(), ids=OPERATORS)
def test_operators(body: str) -> None:
    """`and`, `or`, `not`, comparisons, conditional expressions."""
    check(inside(body))
