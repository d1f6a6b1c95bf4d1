"""Assignments: targets of every form."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

UNPACKING = {
    "a pair": """
        r, code = requests.get(u, stream=True), 200  #: never
        r.close()  #: closed
    """,
    "a pair of which the other is closed": """
        code, r = requests.get(u, stream=True), 200  #: always
        r.close()  #: LOST: raises (weak)
        #: LOST: ends
    """,
    "a swap": """
        a = requests.get(u, stream=True)  #: never
        b = None
        a, b = b, a
        b.close()  #: closed
    """,
    "brackets": """
        [a, b] = requests.get(u, stream=True), 1  #: never
        a.close()  #: closed
    """,
    "a tuple in a tuple": """
        (a, (b, c)) = 1, (requests.get(u, stream=True), 3)  #: never
        b.close()  #: closed
    """,
    "a star takes the rest": """
        first, *rest = 1, requests.get(u, stream=True), 2  #: never
        for one in rest:
            one.close()  #: closed
    """,
    "a star, and the name beside it closes": """
        first, *rest = requests.get(u, stream=True), 1, 2  #: never
        first.close()  #: closed
    """,
    "more names than values": """
        pair = (requests.get(u, stream=True), 1)  #: never
        a, b, c = pair
        a.close()  #: closed
    """,
    "what is not known": """
        pair = load(u)
        a, b = pair
        r = requests.get(u, stream=True)  #: never
        a, b = r, a
        a.close()  #: closed
    """,
    "one of two tuples": """
        pair = (None, 1) if u else (requests.get(u, stream=True), 2)  #: never
        r, code = pair
        if r is not None:
            r.close()  #: closed
    """,
    "an unpacking loses it": """
        r = requests.get(u, stream=True)  #: always
        r, x = load(u)  #: LOST: dropped; LOST: raises (weak)
    """,
}


@pytest.mark.parametrize("body", UNPACKING.values(), ids=UNPACKING)
def test_unpacking(body: str) -> None:
    """Tuples, lists and stars on the left."""
    check(inside(body))


PLACES = {
    "an attribute of a parameter": """
        u.response = requests.get(u, stream=True)  #: attribute; never
    """,
    "an attribute of something unknown": """
        thing.response = requests.get(u, stream=True)  #: attribute; never
    """,
    "an item of a parameter": """
        u["response"] = requests.get(u, stream=True)  #: container; never
    """,
    "an attribute of a module": """
        settings = load(u)
        settings.deep.response = requests.get(u, stream=True)  #: attribute; never
    """,
    "an attribute of another client": """
        s = requests.Session()  #: never
        s.last = requests.get(u, stream=True)  #: LOST: raises; attribute; never
        s.close()  #: closed
    """,
    "an attribute of a client is no news to it": """
        s = requests.Session()  #: on error
        s.verify = False
        s.get(u)  #: LOST: raises
        s.close()  #: closed
    """,
    "an item of a local dictionary": """
        found = {}
        found["r"] = requests.get(u, stream=True)  #: never
        found["r"].close()  #: closed
    """,
    "an item of a local dictionary is replaced": """
        found = {}
        found["r"] = requests.get(u, stream=True)  #: always
        found["r"] = None  #: LOST: dropped
    """,
    "another item of a local dictionary": """
        found = {}
        found["r"] = requests.get(u, stream=True)  #: never
        found["x"] = None
        found["r"].close()  #: closed
    """,
    "an item of a local dictionary under a key that is not known": """
        found = {}
        found[u] = requests.get(u, stream=True)  #: never
        found[u].close()  #: closed
    """,
    "a slice": """
        found = []
        found[0:1] = [requests.get(u, stream=True)]  #: always
        #: LOST: ends
    """,
    "a dictionary that dies with it": """
        found = {}
        found["r"] = requests.get(u, stream=True)  #: always
        return found["r"].status_code  #: LOST: returns
    """,
    "an item of what is not known": """
        found = load(u)
        found["r"] = requests.get(u, stream=True)  #: container; never
    """,
}


@pytest.mark.parametrize("body", PLACES.values(), ids=PLACES)
def test_places(body: str) -> None:
    """Attributes and items on the left."""
    check(inside(body))
