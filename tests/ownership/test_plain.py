"""Functions that send plain requests and keep nothing of the answers are spared, and nothing is missed by that."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest

import flake8_httpleak.analyze
from flake8_httpleak.analyze import analyze
from flake8_httpleak.clients.catalog import load_catalog
from flake8_httpleak.options import Options
from flake8_httpleak.ownership.analysis import Analyser
from flake8_httpleak.ownership.plain import Use, use_of

FIXTURES = Path(__file__).parents[2] / "fixtures"
FILES = sorted(FIXTURES.rglob("*.py"))
NAMES = {"requests": ["requests"], "httpx": ["httpx"], "get": ["requests.get"], "urlopen": ["urllib.request.urlopen"]}
CATALOG = load_catalog(frozenset({"requests", "httpx", "urllib.request"}))

PLAIN = {
    "looked at on the spot": "return requests.get(u).json()",
    "thrown away": "requests.post(u, json={'a': 1}, timeout=5)",
    "given a name": "r = requests.get(u)\nr.raise_for_status()\nreturn r.json(), r.headers['x'], r.status_code",
    "no answer": "r = None\ntry:\n    r = get(u)\nexcept requests.Timeout:\n    pass\nif r is not None:\n    log(r.text)",
    "a library that knows no streams there": "return httpx.get(u).text",
    "two of one name": "r = requests.get(u)\nif r.ok:\n    r = requests.get(r.json()['next'])\nreturn r.text",
    "a client of its own": "x = Session()\nreturn requests.get(u).ok",
    "nothing of a library": "return u",
    "a loop that waits first": "for x in u:\n    self._throttle()\n    try:\n        requests.get(x)\n    finally:\n        f()",
    "coroutines wait too": "while True:\n    await asyncio.sleep(1)\n    if u:\n        requests.get(u)",
    "a loop around one that waits": "for x in u:\n    for y in x:\n        sleep(1)\n        requests.get(y)",
    "only its exceptions": "try:\n    f(u)\nexcept requests.exceptions.Timeout:\n    pass",
}
REPEATED = {
    "a loop": "for x in u:\n    r = requests.get(x)\n    print(r.text)",
    "a loop that waits only after it": "while True:\n    requests.get(u)\n    sleep(1)",
    "a loop that waits only sometimes": "while True:\n    if u:\n        sleep(1)\n    requests.get(u)",
    "a loop in one that waits": "for x in u:\n    sleep(1)\n    for y in x:\n        requests.get(y)",
    "a loop that waits, in a comprehension": "for x in u:\n    sleep(1)\n    print([requests.get(y).text for y in x])",
    "the condition of a loop": "while requests.get(u).ok:\n    sleep(1)",
    "a comprehension": "return [requests.get(x).text for x in u]",
}
MORE = {
    "returned": "return requests.get(u)",
    "returned by name": "r = requests.get(u)\nreturn r",
    "handed on": "r = requests.get(u)\nkeep(r)",
    "handed on at once": "keep(requests.get(u))",
    "in a list": "self.all.append(requests.get(u))",
    "in a display": "r = requests.get(u)\nx = [r]",
    "in a field": "self.r = requests.get(u)",
    "under another name": "r = requests.get(u)\nx = r",
    "under two names": "r = x = requests.get(u)",
    "unpacked": "r, x = requests.get(u), 1",
    "chosen": "r = requests.get(u)\nreturn (r or x).text",
    "a walrus": "if (r := requests.get(u)).ok:\n    pass",
    "a block": "with requests.get(u) as r:\n    pass",
    "a global": "global r\nr = requests.get(u)",
    "a generator": "r = requests.get(u)\nyield r.text",
    "a function inside": "r = requests.get(u)\nreturn lambda: r.text",
    "a function inside that sends": "def g():\n    return requests.get(u).text\nreturn g",
    "streamed": "r = requests.get(u, stream=True)\nr.json()",
    "perhaps streamed": "r = requests.get(u, stream=u.s)\nr.json()",
    "who knows what": "r = requests.get(u, **k)\nr.json()",
    "who knows how many": "r = requests.get(*u)\nr.json()",
    "a session": "with requests.Session() as s:\n    return s.get(u).text",
    "the function as a value": "return f(requests.get)",
    "the module as a value": "return f(requests)",
    "another library": "return urlopen(u).read()",
    "the name is another thing here": "requests = f()\nrequests.get(u).text",
    "an annotation in a string": "x: 'requests.Session' = f()\nreturn x.get(u).text",
}


def use(body: str) -> Use:
    """What a function with this body does."""
    (function,) = ast.parse(f"async def f(self, u, k):\n{textwrap.indent(body, '    ')}\n").body
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    return use_of(function, NAMES, CATALOG)


@pytest.mark.parametrize("body", PLAIN.values(), ids=PLAIN)
def test_plain(body: str) -> None:
    """Nothing to look at."""
    assert use(body) is Use.PLAIN


@pytest.mark.parametrize("body", REPEATED.values(), ids=REPEATED)
def test_repeated(body: str) -> None:
    """Nothing to follow, but a connection each time."""
    assert use(body) is Use.REPEATED


@pytest.mark.parametrize("body", MORE.values(), ids=MORE)
def test_more(body: str) -> None:
    """Something may be kept, or must be closed, or nobody knows."""
    assert use(body) is Use.MORE


@pytest.mark.parametrize("head", ["def f(requests):", "def f(u=requests.get(1)):", "@requests.get(1)\ndef f():"])
def test_outside_the_body(head: str) -> None:
    """What stands in the head is no plain request of the function."""
    (function,) = ast.parse(f"{head}\n    requests.get(2).text\n").body
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    assert use_of(function, NAMES, CATALOG) is Use.MORE


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_nothing_is_missed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The findings are those that there are if nothing is spared."""
    try:
        source = path.read_text(encoding="utf-8")
        found = analyze(source, path.name, Options())
    except (UnicodeDecodeError, SyntaxError):
        pytest.skip("no Python")
    monkeypatch.setattr(flake8_httpleak.analyze, "Analyser", lambda program, roots, **_: Analyser(program, roots))
    assert analyze(source, path.name, Options()) == found


def test_opt_in_rules_see_everything() -> None:
    """A timeout that is missing is found in functions that are spared otherwise."""
    source = "import requests\n\n\ndef f(u):\n    return requests.get(u).json()\n"
    assert analyze(source, "a.py", Options()) == []
    assert [one.code for one in analyze(source, "a.py", Options(enable=("HTL601",)))] == ["HTL601"]
