"""Arguments of functions of the file: defaults, depth, what a manager is given."""

from __future__ import annotations

import pytest

from tests.ownership.view import check

DEFAULTS = {
    "none passed on": """
        def get(u, s=None):
            if s is None:
                s = requests.Session()  #: always
            s.get(u)  #: LOST: raises

        def run(u, s):
            if s is None:
                get(u, s)
            #: LOST: ends
    """,
    "a text as default": """
        def load(u, how="plain"):
            r = requests.get(u, stream=True)  #: sometimes
            if how == "plain":
                r.close()  #: closed
            #: LOST: ends
    """,
    "a text as default of a helper": """
        def finish(r, how="plain"):
            if how == "plain":
                r.close()

        def run(u):
            finish(requests.get(u, stream=True))  #: never
            #: closed
    """,
    "another text than the default": """
        def finish(r, how="plain"):
            if how == "plain":
                r.close()

        def run(u):
            finish(requests.get(u, stream=True), "none")  #: LOST: dropped; always
    """,
    "none as default of a helper": """
        def finish(r, log=None):
            if log is None:
                r.close()

        def run(u):
            finish(requests.get(u, stream=True))  #: never
            #: closed
    """,
    "true as default of a helper": """
        def finish(r, close=True):
            if close:
                r.close()

        def run(u):
            finish(requests.get(u, stream=True))  #: never
            #: closed
    """,
    "false as default of a helper": """
        def finish(r, keep=False):
            if not keep:
                r.close()

        def run(u):
            finish(requests.get(u, stream=True))  #: never
            #: closed
    """,
    "false given to a helper": """
        def finish(r, close=True):
            if close:
                r.close()

        def run(u):
            finish(requests.get(u, stream=True), close=False)  #: LOST: dropped; always
    """,
    "a constant as default of a helper": """
        CLOSE = True

        def finish(r, close=CLOSE):
            if close:
                r.close()

        def run(u):
            finish(requests.get(u, stream=True))  #: never
            #: closed
    """,
    "a number as default of a helper": """
        def finish(r, times=1):
            if times == 1:
                r.close()

        def run(u):
            finish(requests.get(u, stream=True))  #: never
            #: closed
    """,
    "a manager that raises inside": """
        @contextlib.contextmanager
        def ending(r):
            yield r
            r.close()

        def run(u):
            with ending(requests.get(u, stream=True)) as r:  #: never
                raise ValueError(u)
    """,
    "six calls deep": """
        def a(r):
            b(r)

        def b(r):
            c(r)

        def c(r):
            d(r)

        def d(r):
            e(r)

        def e(r):
            g(r)

        def g(r):
            r.close()

        def run(u):
            a(requests.get(u, stream=True))  #: never
            #: given to 'g'
    """,
    "four calls deep": """
        def a(r):
            b(r)

        def b(r):
            c(r)

        def c(r):
            d(r)

        def d(r):
            r.close()

        def run(u):
            a(requests.get(u, stream=True))  #: never
            #: closed
    """,
    "a choice of managers": """
        def run(u, s=None):
            with (requests.Session() if s is None else s) as t:  #: left; never
                t.get(u)
    """,
    "one of two things to enter": """
        def run(u):
            with (requests.get(u, stream=True) if u else requests.head(u, stream=True)) as r:  #: left; never
                print(r.headers)
    """,
    "nothing or something to enter": """
        def run(u):
            r = requests.get(u, stream=True) if u else None  #: never
            with r:  #: left
                print(u)
    """,
}


@pytest.mark.parametrize("source", DEFAULTS.values(), ids=DEFAULTS)
def test_defaults(source: str) -> None:
    """What a parameter stands for in one call."""
    check(source)
