"""Programs that nobody wrote: every statement and expression of Python, around HTTP clients."""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from collections.abc import Callable
from textwrap import indent

from hypothesis import strategies as st

MOST = 6
"""Statements in a block."""
HEADER = (
    "import asyncio, contextlib, http.client, urllib.request, urllib.error\n"
    "from contextlib import ExitStack, closing, suppress\n"
    "import aiohttp, boto3, httpx, requests, urllib3\n"
)
CLIENTS = ("requests", "httpx", "aiohttp", "urllib3", "boto3", "r", "s", "u")
DEPTH = 3
"""How deep statements nest; expressions nest half as deep."""
WORDS = {
    "name": ("r", "s", "u", "x", "f", "g", "h", "A", "self", "résumé"),
    "method": ("get", "close", "aclose", "read", "json", "raise_for_status", "stream", "send", "request", "append", "release"),
    "target": ("r", "s", "x", "self.s", "self.r", "x[u]", "(r, s)", "*r, s", "r.x"),
    "operator": ("+", "and", "or", "==", "is", "is not", "in", "not in", "<", "%"),
    "decorator": ("property", "contextlib.contextmanager", "f(x)", "staticmethod", "functools.cache"),
    "base": ("", "A", "requests.Session", "x.y"),
    "handled": ("", "OSError", "Exception as r", "(x, y)"),
    "leaf": ("r", "s", "u", "x", "None", "True", "(1)", "'text'", "self.s", "self.r", "b''"),
    "made": (
        "requests.get(u, stream=True)",
        "requests.get(u)",
        "requests.Session()",
        "httpx.Client()",
        "httpx.AsyncClient()",
        "httpx.stream('GET', u)",
        "urllib.request.urlopen(u)",
        "http.client.HTTPSConnection(u)",
        "aiohttp.ClientSession()",
        "aiohttp.TCPConnector(limit=0)",
        "urllib3.PoolManager()",
        "boto3.client('s3').get_object(Bucket=u, Key=x)['Body']",
        "s.get(u, stream=True)",
        "await s.get(u)",
        "self.s.get(u)",
    ),
}
EXPRESSIONS = (
    "{made}",
    "{leaf}",
    "{name}.{method}()",
    "{expression}.{method}({expression})",
    "{name}({expression}, x={expression})",
    "{name}(*{expression}, **{name})",
    "({expression} {operator} {expression})",
    "(not {expression})",
    "({expression} if {expression} else {expression})",
    "({name} := {expression})",
    "(await {expression})",
    "(yield {expression})",
    "(yield from {expression})",
    "(lambda {name}: {expression})",
    "{expression}[{expression}]",
    "[{expression} for {name} in {expression} if {expression}]",
    "({expression} for {name} in {expression})",
    "{{{expression}: {expression}}}",
    "{{'x': {expression}, **{expression}}}",
    "f'{{{name}}}'",
    "[{expression}, {expression}]",
    "({expression}, *{expression})",
)
SIMPLE = (
    "{target} = {expression}",
    "{name} = {made}",
    "{target} = {target} = {expression}",
    "{name}: {name} = {expression}",
    "{name} += {expression}",
    "{expression}",
    "{name}.{method}()",
    "return {expression}",
    "yield {expression}",
    "raise {expression}",
    "raise ValueError({name}) from {name}",
    "assert {expression}, {name}",
    "del {name}",
    "global {name}",
    "import requests as {name}",
    "{name} = {leaf}; {name}.{method}()",
    "break",
    "continue",
    "pass",
    "from httpx import *",
)
COMPOUND = (
    "if {expression}:\n{block}",
    "if {expression}:\n{block}\nelse:\n{block}",
    "if {expression}:\n{block}\nelif {expression}:\n{block}",
    "while {expression}:\n{block}",
    "while {expression}:\n{block}\nelse:\n{block}",
    "for {target} in {expression}:\n{block}",
    "for {name} in {expression}:\n{block}\nelse:\n{block}",
    "async for {target} in {expression}:\n{block}",
    "with {expression} as {target}:\n{block}",
    "with {expression}, {expression}:\n{block}",
    "async with {expression} as {name}:\n{block}",
    "try:\n{block}\nfinally:\n{block}",
    "try:\n{block}\nexcept {handled}:\n{block}",
    "try:\n{block}\nexcept OSError as u:\n{block}\nelse:\n{block}\nfinally:\n{block}",
    "try:\n{block}\nexcept* OSError as u:\n{block}",
    "match {expression}:\n    case {{'x': r}}:\n        {simple}\n    case A(x=s) | [s, *_]:\n        {simple}",
    "def {name}(u, {name}=None):\n{block}",
    "async def {name}(u, *x, s: requests.Session = None):\n{block}",
    "@{decorator}\ndef {name}(u):\n{block}",
    "class {name}({base}):\n{block}",
)
_HOLE = re.compile(r"\{(\w+)\}|\{\{|\}\}")
Draw = Callable[[st.SearchStrategy[str]], str]


@st.composite
def programs(draw: Draw) -> str:
    """Whole files."""
    return f"{HEADER}{_block(draw, DEPTH)}\n"


def _block(draw: Draw, depth: int) -> str:
    """A few statements, which nest at most that deep."""
    found: list[str] = []
    more = st.sampled_from(("more", "enough") if depth < DEPTH else ("more", "more", "more", "enough"))
    while len(found) < MOST and (not found or draw(more) == "more"):
        found.append(_filled(draw, (*SIMPLE, *COMPOUND) if depth else SIMPLE, depth))
    return "\n".join(found)


def _filled(draw: Draw, forms: tuple[str, ...], depth: int) -> str:
    """One of some forms, with something in each hole."""

    def fill(hole: re.Match[str]) -> str:
        kind = hole[1]
        if kind is None:
            return hole[0][0]
        if kind == "expression":
            return _filled(draw, EXPRESSIONS if depth > 1 else EXPRESSIONS[:2], depth - 2)
        if kind == "simple":
            return _filled(draw, SIMPLE, depth - 1)
        return indent(_block(draw, depth - 1), "    ") if kind == "block" else draw(st.sampled_from(WORDS[kind]))

    return _HOLE.sub(fill, draw(st.sampled_from(forms)))


def dressed(source: str, choices: list[int]) -> str:
    """A program about HTTP clients, made of one about nothing: its names become others, in turn those that are chosen."""
    fresh = iter(choices)
    renamed: dict[str, str] = {}
    words: list[tuple[int, str]] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            word = token.string
            if token.type == tokenize.NAME and not keyword.iskeyword(word) and not keyword.issoftkeyword(word):
                if word not in renamed:
                    renamed[word] = CLIENTS[next(fresh, 0) % len(CLIENTS)]
                word = renamed[word]
            words.append((token.type, word))
        return HEADER + tokenize.untokenize(words)
    except (tokenize.TokenError, SyntaxError, ValueError):
        return HEADER + source
