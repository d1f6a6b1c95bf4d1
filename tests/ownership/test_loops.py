"""Loops: every turn has its own resource, and a loop is left in many ways."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

TURNS = {
    "made and closed in every turn": """
        for x in u:
            r = requests.get(x, stream=True)  #: never
            r.close()  #: closed
    """,
    "made in every turn and never closed": """
        for x in u:
            r = requests.get(x, stream=True)  #: LOST: overwritten; LOST: raises; always
        #: LOST: ends
    """,
    "five loops deep": """
        for a in u:
            for b in a:
                for c in b:
                    for d in c:
                        for e in d:
                            r = requests.get(e, stream=True)  #: sometimes
                            if r.ok:
                                r.close()  #: closed
                                continue
                            print(r.status_code)
                            r = None  #: LOST: dropped
    """,
    "five loops deep, closed in each turn": """
        for a in u:
            for b in a:
                for c in b:
                    for d in c:
                        for e in d:
                            r = requests.get(e, stream=True)  #: never
                            r.close()  #: closed
    """,
    "only the last one is closed": """
        r = None
        for x in u:
            r = requests.get(x, stream=True)  #: LOST: overwritten; LOST: raises; sometimes
        if r is not None:
            r.close()  #: closed
    """,
    "the one before is closed first": """
        r = None
        for x in u:
            if r is not None:
                r.close()  #: closed
            r = requests.get(x, stream=True)  #: never
        if r is not None:
            r.close()  #: closed
    """,
    "continue loses it": """
        for x in u:
            r = requests.get(x, stream=True)  #: LOST: overwritten; LOST: raises; sometimes
            if not r.ok:
                continue
            r.close()  #: closed
        #: LOST: ends
    """,
    "break keeps it for the code behind the loop": """
        for x in u:
            r = requests.get(x, stream=True)  #: never
            if r.ok:
                break
            r.close()  #: closed
        else:
            return
        r.close()  #: closed
    """,
    "break loses it": """
        for x in u:
            r = requests.get(x, stream=True)  #: sometimes
            if r.ok:
                break
            r.close()  #: closed
        #: LOST: ends
    """,
    "a retry loop": """
        for attempt in range(3):
            r = requests.get(u, stream=True)  #: LOST: overwritten; LOST: raises; sometimes
            if r.ok:
                return r  #: returned
            time.sleep(1)
        raise TimeoutError  #: LOST: raises
    """,
    "a retry loop that closes": """
        for attempt in range(3):
            r = requests.get(u, stream=True)  #: never
            if r.ok:
                return r  #: returned
            r.close()  #: closed
        raise TimeoutError
    """,
    "return out of a loop": """
        for x in u:
            r = requests.get(x, stream=True)  #: sometimes
            if r.ok:
                return r.status_code  #: LOST: returns
            r.close()  #: closed
    """,
    "made before the loop, closed behind it": """
        r = requests.get(u, stream=True)  #: never
        for x in u:
            pass
        r.close()  #: closed
    """,
    "made before the loop, closed in it": """
        r = requests.get(u, stream=True)  #: sometimes
        for x in u:
            r.close()  #: closed
        #: LOST: ends
    """,
    "made before a loop that surely turns, closed in it": """
        r = requests.get(u, stream=True)  #: never
        for x in (1, 2):
            r.close()  #: closed
    """,
    "a loop over nothing": """
        r = requests.get(u, stream=True)  #: sometimes
        for x in ():
            r.close()  #: closed
        #: LOST: ends
    """,
    "a loop over two": """
        for x in (1, 2):
            r = requests.get(x, stream=True)  #: LOST: overwritten; LOST: raises; sometimes
        r.close()  #: closed
    """,
    "the loop's variable is the name": """
        r = requests.get(u, stream=True)  #: always
        for r in u:
            pass
        #: LOST: ends
    """,
    "the loop's variables": """
        r = requests.get(u, stream=True)  #: always
        for a, (b, *r) in u:
            pass
        #: LOST: ends
    """,
    "nested loops": """
        for x in u:
            for y in x:
                r = requests.get(y, stream=True)  #: never
                if r.ok:
                    break
                r.close()  #: closed
            else:
                continue
            r.close()  #: closed
    """,
    "break of an inner loop does not leave the outer one": """
        for x in u:
            r = requests.get(x, stream=True)  #: never
            for y in x:
                break
            r.close()  #: closed
    """,
    "a fact of one turn does not hold in the next": """
        for x in u:
            if x:
                r = requests.get(u, stream=True)  #: never
            if x:
                r.close()  #: closed
    """,
    "a fact from before the loop holds in every turn": """
        if u:
            for x in range(3):
                r = requests.get(x, stream=True)  #: never
                if u:
                    r.close()  #: closed
    """,
    "a flag that a turn sets": """
        done = False
        for x in u:
            if not done:
                r = requests.get(x, stream=True)  #: never
                done = True
        if done:
            r.close()  #: closed
    """,
    "made in the first turn only": """
        s = None
        for x in u:
            if s is None:
                s = requests.Session()  #: on error
            s.get(x)  #: LOST: raises
        if s is not None:
            s.close()  #: closed
    """,
    "kept in a dictionary that dies": """
        found = {}
        for x in u:
            found[x] = requests.get(x, stream=True)  #: LOST: raises; always; kept: container filled in a loop
        #: LOST: ends
    """,
    "kept in a list and closed": """
        found = []
        for x in u:
            found.append(requests.get(x, stream=True))  #: LOST: raises; kept: container filled in a loop; on error
        for r in found:
            r.close()  #: closed
    """,
    "four names deep": """
        a = b = c = d = None
        for x in u:
            d = c
            c = b
            b = a
            a = requests.get(x, stream=True)  #: LOST: raises; always
        #: LOST: ends
    """,
}


@pytest.mark.parametrize("body", TURNS.values(), ids=TURNS)
def test_turns(body: str) -> None:
    """What is made in one turn and what becomes of it in the next."""
    check(inside(body))


ELSES = {
    "runs where nothing broke": """
        for x in u:
            if x:
                break
        else:
            r = requests.get(u, stream=True)  #: never
            r.close()  #: closed
    """,
    "closes where nothing broke": """
        r = requests.get(u, stream=True)  #: sometimes
        for x in u:
            if x:
                break
        else:
            r.close()  #: closed
        #: LOST: ends
    """,
    "closes on both ways": """
        r = requests.get(u, stream=True)  #: never
        for x in u:
            if x:
                r.close()
                break
        else:
            r.close()  #: closed
    """,
    "of a while that never ends but by break": """
        while True:
            r = requests.get(u, stream=True)  #: never
            if r.ok:
                break
            r.close()  #: closed
        else:
            requests.get(u, stream=True)
        r.close()  #: closed
    """,
    "returns": """
        r = requests.get(u, stream=True)  #: sometimes
        for x in u:
            if x:
                break
        else:
            return  #: LOST: returns
        r.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", ELSES.values(), ids=ELSES)
def test_elses(body: str) -> None:
    """`else` of loops."""
    check(inside(body))


WHILES = {
    "for ever": """
        r = requests.get(u, stream=True)  #: never
        while True:
            load(r.status_code)  #: LOST: raises (weak)
    """,
    "for ever, new ones": """
        while True:
            r = requests.get(u, stream=True)  #: LOST: overwritten; LOST: raises; always
    """,
    "for ever, new ones that are closed": """
        while True:
            r = requests.get(u, stream=True)  #: never
            r.close()  #: closed
    """,
    "never": """
        while False:
            requests.get(u, stream=True)
    """,
    "as long as it is not there": """
        r = None
        while r is None:
            r = requests.get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "as long as it is bad": """
        r = requests.get(u, stream=True)  #: sometimes
        while not r.ok:
            r = requests.get(u, stream=True)  #: LOST: dropped; LOST: overwritten; LOST: raises; sometimes
        r.close()  #: closed
    """,
    "as long as it is bad, each one closed": """
        r = requests.get(u, stream=True)  #: never
        while not r.ok:
            r.close()  #: closed
            r = requests.get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "a walrus in the condition": """
        while (r := requests.get(u, stream=True)).ok:  #: sometimes
            r.close()  #: closed
        #: LOST: ends
    """,
    "reads until there is no more": """
        r = requests.get(u, stream=True)  #: on error
        while True:
            chunk = r.raw.read(10)  #: LOST: raises
            if not chunk:  #: read
                break
        r.close()
    """,
    "break out of try": """
        while True:
            try:
                r = requests.get(u, stream=True)  #: never
                break
            except OSError:
                continue
        r.close()  #: closed
    """,
    "break in finally": """
        while True:
            r = requests.get(u, stream=True)  #: never
            try:
                if r.ok:
                    break
            finally:
                r.close()  #: closed
    """,
}


@pytest.mark.parametrize("body", WHILES.values(), ids=WHILES)
def test_whiles(body: str) -> None:
    """`while`."""
    check(inside(body))
