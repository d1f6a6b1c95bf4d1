"""What a message says to do must work: a block, unless it would close the resource for whoever gets what the function returns."""

from __future__ import annotations

import textwrap

import pytest

from flake8_httpleak.analyze import analyze
from flake8_httpleak.options import Options

HEADER = (
    "import csv, functools, itertools, json\nimport anthropic, aiohttp, httpx, requests\n"
    "S = requests.Session()\nA = httpx.AsyncClient()\n"
)
YIELD = "yield the items inside 'with'"
CALLER = "let the caller make and close it"
CURES = {
    "a block": ("r = S.get(u, stream=True)\nreturn r.status_code", "use 'with'"),
    "an iterator": ("r = S.get(u, stream=True)\nreturn r.iter_lines()", YIELD),
    "an iterator at once": ("return S.get(u, stream=True).iter_lines()", YIELD),
    "mapped": ("r = S.get(u, stream=True)\nreturn map(json.loads, r.iter_lines())", YIELD),
    "sliced": ("r = S.get(u, stream=True)\nr.raise_for_status()\nreturn itertools.islice(r.iter_lines(), 5)", YIELD),
    "read as a table": (
        "r = S.get(u, stream=True)\nr.raise_for_status()\nlines = r.iter_lines()\nreturn csv.reader(lines)",
        YIELD,
    ),
    "of a closed client": ("c = httpx.Client()\nr = c.send(u, stream=True)\nr.read()\nreturn r.iter_lines()", YIELD),
    "each item asks": ("c = httpx.Client()\nreturn (c.get(one).text for one in u)", YIELD),
    "each item asks for a name": ("c = httpx.Client()\nfound = (c.get(one).text for one in u)\nreturn found", YIELD),
    "either": ("c = httpx.Client()\nreturn map(c.get, u) if u else map(c.head, u)", YIELD),
    "asked by a function": ("c = httpx.Client()\nreturn map(lambda one: c.get(one).text, u)", YIELD),
    "part": ("c = anthropic.Anthropic()\nb = c.messages.batches\nreturn (one.id for one in b.results(u))", YIELD),
    "inner": ("c = httpx.Client()\nreturn (one for url in u for one in c.get(url).json())", YIELD),
    "read before": ("c = httpx.Client()\nreturn (one for one in c.get(u).json())", "use 'with'"),
    "plain data": ("c = httpx.Client()\nheaders = c.headers\nc.get(u)\nreturn map(str, headers)", "use 'with'"),
    "data of a response": ("c = httpx.Client()\nr = c.get(u)\nreturn map(str, r.json())", "use 'with'"),
    "filtered data": ("c = httpx.Client()\nr = c.get(u)\nreturn [one for one in r.json()]", "use 'with'"),
    "of a function inside": ("def first():\n    return map(c.get, u)\nc = httpx.Client()\nc.get(u)", "use 'with'"),
    "partial": ("c = httpx.Client()\nreturn functools.partial(c.get, u)", CALLER),
    "partial of another": ("c = httpx.Client()\nc.get(u)\nreturn functools.partial(print, u)", "use 'with'"),
    "checked before": ("r = S.get(u, stream=True)\nr.raise_for_status()\nreturn r", "close it in 'except'"),
    "one way": ("r = S.get(u, stream=True)\nif r.status_code == 404:\n    return None\nreturn r", "close it before that"),
    "processed": ("r = S.get(u, stream=True)\nr.raise_for_status()\nprocess(r)", "use 'with'"),
}


@pytest.mark.parametrize(("body", "wanted"), CURES.values(), ids=CURES)
def test_cure(body: str, wanted: str) -> None:
    """The end of the first message."""
    source = f"{HEADER}def f(u):\n{textwrap.indent(body, '    ')}\n"
    found = analyze(source, "a.py", Options())
    assert found[0].message.rpartition("; ")[2] == wanted


def test_cure_of_a_coroutine() -> None:
    """Where there is no block, the items are yielded all the same."""
    source = f"{HEADER}async def f(u):\n    r = await A.send(u, stream=True)\n    return r.aiter_lines()\n"
    (found,) = analyze(source, "a.py", Options())
    assert found.message.endswith("(line 7); yield the items and await 'aclose()' in 'finally'")
