"""Going through things: bodies of responses, comprehensions, functions that exhaust."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

BODIES = {
    "read to the end": """
        r = requests.get(u, stream=True)  #: never
        for line in r.iter_lines():  #: read
            print(line)
    """,
    "left early": """
        r = requests.get(u, stream=True)  #: sometimes
        for line in r.iter_lines():  #: read
            if line:
                break
        #: LOST: ends
    """,
    "the call is the iterable and left early": """
        for line in requests.get(u, stream=True).iter_lines():  #: LOST: dropped; read; sometimes
            break
        print(u)
    """,
    "the call is the iterable, not its body": """
        for name in requests.get(u, stream=True).headers:  #: always
            print(name)  #: LOST: dropped
        #: LOST: ends
    """,
    "a list that only the loop holds": """
        for r in [requests.get(u, stream=True)]:  #: never
            r.close()  #: closed
    """,
    "a list that only the loop holds, not closed": """
        for r in [requests.get(u, stream=True)]:  #: LOST: dropped; always
            r = None
        print(u)
    """,
    "returns early": """
        r = requests.get(u, stream=True)  #: sometimes
        for line in r.iter_lines():  #: read
            return line  #: LOST: returns
    """,
    "over the response itself": """
        r = requests.get(u, stream=True)  #: never
        for line in r:  #: read
            print(line)
    """,
    "the call is the iterable": """
        for line in requests.get(u, stream=True).iter_lines():  #: never; read
            print(line)
    """,
    "a loop that another one stands around": """
        r = requests.get(u, stream=True)  #: sometimes
        for x in u:
            for line in r.iter_content(10):  #: read
                print(line)
        #: LOST: ends
    """,
    "an iterator with a name": """
        r = requests.get(u, stream=True)  #: never
        lines = r.iter_lines()
        for line in lines:  #: read
            print(line)
    """,
    "enumerated": """
        r = requests.get(u, stream=True)  #: never
        for number, line in enumerate(r.iter_lines()):  #: read
            print(line)
    """,
    "through iter": """
        r = requests.get(u, stream=True)  #: never
        for line in iter(r.iter_lines()):  #: read
            print(line)
    """,
    "its raw file's own stream": """
        r = requests.get(u, stream=True)  #: never
        for line in r.raw.stream(10):  #: read
            print(line)
    """,
    "its raw file": """
        r = requests.get(u, stream=True)  #: never
        for line in r.raw:  #: read
            print(line)
    """,
    "what may fail on the way": """
        r = requests.get(u, stream=True)  #: on error
        for line in r.iter_lines():  #: read
            load(line)  #: LOST: raises (weak)
    """,
    "closes when it is left early": """
        with httpx.Client() as client:  #: left; never
            r = client.send(u, stream=True)  #: never
            for line in r.iter_lines():  #: read
                if line:
                    break
    """,
    "closes when the function is left early": """
        client = httpx.Client()  #: never
        try:
            r = client.send(u, stream=True)  #: never
            for line in r.iter_lines():  #: read
                return line
        finally:
            client.close()  #: closed
    """,
    "iterating that does not release": """
        r = urllib.request.urlopen(u)  #: always
        for line in r:
            print(line)
        #: LOST: ends
    """,
    "asynchronous": """
        async with aiohttp.ClientSession() as s:  #: left; never
            r = await s.get(u)  #: arrived; never
            async for line in r.content:  #: read
                print(line)
    """,
    "an asynchronous one left early": """
        s = aiohttp.ClientSession()  #: on error
        r = await s.get(u)  #: LOST: raises; LOST: raises (cancel); arrived; never
        async for line in r.content:  #: read
            break
        await s.close()  #: closed
    """,
    "over something else of it": """
        r = requests.get(u, stream=True)  #: always
        for name in r.headers:
            print(name)
        #: LOST: ends
    """,
    "list of it": """
        r = requests.get(u, stream=True)  #: never
        list(r.iter_lines())  #: read
    """,
    "list of its headers": """
        r = requests.get(u, stream=True)  #: always
        list(r.headers)
        #: LOST: ends
    """,
    "next of it": """
        r = requests.get(u, stream=True)  #: never
        first = next(r.iter_lines())
        r.close()  #: closed
    """,
    "next of it until there is no more": """
        r = requests.get(u, stream=True)  #: never
        lines = r.iter_lines()
        try:
            while True:
                line = next(lines)
        except StopIteration:
            pass
    """,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_bodies(body: str) -> None:
    """Loops over the body of a response."""
    check(inside(body))


COMPREHENSIONS = {
    "a list of them, dropped": """
        [requests.get(x, stream=True) for x in u]  #: LOST: dropped; always; kept: container filled in a loop
    """,
    "a list of them, named and lost": """
        found = [requests.get(x, stream=True) for x in u]  #: always; kept: container filled in a loop
        #: LOST: ends
    """,
    "a list of them, closed in a loop": """
        found = [requests.get(x, stream=True) for x in u]  #: kept: container filled in a loop; never
        for r in found:
            r.close()  #: closed
    """,
    "a list of them, returned": """
        return [requests.get(x, stream=True) for x in u]  #: kept: container filled in a loop; never; returned
    """,
    "a set": """
        found = {requests.get(x, stream=True) for x in u}  #: kept: container filled in a loop; never
        for r in found:
            r.close()  #: closed
    """,
    "a dictionary": """
        found = {x: requests.get(x, stream=True) for x in u}  #: kept: container filled in a loop; never
        for r in found.values():
            r.close()  #: closed
    """,
    "a dictionary that is lost": """
        found = {x: requests.get(x, stream=True) for x in u}  #: always; kept: container filled in a loop
        #: LOST: ends
    """,
    "a generator": """
        found = (requests.get(x, stream=True) for x in u)  #: never
        for r in found:
            r.close()  #: closed
    """,
    "a generator given away": """
        load(requests.get(x, stream=True) for x in u)  #: given to 'load'; never
    """,
    "only their status": """
        [requests.get(x, stream=True).status_code for x in u]  #: LOST: dropped; always
    """,
    "with a condition": """
        found = [r for x in u if (r := requests.get(x, stream=True)).ok]  #: kept: container filled in a loop; never
        for r in found:
            r.close()  #: closed
    """,
    "a condition that closes": """
        [r for r in u if r.close()]
    """,
    "two loops": """
        found = [requests.get(y, stream=True) for x in u for y in x]  #: kept: container filled in a loop; never
        for r in found:
            r.close()  #: closed
    """,
    "closes them": """
        found = [requests.get(x, stream=True) for x in u]  #: kept: container filled in a loop; never
        [r.close() for r in found]  #: closed
    """,
    "reads a body": """
        r = requests.get(u, stream=True)  #: never
        lines = [line for line in r.iter_lines()]  #: read
    """,
    "reads a body into a dictionary": """
        r = requests.get(u, stream=True)  #: never
        lines = {line: 1 for line in r.iter_lines()}  #: read
    """,
    "its variable hides a name": """
        r = requests.get(u, stream=True)  #: never
        found = [r for r in u]
        r.close()  #: closed
    """,
    "its variable is gone behind it": """
        found = [r for r in u]
        r = requests.get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "of the resource itself": """
        r = requests.get(u, stream=True)  #: never
        found = [r for x in u]  #: kept: container filled in a loop
        found[0].close()  #: closed
    """,
    "an asynchronous one": """
        async with aiohttp.ClientSession() as s:  #: left; never
            r = await s.get(u)  #: arrived; never
            return [line async for line in r.content]  #: read
    """,
    "that always fails its condition": """
        found = [x for x in u if False]
        r = requests.get(u, stream=True)  #: never
        r.close()  #: closed
    """,
    "any of them": """
        any(requests.get(x, stream=True).ok for x in u)  #: LOST: dropped; always
    """,
}


@pytest.mark.parametrize("body", COMPREHENSIONS.values(), ids=COMPREHENSIONS)
def test_comprehensions(body: str) -> None:
    """Comprehensions make, keep and read."""
    check(inside(body))
