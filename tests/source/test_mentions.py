"""What code speaks of, and which code is therefore never looked at more closely."""

from __future__ import annotations

import ast
import textwrap

import pytest

from flake8_httpleak.clients.catalog import load_catalog
from flake8_httpleak.gate import client_roots
from flake8_httpleak.ownership.analysis import Analyser
from flake8_httpleak.ownership.program import Program
from flake8_httpleak.source.mentions import mentions_of


def test_chains() -> None:
    """Names with what follows them; where calls or items stand between, what follows is no part of it."""
    found = mentions_of([ast.parse("a.b.c(d)[e.f].g.h\n(1).i\nx\n")])
    assert found.chains == {"a.b.c", "d", "e.f", "x"}
    assert found.names == {"a", "d", "e", "x"}
    assert found.attributes == {"b", "c", "f", "g", "h", "i"}


def test_strings() -> None:
    """A string may be an annotation, a keyword if it stands in a dictionary, or too long for either."""
    text = f"x: 'Optional[requests.Session] | None'\nf(**{{'stream': y}})\n'{'z' * 300}'\n'two words'\n"
    found = mentions_of([ast.parse(text)])
    assert found.names == {"x", "f", "y", "Optional", "requests", "Session", "None"}
    assert found.keywords == {"stream"}
    assert found.chains >= {"requests", "Session"}


def test_the_rest() -> None:
    """Keywords, imports and `global`, however deep."""
    found = mentions_of([ast.parse("def f(a=b):\n    global g, h\n    import requests as r\n    return k(w=1, **v)\n")])
    assert found.keywords == {"w"}
    assert found.rebinds == ["g", "h"]
    assert [ast.unparse(one) for one in found.imports] == ["import requests as r"]
    assert found.names == {"b", "k", "v"}


IDLE = {
    "only exceptions": "import requests\ndef f(e):\n    return isinstance(e, requests.exceptions.HTTPError)\n",
    "an imported exception": "from requests.exceptions import HTTPError\ndef f(e):\n    return isinstance(e, HTTPError)\n",
    "the package above a client": "import urllib.request, urllib.parse\ndef f(u):\n    urllib.parse.quote(u)\n",
    "a response that is lent": "import requests\ndef f(r: requests.Response):\n    return r.text\n",
    "words of a dictionary": "import requests\nWORDS = {'get': 'requests', **{'a': 'Session'}}\nPLACES = {'requests.Session'}\n",
    "a class of its exceptions": "import requests\nclass E(requests.RequestException):\n    def f(self):\n        return 1\n",
}
BUSY = {
    "a call": "import requests\ndef f(u):\n    return requests.get(u)\n",
    "the module itself": "import requests\ndef f(g):\n    return g(requests)\n",
    "a class": "from requests import Session\ndef f(s: Session): ...\n",
    "an annotation that is a string": "import requests\ndef f(s: 'requests.Session'): ...\n",
    "a base": "import requests\nclass S(requests.Session):\n    def f(self):\n        return 1\n",
    "a base of a base": "import requests\nclass S(requests.Session):\n    x = 1\nclass T(S):\n    def f(self): ...\n",
    "something of a known class": "import httpx\ndef f(u):\n    return httpx.Client.get\n",
    "an annotation inside another": "from requests import Session\ndef f(s: 'dict[str, Session]'): ...\n",
    "a star": "from requests import *\ndef f(u):\n    return get(u)\n",
    "an import inside": "def f(u):\n    import requests\n    return requests\n",
}


def parsed(source: str) -> list[str]:
    """The units that LibCST was asked for."""
    tree = ast.parse(source)
    roots = client_roots(tree)
    assert roots
    program = Program(tree, source.splitlines(keepends=True), load_catalog(roots))
    Analyser(program, roots).survey_all()
    return [unit.text for unit in program.units.all if "tree" in vars(unit)]


@pytest.mark.parametrize("name", IDLE)
def test_idle(name: str) -> None:
    """Code that names nothing of a client that could be held is not even parsed."""
    assert parsed(IDLE[name]) == []


@pytest.mark.parametrize("name", BUSY)
def test_busy(name: str) -> None:
    """Code that does is."""
    assert any(textwrap.dedent(text.removeprefix("class _:\n")).startswith("def f") for text in parsed(BUSY[name]))
