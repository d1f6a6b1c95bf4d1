"""Names of the module, and what annotations say of them."""

from __future__ import annotations

import pytest

from tests.ownership.view import check

MODULE = {
    "constants of the module": """
        STREAM = True
        NAMES = {"stream": True}

        def run(u):
            return requests.get(u, stream=STREAM).status_code  #: LOST: returns; always

        def walk(u):
            return requests.get(u, **NAMES).status_code  #: LOST: returns; always
    """,
    "constant tuple of the module": """
        SIZES = (True, 1)

        def run(u):
            return requests.get(u, stream=SIZES[0]).status_code  #: LOST: returns; always
    """,
    "constant list of the module": """
        SIZES = [1, True]

        def run(u):
            return requests.get(u, stream=SIZES[1]).status_code  #: LOST: returns; always
    """,
    "negative constant": """
        LAST = -1

        def run(u):
            r = requests.get(u, stream=True)  #: never
            if LAST == -1:
                r.close()  #: closed
    """,
    "client of the module": """
        CLIENT = httpx.Client()  #: never

        def run(u):
            r = CLIENT.send(u, stream=True)  #: never
            r.close()  #: closed
    """,
    "client of the module lost": """
        CLIENT = httpx.Client()  #: never

        def run(u):
            r = CLIENT.send(u, stream=True)  #: always
            print(r)
            #: LOST: ends
    """,
    "imported under another name": """
        import requests as web

        def run(u):
            r = web.get(u, stream=True)  #: always
            print(u)
            #: LOST: ends
    """,
    "imported by name": """
        from requests import get as load

        def run(u):
            r = load(u, stream=True)  #: always
            print(u)
            #: LOST: ends
    """,
    "imported one of two": """
        try:
            from requests import get
        except ImportError:
            get = None

        def run(u):
            r = get(u, stream=True)  #: always
            print(u)
            #: LOST: ends
    """,
    "star import": """
        from requests import *

        def run(u):
            r = get(u, stream=True)  #: always
            print(u)
            #: LOST: ends
    """,
    "shadowed name": """
        def run(u, requests):
            r = requests.get(u, stream=True)
            print(u)
    """,
    "annotated parameter": """
        def run(u, s: requests.Session):
            r = s.get(u, stream=True)  #: always
            print(u)
            #: LOST: ends
    """,
    "annotated optional": """
        from typing import Optional

        def run(u, s: Optional[requests.Session] = None):
            r = s.get(u, stream=True)  #: always
            print(u)
            #: LOST: ends
    """,
    "annotated or none": """
        def run(u, s: "requests.Session | None" = None):
            r = s.get(u, stream=True)  #: always
            print(u)
            #: LOST: ends
    """,
    "annotated with something": """
        from typing import Annotated

        def run(u, s: Annotated[httpx.Client, 1]):
            r = s.send(u, stream=True)  #: always
            print(u)
            #: LOST: ends
    """,
    "annotated variable": """
        def run(u):
            s: httpx.Client = make()
            r = s.send(u, stream=True)  #: always
            print(u)
            #: LOST: ends
    """,
}


@pytest.mark.parametrize("source", MODULE.values(), ids=MODULE)
def test_module(source: str) -> None:
    """What a name stands for that no function binds."""
    check(source)


DECLARED = {
    "declared takes": """
        def keep(r):  # httpleak: takes r
            print(r.headers)

        def run(u):
            keep(requests.get(u, stream=True))  #: never; taken by 'keep'
    """,
    "declared releases": """
        def finish(r):  # httpleak: releases r
            print(r.headers)

        def run(u):
            finish(requests.get(u, stream=True))  #: closed; never
    """,
    "declared releases, async": """
        async def finish(r):  # httpleak: releases r
            print(r.headers)

        async def run(u):
            await finish(requests.get(u, stream=True))  #: closed; never
    """,
}


@pytest.mark.parametrize("source", DECLARED.values(), ids=DECLARED)
def test_declared(source: str) -> None:
    """What the comments of a function say of its parameters."""
    check(source)
