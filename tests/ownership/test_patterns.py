"""Patterns: what they bind of what the subject is known to hold."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

PATTERNS = {
    "whole with its parts: a sequence": """
        match [requests.get(u, stream=True), 1]:  #: never
            case [r, n] as both:
                both[0].close()  #: closed
    """,
    "whole with its parts: a mapping": """
        match {"a": requests.get(u, stream=True)}:  #: never
            case {"a": r} as d:
                d["a"].close()  #: closed
    """,
    "whole with its parts: the part": """
        match [requests.get(u, stream=True), 1]:  #: never
            case [r, n] as both:
                r.close()  #: closed
    """,
    "a sequence, the last one": """
        match [1, 2, requests.get(u, stream=True)]:  #: never
            case [*rest, r]:
                r.close()  #: closed
    """,
    "a sequence, the middle": """
        match [1, requests.get(u, stream=True), 2]:  #: never
            case [a, r, b]:
                r.close()  #: closed
    """,
    "a sequence, in the rest": """
        match [1, requests.get(u, stream=True), 2]:  #: never
            case [a, *rest]:
                rest[0].close()  #: closed
    """,
    "a sequence, lost in the rest": """
        match [1, requests.get(u, stream=True), 2]:  #: always
            case [a, *rest]:
                print(a)
        #: LOST: ends
    """,
    "a sequence in a sequence": """
        match [[requests.get(u, stream=True)], 1]:  #: never
            case [[r], n]:
                r.close()  #: closed
    """,
    "a sequence of unknown length": """
        match [requests.get(v, stream=True) for v in u]:  #: kept: container filled in a loop; sometimes
            case [r]:
                r.close()  #: closed
        #: LOST: ends
    """,
    "a constant in a sequence": """
        match [requests.get(u, stream=True), u]:  #: never
            case [r, 1]:
                r.close()  #: closed
            case [r, _]:
                r.close()
    """,
    "a mapping with a rest": """
        match {"a": requests.get(u, stream=True), "b": 1}:  #: never
            case {"a": r, **rest}:
                r.close()  #: closed
    """,
    "a mapping, two keys": """
        match {"a": requests.get(u, stream=True), "b": 1}:  #: never
            case {"a": r, "b": n}:
                r.close()  #: closed
    """,
    "none or something": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        match r:
            case None:
                pass
            case r:
                r.close()  #: closed
    """,
    "something or none": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        match r:
            case requests.Response():
                r.close()  #: closed
            case None:
                pass
    """,
    "the last guard": """
        r = requests.get(u, stream=True)  #: never
        match r:
            case x if x.ok:
                x.close()  #: closed
            case x if not x.ok:
                x.close()
    """,
}


@pytest.mark.parametrize("body", PATTERNS.values(), ids=PATTERNS)
def test_patterns(body: str) -> None:
    """Sequences, mappings, guards."""
    check(inside(body))
