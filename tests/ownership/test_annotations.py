"""Annotations, and what is known of fields and attributes."""

from __future__ import annotations

import pytest

from tests.ownership.view import check

ANNOTATED = {
    "final": """
        from typing import Final

        def run(u, s: Final[httpx.Client]):
            r = s.send(u, stream=True)  #: always
            print(u)
            #: LOST: ends
    """,
    "class variable": """
        from typing import ClassVar

        def run(u, s: ClassVar[httpx.Client]):
            r = s.send(u, stream=True)  #: always
            print(u)
            #: LOST: ends
    """,
    "union": """
        from typing import Union

        def run(u, s: Union[httpx.Client, None]):
            r = s.send(u, stream=True)  #: always
            print(u)
            #: LOST: ends
    """,
    "by the module": """
        import typing

        def run(u, s: typing.Optional[httpx.Client]):
            r = s.send(u, stream=True)  #: always
            print(u)
            #: LOST: ends
    """,
    "text in text": """
        def run(u, s: "Optional['httpx.Client']"):
            r = s.send(u, stream=True)  #: always
            print(u)
            #: LOST: ends
    """,
    "nothing": """
        def run(u, s: None):
            r = s.send(u, stream=True)
            print(u)
    """,
    "no Python": """
        def run(u, s: "httpx Client"):
            r = s.send(u, stream=True)
            print(u)
    """,
    "something else": """
        def run(u, s: "httpx.Client | Other"):
            r = s.send(u, stream=True)  #: always
            print(u)
            #: LOST: ends
    """,
    "a class of the file": """
        class A:
            def __init__(self):
                self.client = httpx.Client()  #: field; never
            def load(self, u):
                return self.client.send(u, stream=True)  #: never; returned

        def run(u, a: A):
            r = a.load(u)  #: always
            print(u)
            #: LOST: ends
    """,
    "keyword only": """
        def run(u, *, s: httpx.Client):
            r = s.send(u, stream=True)  #: always
            print(u)
            #: LOST: ends
    """,
    "positional only": """
        def run(u, s: httpx.Client, /):
            r = s.send(u, stream=True)  #: always
            print(u)
            #: LOST: ends
    """,
    "none by default": """
        def run(u, s: httpx.Client = None):
            if s is None:
                s = httpx.Client()  #: always
            s.get(u)  #: LOST: raises
            #: LOST: ends
    """,
}


@pytest.mark.parametrize("source", ANNOTATED.values(), ids=ANNOTATED)
def test_annotated(source: str) -> None:
    """Forms of annotations that promise a client."""
    check(source)


KNOWN = {
    "fields after an unknown call": """
        class Job:
            def __init__(self):
                self.done = False
            def run(self, u):
                self.done = False
                r = requests.get(u, stream=True)  #: on error
                work(self)  #: LOST: raises (weak)
                if not self.done:
                    r.close()  #: closed
    """,
    "fields with no call between": """
        class Job:
            def run(self, u):
                self.done = False
                r = requests.get(u, stream=True)  #: never
                if not self.done:
                    r.close()  #: closed
    """,
    "fields that are set to what is closed": """
        class Job:
            def run(self, u):
                self.r = requests.get(u, stream=True)  #: field; never
                self.r.close()  #: closed
                self.r = None
    """,
    "attributes of an unknown object": """
        def run(u, o):
            r = None
            if o.wanted:
                r = requests.get(u, stream=True)  #: never
            if o.wanted:
                r.close()  #: closed
    """,
    "attributes of an unknown object that was given away": """
        def run(u, o):
            r = None
            if o.wanted:
                r = requests.get(u, stream=True)  #: sometimes
            o.work()  #: LOST: raises (weak)
            if o.wanted:
                r.close()  #: closed
            #: LOST: ends
    """,
    "attributes of an unknown object that are set": """
        def run(u, o):
            r = None
            if o.wanted:
                r = requests.get(u, stream=True)  #: sometimes
            o.wanted = False
            if o.wanted:
                r.close()  #: closed
            #: LOST: ends
    """,
    "items of an unknown object": """
        def run(u, o):
            r = None
            if o["wanted"]:
                r = requests.get(u, stream=True)  #: never
            if o["wanted"]:
                r.close()  #: closed
    """,
    "other items of an unknown object": """
        def run(u, o):
            r = None
            if o["wanted"]:
                r = requests.get(u, stream=True)  #: sometimes
            if o["other"]:
                r.close()  #: closed
            #: LOST: ends
    """,
    "two numbers": """
        SIZE = 1.5
        LOW = -1.5

        def run(u):
            r = requests.get(u, stream=True)  #: never
            if LOW == -1.5:
                r.close()  #: closed
    """,
}


@pytest.mark.parametrize("source", KNOWN.values(), ids=KNOWN)
def test_known(source: str) -> None:
    """How long something is known of an attribute."""
    check(source)
