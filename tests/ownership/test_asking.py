"""Functions that look at an object: `isinstance`, `hasattr`, `callable`."""

from __future__ import annotations

import pytest

from tests.ownership.view import check, inside

QUESTIONS = {
    "isinstance of a client": """
        r = None
        if u:
            r = requests.get(u, stream=True)  #: never
        if isinstance(r, requests.Response):
            r.close()  #: closed
    """,
    "isinstance of an object of a class here": """
        class Local:
            pass
        class Other(Local):
            pass
        other = Other()
        r = requests.get(u, stream=True)  #: never
        if isinstance(other, Local):
            r.close()  #: closed
    """,
    "isinstance of an object of a class here that may be of another": """
        class Local:
            pass
        class Other:
            pass
        other = Other()
        r = requests.get(u, stream=True)  #: sometimes
        if isinstance(other, Local):
            r.close()  #: closed
        #: LOST: ends
    """,
    "isinstance of None": """
        class Local:
            pass
        r = requests.get(u, stream=True)  #: never
        if isinstance(None, Local):
            return
        r.close()  #: closed
    """,
    "isinstance of None, of a class that is not known": """
        r = requests.get(u, stream=True)  #: sometimes
        if isinstance(None, str):
            return  #: LOST: returns
        r.close()  #: closed
    """,
    "isinstance of another kind": """
        r = requests.get(u, stream=True)  #: sometimes
        if isinstance(r, requests.Session):
            return  #: LOST: returns
        r.close()  #: closed
    """,
    "isinstance of another thing": """
        if isinstance(u, str):
            r = requests.get(u, stream=True)  #: sometimes
        if isinstance(u, bytes):
            r.close()  #: closed
        #: LOST: ends
    """,
    "isinstance of something else": """
        if isinstance(u, str):
            r = requests.get(u, stream=True)  #: sometimes
        if isinstance(v, str):
            r.close()  #: closed
        #: LOST: ends
    """,
    "issubclass twice": """
        if issubclass(u, str):
            r = requests.get(u, stream=True)  #: never
        if issubclass(u, str):
            r.close()  #: closed
    """,
    "not isinstance": """
        if not isinstance(u, str):
            r = requests.get(u, stream=True)  #: never
        if isinstance(u, str):
            return
        r.close()  #: closed
    """,
    "hasattr of a method": """
        r = requests.get(u, stream=True)  #: never
        if hasattr(r, "close"):
            r.close()  #: closed
    """,
    "hasattr of a method it may not have": """
        r = requests.get(u, stream=True)  #: sometimes
        if hasattr(r, "shut"):
            r.close()  #: closed
        #: LOST: ends
    """,
    "hasattr under a name that is not known": """
        r = requests.get(u, stream=True)  #: sometimes
        if hasattr(r, u):
            r.close()  #: closed
        #: LOST: ends
    """,
    "hasattr under a name that is no text": """
        r = requests.get(u, stream=True)  #: sometimes
        if hasattr(r, 1):
            r.close()  #: closed
        #: LOST: ends
    """,
    "hasattr of None": """
        r = requests.get(u, stream=True)  #: never
        if hasattr(None, "close"):
            return
        r.close()  #: closed
    """,
    "hasattr of None and what everything has": """
        r = requests.get(u, stream=True)  #: sometimes
        if hasattr(None, "__doc__"):
            r.close()  #: closed
        #: LOST: ends
    """,
    "hasattr of a method of a class here": """
        class Local:
            def close(self):
                pass
        local = Local()
        r = requests.get(u, stream=True)  #: never
        if hasattr(local, "close"):
            r.close()  #: closed
    """,
    "hasattr of a field of an object here": """
        class Local:
            pass
        local = Local()
        local.field = 1
        r = requests.get(u, stream=True)  #: never
        if hasattr(local, "field"):
            r.close()  #: closed
    """,
    "callable, its method": """
        r = requests.get(u, stream=True)  #: never
        close = getattr(r, "close", None)
        if callable(close):
            close()  #: closed
    """,
    "callable, a method of its raw file": """
        r = requests.get(u, stream=True)  #: never
        close = r.raw.close
        if callable(close):
            close()  #: closed
    """,
    "callable, a function here": """
        def g():
            pass
        r = requests.get(u, stream=True)  #: never
        if callable(g):
            r.close()  #: closed
    """,
    "callable, None": """
        r = requests.get(u, stream=True)  #: never
        if callable(None):
            return
        r.close()  #: closed
    """,
    "callable, something unknown": """
        r = requests.get(u, stream=True)  #: sometimes
        if callable(u):
            r.close()  #: closed
        #: LOST: ends
    """,
    "without arguments": """
        r = requests.get(u, stream=True)  #: sometimes
        if callable():
            r.close()  #: closed
        #: LOST: ends
    """,
    "with too many arguments": """
        r = requests.get(u, stream=True)  #: sometimes
        if isinstance(r, requests.Response, u):
            r.close()  #: closed
        #: LOST: ends
    """,
}


@pytest.mark.parametrize("body", QUESTIONS.values(), ids=QUESTIONS)
def test_questions(body: str) -> None:
    """What they answer."""
    check(inside(body))
