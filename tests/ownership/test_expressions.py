"""Expressions: what they evaluate to, and what that does to a resource."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

VALUES = {
    "unpack": """
        a, b = requests.get(u, stream=True), 1  #: never
        a.close()  #: closed
    """,
    "unpack second": """
        a, b = 1, requests.get(u, stream=True)  #: never
        b.close()  #: closed
    """,
    "unpack lost": """
        a, b = 1, requests.get(u, stream=True)  #: always
        print(a)
        #: LOST: ends
    """,
    "unpack star": """
        a, *b = 1, requests.get(u, stream=True), 2  #: never
        b[0].close()  #: closed
    """,
    "unpack star front": """
        *a, b = 1, 2, requests.get(u, stream=True)  #: never
        b.close()  #: closed
    """,
    "unpack star in the middle": """
        a, *b, c = 1, requests.get(u, stream=True), 2  #: never
        b[0].close()  #: closed
    """,
    "unpack star none": """
        a, *b, c = 1, requests.get(u, stream=True)  #: never
        c.close()  #: closed
    """,
    "unpack unknown list": """
        x = [requests.get(v, stream=True) for v in u]  #: kept: container filled in a loop; never
        a, b = x
        a.close()  #: closed
        b.close()
    """,
    "unpack unknown star": """
        x = [requests.get(v, stream=True) for v in u]  #: kept: container filled in a loop; never
        a, *b = x
        a.close()  #: closed
        for c in b:
            c.close()
    """,
    "unpack list target": """
        [a, b] = requests.get(u, stream=True), 1  #: never
        a.close()  #: closed
    """,
    "chained": """
        a = b = requests.get(u, stream=True)  #: never
        b.close()  #: closed
    """,
    "walrus": """
        if (r := requests.get(u, stream=True)) is not None:  #: never
            r.close()  #: closed
    """,
    "or": """
        r = None or requests.get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "and": """
        r = u and requests.get(u, stream=True)  #: never
        if r is not None:
            r.close()  #: closed
    """,
    "else": """
        r = requests.get(u, stream=True) if u else None  #: never
        if r is not None:
            r.close()  #: closed
    """,
    "else lost": """
        r = requests.get(u, stream=True) if u else None  #: always
        print(u)
        #: LOST: ends
    """,
    "minus": """
        r = requests.get(u, stream=True)  #: never
        x = -1
        if x == -1:
            r.close()  #: closed
    """,
    "minus other": """
        r = requests.get(u, stream=True)  #: always
        x = -1
        if x == 1:
            r.close()
        #: LOST: ends
    """,
    "equal": """
        x = "a"
        r = requests.get(u, stream=True)  #: never
        if x == "a":
            r.close()  #: closed
    """,
    "not equal": """
        x = "a"
        r = requests.get(u, stream=True)  #: always
        if x != "a":
            r.close()
        #: LOST: ends
    """,
    "none on the left": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        if None is not r:
            r.close()  #: closed
    """,
    "same condition twice": """
        r = None
        if u == 1:
            r = requests.get(u, stream=True)  #: never
        if u == 1:
            r.close()  #: closed
    """,
    "same condition in": """
        if u in (1, 2):
            r = requests.get(u, stream=True)  #: never
        if u in (1, 2):
            r.close()  #: closed
    """,
    "same order": """
        if u < 3:
            r = requests.get(u, stream=True)  #: never
        if u < 3:
            r.close()  #: closed
    """,
    "other order": """
        if u < 3:
            r = requests.get(u, stream=True)  #: sometimes
        if u > 3:
            r.close()  #: closed
        #: LOST: ends
    """,
    "f-string": """
        r = requests.get(u, stream=True)  #: never
        x = f"{r.headers} {r.close()}"  #: closed
    """,
    "strings side by side": """
        r = requests.get(u, stream=True)  #: never
        x = "a" f"{r.close()}"  #: closed
    """,
    "yield from lines": """
        r = requests.get(u, stream=True)  #: never
        yield from r.iter_lines()  #: read
    """,
    "lambda": """
        r = requests.get(u, stream=True)  #: never
        finish = lambda: r.close()  #: closed
        finish()
    """,
    "lambda given": """
        r = requests.get(u, stream=True)  #: never
        register(lambda: r.close())  #: given to 'register'
    """,
}


@pytest.mark.parametrize("body", VALUES.values(), ids=VALUES)
def test_values(body: str) -> None:
    """Where a value goes."""
    check(inside(body))
