"""The gate: every way to import a client opens it, nothing else does."""

from __future__ import annotations

import ast

import pytest

from flake8_httpleak.clients.catalog import known_roots
from flake8_httpleak.gate import ROOTS, client_roots, text_mentions

OPENS = {
    "import requests": {"requests"},
    "import requests as r": {"requests"},
    "import os, httpx": {"httpx"},
    "from requests import Session": {"requests"},
    "from requests.sessions import Session as S": {"requests"},
    "from requests import *": {"requests"},
    "import urllib.request": {"urllib.request"},
    "import urllib.request as r": {"urllib.request"},
    "from urllib import request": {"urllib.request"},
    "from urllib.request import urlopen": {"urllib.request"},
    "import urllib\nurllib.request.urlopen(u)": {"urllib.request"},
    "import urllib.parse\ndef f():\n    return urllib.request.urlopen(u)": {"urllib.request"},
    "import urllib as u\nu.request.urlopen(x)": {"urllib.request"},
    "from google.cloud import storage": {"google.cloud.storage"},
    "from google import cloud\ncloud.storage.Client()": {"google.cloud.storage"},
    "from google.cloud import *\nstorage.Client()": {"google.cloud.storage"},
    "import six\nsix.moves.urllib.request.urlopen(u)": {"six.moves.urllib"},
    "from six import moves\nmoves.urllib.request.urlopen(u)": {"six.moves.urllib"},
    "from six.moves import urllib": {"six.moves.urllib"},
    "def f():\n    import requests": {"requests"},
    "async def f():\n    import requests": {"requests"},
    "class A:\n    import requests": {"requests"},
    "try:\n    import httpx\nexcept ImportError:\n    import requests\nelse:\n    import aiohttp\nfinally:\n    import boto3": {
        "httpx",
        "requests",
        "aiohttp",
        "boto3",
    },
    "try:\n    pass\nexcept* ValueError:\n    import requests": {"requests"},
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import requests\nelse:\n    import httpx": {"requests", "httpx"},
    "for a in b:\n    import requests\nelse:\n    import httpx": {"requests", "httpx"},
    "async def f():\n    async for a in b:\n        import requests\n    async with c:\n        import httpx": {
        "requests",
        "httpx",
    },
    "while a:\n    with b:\n        import requests": {"requests"},
    "match a:\n    case 1:\n        import requests": {"requests"},
    "import importlib\ndef f():\n    return importlib.import_module('requests').get(u)": {"requests"},
    "from importlib import import_module\nf(import_module(name='urllib.request'))": {"urllib.request"},
    "r = __import__('requests')": {"requests"},
    "import pytest\nrequests = pytest.importorskip('requests')": {"requests"},
    "import aiohttp.test_utils": {"aiohttp", "aiohttp.test_utils"},
}
CLOSED = [
    "",
    "import os\nprint('requests')",
    "import requestsx",
    "import urllib.parse\nurllib.parse.quote(x)",
    "import urllib.parse\nself.request.urlopen(x)",
    "import urllib.parse as u\nu.request",
    "import urllib.parse\nf().request.urlopen(x)",
    "from http import HTTPStatus",
    "import http\nhttp.HTTPStatus.OK",
    "from . import requests",
    "from .requests import get",
    "from .. import httpx",
    "import importlib\nimportlib.import_module(name)\nimportlib.import_module()\nimportlib.import_module(1)",
    "import six\nsix.text_type()",
    "x: int\nreturn_value = f()(1)\ntable[1]()",
]


@pytest.mark.parametrize("source", OPENS)
def test_opens(source: str) -> None:
    """The roots that the imports reach come back, and the bytes gate agrees."""
    assert client_roots(ast.parse(source)) == OPENS[source]
    assert text_mentions(source.encode())


@pytest.mark.parametrize("source", CLOSED)
def test_stays_closed(source: str) -> None:
    """No client is imported."""
    assert client_roots(ast.parse(source)) == frozenset()


def test_extra_roots() -> None:
    """Roots of the user's own tables count as well."""
    extra = frozenset({"acme.http"})
    for source in ("from acme import http", "import acme.http", "import acme\nacme.http.get(u)"):
        assert client_roots(ast.parse(source), extra) == extra
        assert client_roots(ast.parse(source)) == frozenset()
        assert text_mentions(source.encode(), extra)
    assert not text_mentions(b"import acme.web", extra)


def test_text_without_clients() -> None:
    """Most files mention none."""
    assert not text_mentions(b"import os\nprint('hello')\n")


@pytest.mark.parametrize(
    "source",
    [
        "from http import \\\n    client",
        "import os, \\\r\n    requests",
        "from \\\nhttp import client",
        "import os;import requests",
        "if x: import requests",
        "from google.cloud import (\n    storage,\n)",
        "from six.moves import (\n    http_client,\n)",
        "import\trequests_cache",
        "import os\rimport requests",
    ],
)
def test_text_with_clients(source: str) -> None:
    """However the import is laid out."""
    assert client_roots(ast.parse(source))
    assert text_mentions(source.encode())


@pytest.mark.parametrize(
    "source",
    [
        "import os\nrequests = {}\n",
        "from http import HTTPStatus\n",
        "# Sends http requests through a client.\nimport os\n",
        "from app import client\nx = 'http'\n",
    ],
)
def test_text_that_only_speaks_of_clients(source: str) -> None:
    """A word alone is no reason to parse a file."""
    assert not client_roots(ast.parse(source))
    assert not text_mentions(source.encode())


def test_deep_nesting() -> None:
    """No nesting that Python can parse is too deep, and no chain too long."""
    deep = "".join(" " * depth + "if a:\n" for depth in range(95)) + " " * 95 + "import requests"
    assert client_roots(ast.parse(deep)) == {"requests"}
    chained = "import urllib\n" + "\n".join(["if a:\n pass", *("elif a:\n pass" for _ in range(900)), "else:\n import requests"])
    assert client_roots(ast.parse(chained)) == {"requests"}


def test_roots_are_those_of_the_tables() -> None:
    """The gate says again what the tables say, because it reads none."""
    tables = known_roots()
    assert tables - ROOTS == frozenset(), "add these to ROOTS in flake8_httpleak/gate.py"
    assert ROOTS - tables == frozenset(), "no table has these roots: remove them from ROOTS in flake8_httpleak/gate.py"
