"""Containers and exit stacks: what goes in, what comes out, who keeps them."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

ELEMENTS = {
    "container taken": """
        r = requests.get(u, stream=True)  #: never
        x = []
        x.append(r)
        x.pop().close()  #: closed
    """,
    "container cleared": """
        r = requests.get(u, stream=True)  #: always
        x = []
        x.append(r)
        del r
        x.clear()  #: LOST: dropped
    """,
    "dict pop": """
        d = {"a": requests.get(u, stream=True), "b": 1}  #: never
        d.pop("a").close()  #: closed
    """,
    "dict pop other": """
        d = {"a": requests.get(u, stream=True), "b": 1}  #: always
        d.pop("b").close()  #: LOST: raises (weak)
        #: LOST: ends
    """,
    "local dict item": """
        d = {}
        d["a"] = requests.get(u, stream=True)  #: never
        d["a"].close()  #: closed
    """,
    "local dict overwritten": """
        d = {}
        d["a"] = requests.get(u, stream=True)  #: always
        d["a"] = None  #: LOST: dropped
    """,
    "local dict other": """
        d = {}
        d["a"] = requests.get(u, stream=True)  #: never
        d["b"] = None
        d["a"].close()  #: closed
    """,
    "item of list": """
        x = [1, requests.get(u, stream=True)]  #: never
        x[1].close()  #: closed
    """,
    "item from the end": """
        x = [1, requests.get(u, stream=True)]  #: never
        x[-1].close()  #: closed
    """,
    "other item": """
        x = [1, requests.get(u, stream=True)]  #: always
        x[0].close()  #: LOST: raises (weak)
        #: LOST: ends
    """,
    "item beyond": """
        x = [1, requests.get(u, stream=True)]  #: on error
        x[2].close()  #: LOST: raises (weak)
        x[1].close()  #: closed
    """,
    "item from too far": """
        x = [requests.get(u, stream=True), 1]  #: never
        x[-2].close()  #: closed
    """,
    "slice": """
        x = [requests.get(u, stream=True)]  #: never
        for r in x[:1]:
            r.close()  #: closed
    """,
    "unknown index": """
        x = [requests.get(u, stream=True)]  #: never
        x[u].close()  #: closed
    """,
    "twice the same key": """
        d = {"a": 1, "a": requests.get(u, stream=True)}  #: never
        d["a"].close()  #: closed
    """,
    "spread dict": """
        d = {**{"a": requests.get(u, stream=True)}, "b": 1}  #: never
        d["a"].close()  #: closed
    """,
    "spread dict over": """
        d = {"a": 1, **{"a": requests.get(u, stream=True)}}  #: never
        d["a"].close()  #: closed
    """,
    "spread list": """
        x = [*[requests.get(u, stream=True)], 1]  #: never
        x[0].close()  #: closed
    """,
    "sum of lists": """
        x = [requests.get(u, stream=True)] + [1]  #: never
        x[0].close()  #: closed
    """,
    "sum of three": """
        x = [1] + [requests.get(u, stream=True)] + [2]  #: never
        x[1].close()  #: closed
    """,
}


@pytest.mark.parametrize("body", ELEMENTS.values(), ids=ELEMENTS)
def test_elements(body: str) -> None:
    """What is known of the elements of a container."""
    check(inside(body))


STACKS = {
    "stack close": """
        stack = contextlib.ExitStack()
        r = stack.enter_context(requests.get(u, stream=True))  #: never
        stack.close()  #: closed
    """,
    "stack exit": """
        stack = contextlib.ExitStack()
        r = stack.enter_context(requests.get(u, stream=True))  #: never
        stack.__exit__(None, None, None)  #: closed
    """,
    "stack aclose not awaited": """
        stack = contextlib.AsyncExitStack()
        await stack.enter_async_context(httpx.AsyncClient())  #: always
        stack.aclose()
        #: LOST: ends
    """,
    "stack aclose": """
        stack = contextlib.AsyncExitStack()
        c = await stack.enter_async_context(httpx.AsyncClient())  #: never
        await stack.aclose()  #: closed
    """,
    "stack aexit": """
        stack = contextlib.AsyncExitStack()
        c = await stack.enter_async_context(httpx.AsyncClient())  #: never
        await stack.__aexit__(None, None, None)  #: closed
    """,
    "stack callback": """
        stack = contextlib.ExitStack()
        r = requests.get(u, stream=True)  #: never
        stack.callback(r.close)
        stack.close()  #: closed
    """,
    "stack callback function": """
        stack = contextlib.ExitStack()
        r = requests.get(u, stream=True)  #: never
        stack.callback(close_it, r)
        stack.close()  #: closed
    """,
    "stack pop_all": """
        with contextlib.ExitStack() as stack:
            r = stack.enter_context(requests.get(u, stream=True))  #: always
            stack.pop_all()
        #: LOST: ends
    """,
    "stack pop_all kept": """
        with contextlib.ExitStack() as stack:
            r = stack.enter_context(requests.get(u, stream=True))  #: never
            return stack.pop_all()  #: returned
    """,
    "stack nothing": """
        stack = contextlib.ExitStack()
        stack.enter_context(requests.get(u, stream=True))  #: always
        print(u)
        #: LOST: ends
    """,
}


@pytest.mark.parametrize("body", STACKS.values(), ids=STACKS)
def test_stacks(body: str) -> None:
    """What an exit stack was given is released with it."""
    check(inside(body))


PLACES = {
    "class attribute": """
        class Job:
            r = None

        def run(u):
            Job.r = requests.get(u, stream=True)  #: class attribute; never
    """,
    "global": """
        R = None

        def run(u):
            global R
            R = requests.get(u, stream=True)  #: global; never
    """,
    "module container": """
        KEPT = {}

        def run(u):
            KEPT[u] = requests.get(u, stream=True)  #: module container; never
    """,
    "module list": """
        KEPT = []

        def run(u):
            KEPT.append(requests.get(u, stream=True))  #: module container; never
    """,
    "field container": """
        class Job:
            def __init__(self):
                self.kept = {}
            def run(self, u):
                self.kept[u] = requests.get(u, stream=True)  #: field container; never
    """,
    "field container of an unknown one": """
        class Job:
            def run(self, u):
                self.kept[u] = requests.get(u, stream=True)  #: field container; never
    """,
    "item of a parameter": """
        def run(u, d):
            d["a"] = requests.get(u, stream=True)  #: container; never
    """,
}


@pytest.mark.parametrize("source", PLACES.values(), ids=PLACES)
def test_places(source: str) -> None:
    """Containers that outlive the function keep what is put into them."""
    check(source)
