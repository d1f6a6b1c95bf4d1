"""Responses that are lost to a pool whose callers wait: nothing gives the place back, and the finding says so."""

from __future__ import annotations

import pytest

from flake8_httpleak.analyze import analyze
from flake8_httpleak.diagnostics import Diagnostic, Reclaim
from flake8_httpleak.options import Options
from flake8_httpleak.rules.wording import LOSES, LOST_FOR_GOOD

ADAPTER = "from requests.adapters import HTTPAdapter\nS = requests.Session()\nS.mount('https://', HTTPAdapter({}))\n"
NEVER = "def f(u):\n    r = S.get(u, stream=True)\n    return r.status_code\n"
SOMETIMES = "def f(u):\n    r = S.get(u, stream=True)\n    if r.ok:\n        return r.content\n    return None\n"
ON_ERROR = "def f(u):\n    r = S.get(u, stream=True)\n    r.raise_for_status()\n    print(r.headers)\n    r.close()\n"
TRUTH = "def f(u):\n    r = S.get(u, stream=True)\n    if r:\n        r.close()\n"
BLOCKING = "pool_block=True"


def found(source: str, code: str) -> Diagnostic:
    """The one finding of a code."""
    reported = analyze(f"import requests, urllib3, httpx\n{source}", "a.py", Options())
    (one,) = [one for one in reported if one.code == code]
    return one


def is_for_good(one: Diagnostic) -> bool:
    """Whether a finding says that nothing frees what was lost, and where the pool is made."""
    said = [related.text for related in one.related]
    assert said in ([], [LOST_FOR_GOOD])
    assert (LOSES in one.message) <= bool(said)
    return bool(said)


@pytest.mark.parametrize(
    ("code", "use", "in_message"),
    [("HTL101", NEVER, True), ("HTL102", SOMETIMES, True), ("HTL103", ON_ERROR, True), ("HTL105", TRUTH, False)],
)
def test_an_adapter_that_blocks(code: str, use: str, *, in_message: bool) -> None:
    """Each rule about lost responses says it: beside the finding, and in the message where there is room."""
    one = found(ADAPTER.format(BLOCKING) + use, code)
    assert is_for_good(one)
    assert one.reclaim is Reclaim.NEVER
    assert (LOSES in one.message) is in_message
    assert one.related[0].span.start.line == 4
    other = found(ADAPTER.format("pool_maxsize=5") + use, code)
    assert not is_for_good(other)
    assert other.reclaim is Reclaim.REFERENCE


def test_the_message() -> None:
    """What is lost, to what, and what to do, in this order."""
    assert found(ADAPTER.format(BLOCKING) + NEVER, "HTL101").message == (
        "response of 'S.get' is never closed, and its pool loses a place; use 'with'"
    )


@pytest.mark.parametrize(
    "source",
    [
        "P = urllib3.PoolManager(block=True)\ndef f(u):\n    P.request('GET', u, preload_content=False)\n",
        "P = urllib3.HTTPSConnectionPool('h', block=True)\ndef f(u):\n    P.request('GET', u, preload_content=False)\n",
        "C = httpx.Client(limits=httpx.Limits(max_connections=10))\ndef f(q):\n    C.send(q, stream=True)\n",
        "class A(requests.adapters.HTTPAdapter):\n    def __init__(self):\n        super().__init__(pool_block=True)\n"
        "S = requests.Session()\nS.mount('https://', A())\n" + NEVER,
    ],
)
def test_other_pools(source: str) -> None:
    """Pools of urllib3, limits of httpx, adapters of one's own."""
    assert is_for_good(found(source, "HTL101"))


@pytest.mark.parametrize(
    "source",
    [
        ADAPTER.format("pool_block=False") + NEVER,
        ADAPTER.format("pool_block=BLOCK") + NEVER,
        ADAPTER.format(BLOCKING) + "T = requests.Session()\nT.mount('https://', HTTPAdapter())\n" + NEVER,
        ADAPTER.format(BLOCKING) + "def f(u):\n    requests.get(u, stream=True)\n",
        ADAPTER.format(BLOCKING) + "P = urllib3.PoolManager()\ndef f(u):\n    P.request('GET', u, preload_content=False)\n",
        "C = httpx.Client(limits=httpx.Limits(max_connections=N))\ndef f(q):\n    C.send(q, stream=True)\n",
        "C = httpx.Client()\ndef f(q):\n    C.send(q, stream=True)\n",
    ],
)
def test_pools_of_which_that_cannot_be_said(source: str) -> None:
    """One that does not block, one of another client or library, one of unknown size, a session of the call's own."""
    assert not is_for_good(found(source, "HTL101"))
