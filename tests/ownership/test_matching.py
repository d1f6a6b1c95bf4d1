"""`match`: which cases are taken, what they bind."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

MATCHES = {
    "one case closes": """
        r = requests.get(u, stream=True)  #: sometimes
        match u:
            case 1:
                r.close()  #: closed
            case _:
                pass
        #: LOST: ends
    """,
    "every case closes": """
        r = requests.get(u, stream=True)  #: never
        match u:
            case 1:
                r.close()  #: closed
            case _:
                r.close()
    """,
    "no case fits": """
        r = requests.get(u, stream=True)  #: sometimes
        match u:
            case 1:
                r.close()  #: closed
            case 2:
                r.close()
        #: LOST: ends
    """,
    "a guard": """
        r = requests.get(u, stream=True)  #: never
        match u:
            case 1 if r.ok:
                r.close()  #: closed
            case _:
                r.close()
    """,
    "a guard on the last one": """
        r = requests.get(u, stream=True)  #: sometimes
        match u:
            case _ if r.ok:
                r.close()  #: closed
        #: LOST: ends
    """,
    "a name takes everything": """
        r = requests.get(u, stream=True)  #: never
        match u:
            case other:
                r.close()  #: closed
    """,
    "a pattern binds the name of the resource": """
        r = requests.get(u, stream=True)  #: sometimes
        match u:
            case [r, *rest]:
                pass
            case {"k": v, **more}:
                r.close()  #: closed
            case Point(x=0, y=y) as point:
                r.close()
            case (1 | 2) as number:
                r.close()
            case _:
                r.close()
        #: LOST: ends
    """,
    "the subject is the resource": """
        r = requests.get(u, stream=True)  #: never
        match r:
            case requests.Response() as other:
                r.close()  #: closed
            case None:
                pass
    """,
    "the subject may be of the class": """
        r = requests.get(u, stream=True)  #: sometimes
        match r:
            case requests.Response(ok=True):
                r.close()  #: closed
            case str():
                r.close()
        #: LOST: ends
    """,
    "the subject is acquired there": """
        match requests.get(u, stream=True):  #: never
            case r:
                r.close()  #: closed
    """,
    "a case of None, and of the rest": """
        r = requests.get(u, stream=True) if u else None  #: never
        match r:
            case None:
                pass
            case _:
                r.close()  #: closed
    """,
    "a case of None that never comes": """
        r = requests.get(u, stream=True)  #: never
        match r:
            case None:
                pass
            case other:
                other.close()  #: closed
    """,
    "a case of None that always comes": """
        r = requests.get(u, stream=True)  #: never
        match None:
            case None:
                r.close()  #: closed
            case _:
                pass
    """,
    "a case of True says nothing of None": """
        r = requests.get(u, stream=True)  #: never
        match u:
            case True:
                r.close()  #: closed
            case None:
                r.close()
            case _:
                r.close()
    """,
    "None, in a name that nothing is known of": """
        match u:
            case None:
                u = requests.get("x", stream=True)  #: never
                u.close()  #: closed
            case _:
                if u is None:
                    requests.get("x", stream=True)
    """,
    "None with a guard": """
        r = requests.get(u, stream=True) if u else None  #: never
        match r:
            case None if u:
                pass
            case None:
                pass
            case _:
                r.close()  #: closed
    """,
    "the name of the whole": """
        r = requests.get(u, stream=True)  #: never
        match r:
            case (1 | 2) as number:
                r.close()  #: closed
            case whole:
                whole.close()
    """,
    "an item of what is not known": """
        match u.get("r"):
            case None:
                r = requests.get(u, stream=True)  #: never
            case r:
                pass
        r.close()  #: closed
    """,
    "an attribute": """
        class Local:
            pass
        local = Local()
        local.r = requests.get(u, stream=True) if u else None  #: never
        match local.r:
            case None:
                pass
            case r:
                r.close()  #: closed
    """,
    "a case returns": """
        r = requests.get(u, stream=True)  #: sometimes
        match u:
            case 1:
                return  #: LOST: returns
            case _:
                pass
        r.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", MATCHES.values(), ids=MATCHES)
def test_matches(body: str) -> None:
    """`match`."""
    check(inside(body))
