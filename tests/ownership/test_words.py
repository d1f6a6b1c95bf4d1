"""Words that decide alone: decorators that keep results, methods that keep arguments, names of exceptions."""

from __future__ import annotations

import pytest

from flake8_httpleak.ownership.following import Follower
from tests.marks import reports
from tests.ownership.view import check, inside, outcomes, survey, verdicts

CACHES = [
    "functools.lru_cache",
    "functools.cache",
    "functools.cached_property",
    "cachetools.cached",
    "async_lru.alru_cache",
    "pyramid.reify",
    "x.cachedproperty",
    "x.cached_method",
    "x.memoize",
    "x.memoized",
    "x.once",
    "x.run_once",
    "x.singleton",
    "st.cache_resource",
    "st.cache_data",
]


@pytest.mark.parametrize("decorator", CACHES)
def test_results_that_are_kept(decorator: str) -> None:
    """The same session comes back each time, so that no caller has to close it."""
    program = "@{}\ndef make(u):\n    return requests.Session()\ndef run(u):\n    s = make(u)\n    return s.headers\n"
    assert outcomes(program.format(decorator)) == ["never"]
    assert outcomes(program.format("x.traced")) == ["never", "always"]


PLAIN = [
    "ValueError",
    "KeyError",
    "TypeError",
    "AttributeError",
    "IndexError",
    "LookupError",
    "AssertionError",
    "NameError",
    "StopIteration",
    "StopAsyncIteration",
    "UnicodeError",
    "UnicodeDecodeError",
    "ImportError",
    "ModuleNotFoundError",
    "ZeroDivisionError",
    "NotImplementedError",
    "json.JSONDecodeError",
    "json.decoder.JSONDecodeError",
    "FileNotFoundError",
    "PermissionError",
    "FileExistsError",
    "IsADirectoryError",
]
WIDER = [
    "OSError",
    "IOError",
    "EnvironmentError",
    "ConnectionError",
    "TimeoutError",
    "socket.error",
    "socket.timeout",
    "Exception",
    "BaseException",
]
HANDLED = """
def run(u, s: requests.Session):
    r = requests.get(u, stream=True)
    try:
        s.get(u)
    except {}:
        pass
    r.close()
"""


@pytest.mark.parametrize("name", PLAIN)
def test_handlers_that_do_not_take_it(name: str) -> None:
    """A request that fails raises none of these."""
    assert outcomes(f"import json, socket\n{HANDLED.format(name)}") == ["on error"]


@pytest.mark.parametrize("name", WIDER)
def test_handlers_that_take_it(name: str) -> None:
    """A request that fails may raise these, or what is derived from them."""
    assert outcomes(f"import json, socket\n{HANDLED.format(name)}") == ["never"]


@pytest.mark.parametrize("name", ["HTTPError", "HTTPStatusError", "RequestException", "ClientResponseError", "ClientError"])
def test_handlers_of_a_status(name: str) -> None:
    """`raise_for_status` raises these, by whatever way they were imported."""
    check(
        inside(f"""
            r = requests.get(u, stream=True)  #: never
            try:
                r.raise_for_status()
            except errors.{name}:
                pass
            r.close()  #: closed
        """)
    )


@pytest.mark.parametrize("name", ["append", "appendleft", "add", "put", "put_nowait", "insert", "extend", "setdefault"])
def test_methods_that_keep(name: str) -> None:
    """Something that is not known keeps it, in a container."""
    check(
        inside(f"""
            r = requests.get(u, stream=True)  #: never
            u.{name}(r)  #: container
        """)
    )


REGISTERING = [
    "enter_context",
    "enter_async_context",
    "push",
    "push_async_exit",
    "callback",
    "addCleanup",
    "addAsyncCleanup",
    "addfinalizer",
    "enterContext",
]


@pytest.mark.parametrize("name", REGISTERING)
def test_methods_that_see_to_it(name: str) -> None:
    """Something that is not known releases it later."""
    check(
        inside(f"""
            r = requests.get(u, stream=True)  #: never
            u.{name}(r)  #: registered
        """)
    )


@pytest.mark.parametrize("name", ["append", "appendleft", "add", "put", "put_nowait", "push"])
def test_what_was_added_comes_out(name: str) -> None:
    """A container of the function gives back what it was given."""
    check(
        inside(f"""
            x = []
            x.{name}(requests.get(u, stream=True))  #: never
            x[0].close()  #: closed
        """)
    )


@pytest.mark.parametrize("name", ["pop", "popleft", "get", "get_nowait"])
def test_methods_that_take_out(name: str) -> None:
    """What is taken out of a container of the function is closed like what was put in."""
    check(
        inside(f"""
            x = [requests.get(u, stream=True)]  #: never
            x.{name}().close()  #: closed
        """)
    )


@pytest.mark.parametrize("name", ["close", "release", "release_conn", "drain_conn", "detach"])
def test_methods_of_the_raw_response_that_release(name: str) -> None:
    """What is released below is released above."""
    check(
        inside(f"""
            r = requests.get(u, stream=True)  #: never
            r.raw.{name}()  #: closed
        """)
    )


@pytest.mark.parametrize("name", ["read", "readall", "readlines"])
def test_methods_of_the_raw_response_that_read(name: str) -> None:
    """What is read to its end is released."""
    check(
        inside(f"""
            r = requests.get(u, stream=True)  #: never
            r.raw.{name}()  #: read
        """)
    )


ITERATORS = [
    "stream",
    "iter_content",
    "iter_lines",
    "iter_bytes",
    "iter_text",
    "iter_raw",
    "aiter_bytes",
    "aiter_text",
    "aiter_lines",
    "aiter_raw",
]


@pytest.mark.parametrize("name", ITERATORS)
def test_iterators_of_the_raw_response(name: str) -> None:
    """What is gone through to its end is released; what is only asked for is not read."""
    check(
        inside(f"""
            r = requests.get(u, stream=True)  #: never
            for x in r.raw.{name}():  #: read
                print(x)
        """)
    )
    check(
        inside(f"""
            r = requests.get(u, stream=True)  #: always
            x = r.raw.{name}()
            #: LOST: ends
        """)
    )


@pytest.mark.parametrize(
    "decorator", ["dataclasses.dataclass", "attrs.define", "attrs.frozen", "attr.attrs", "attr.s", "attr.s()"]
)
def test_records(decorator: str) -> None:
    """The fields of a record are its arguments in order, in a function as well."""
    check(
        f"""
        import attr, attrs, dataclasses
        @{decorator}
        class Pair:
            number: int
            body: object

        def run(u):
            pair = Pair(1, requests.get(u, stream=True))  #: never
            pair.body.close()  #: closed
        """
    )


def test_helpers_that_are_called_in_many_ways() -> None:
    """After some combinations of arguments they no longer count, but the result still does."""
    calls = [f"    r = make(u, {one}, {other}, {third})\n    r.close()\n" for one in FLAGS for other in FLAGS for third in FLAGS]
    program = f"def make(u, a, b, c):\n    return requests.get(u, stream=True)\ndef run(u):\n{''.join(calls)}"
    assert outcomes(program) == ["never"] * (len(calls) + 1)


FLAGS = ("None", "True", "False")


@pytest.mark.parametrize(
    ("statement", "reclaim"),
    [("last = error", "collector"), ("print(error)", "reference"), ("o.last = error", "reference"), ("last = u", "reference")],
)
def test_exceptions_that_are_kept(statement: str, reclaim: str) -> None:
    """A handler that gives its exception another name makes a cycle of it and the function's names."""
    program = """
        def run(u, o):
            r = requests.get(u, stream=True)
            try:
                print(u)
            except ValueError as error:
                {}
    """
    assert [str(one.reclaim) for one in verdicts(program.format(statement))] == [reclaim]


CLOSERS = [
    "close",
    "aclose",
    "stop",
    "shutdown",
    "disconnect",
    "dispose",
    "cleanup",
    "teardown",
    "tearDown",
    "__exit__",
    "__aexit__",
]
HELPED = """
import requests
class A:
    def __init__(self):
        self.session = requests.Session()
    def {}(self):
        end(self.session)
"""


@pytest.mark.parametrize("name", CLOSERS)
def test_methods_that_clean_up_with_help(name: str) -> None:
    """What such a method gives away is closed by whoever gets it; what another one gives away is lent."""
    assert [one.code for one in reports(HELPED.format(name), "helped.py")] == []
    assert [one.code for one in reports(HELPED.format("load"), "helped.py")] == ["HTL204"]


WRAPPERS = ["Annotated[httpx.Client, 1]", "Final[httpx.Client]", "ClassVar[httpx.Client]", "Required[httpx.Client]"]
WRAPPERS += ["NotRequired[httpx.Client]", "ReadOnly[httpx.Client]", "InitVar[httpx.Client]", "Optional[httpx.Client]"]
WRAPPERS += ["Union[httpx.Client, None]", "Union[None, httpx.Client]", "httpx.Client | None", "None | httpx.Client"]


@pytest.mark.parametrize("annotation", [*WRAPPERS, *(f'"{one}"' for one in WRAPPERS)])
def test_annotations(annotation: str) -> None:
    """They promise what stands inside."""
    program = f"from typing import *\ndef run(u, s: {annotation}):\n    r = s.send(u, stream=True)\n    print(u)\n"
    assert outcomes(program) == ["always"]


@pytest.mark.parametrize(
    "annotation",
    ["List[httpx.Client]", "Callable[[], httpx.Client]", "None", '"a b"', '"Annotated[httpx.Client, [[[[((((1))))]]]]]"'],
)
def test_annotations_that_say_nothing(annotation: str) -> None:
    """Of something else, no Python, or too deep."""
    program = f"from typing import *\ndef run(u, s: {annotation}):\n    r = s.send(u, stream=True)\n    print(u)\n"
    assert outcomes(program) == []


LATE = {
    "r.close()\n    print(r.headers)": 0,
    "r.close()\n    r.iter_lines()": 0,
    "r.close()\n    r.raw.read()": 1,
    "r.close()\n    r.json()": 1,
    "r.close()\n    work(r)": 1,
    "r.close()\n    return r": 1,
    "r.json()\n    r.json()": 0,
    "with r:\n        pass\n    for x in r.iter_lines():\n        print(x)": 1,
    "r.close()\n    for x in u:\n        work(r)": 1,
    "r.close()\n    work(r)\n    work(r)": 2,
    "r.close()": 0,
}


@pytest.mark.parametrize("body", LATE)
def test_uses_of_what_is_closed(body: str) -> None:
    """Each place counts once."""
    analyser = survey(f"def run(u):\n    r = requests.get(u, stream=True)\n    {body}\n")
    (acquisition,) = [one for one in analyser.analysis.acquisitions if one.kind.role != "inert"]
    fate = Follower(analyser).follow(acquisition)
    assert fate is not None
    assert len(fate.run.late) == LATE[body]
