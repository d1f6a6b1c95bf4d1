"""Every construct inside itself, as deep as Python's parser goes, around and beside a response; and files of very many lines."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator

import pytest

from flake8_httpleak.analyze import analyze
from flake8_httpleak.diagnostics import Diagnostic
from flake8_httpleak.options import Options

OPTIONS = Options(enable=("HTL6", "HTL9"))
LEAK = "import requests\n\n\ndef leak(u):\n    r = requests.get(u, stream=True, timeout=9)\n    return r.status_code\n"
LONGEST = 10.0
"""Seconds. Far more than any of these takes on a busy machine; what nests badly takes for ever."""
EXPRESSIONS = {
    "parentheses": ("(", ")"),
    "list": ("[", "]"),
    "tuple": ("(", ",)"),
    "set": ("{", "}"),
    "dictionary": ("{1: ", "}"),
    "argument": ("x(", ")"),
    "keyword": ("x(a=", ")"),
    "star": ("x(*", ")"),
    "two stars": ("x(**", ")"),
    "index": ("x[", "]"),
    "slice": ("x[1:", "]"),
    "not": ("not ", ""),
    "minus": ("-", ""),
    "lambda": ("lambda: ", ""),
    "default": ("lambda a=", ": 1"),
    "otherwise": ("1 if x else ", ""),
    "condition": ("(", " if x else 1)"),
    "yield": ("(yield ", ")"),
    "yield from": ("(yield from ", ")"),
    "walrus": ("(y := ", ")"),
    "iterated": ("[1 for a in ", "]"),
    "filtered": ("[1 for a in x if ", "]"),
    "element": ("[", " for a in x]"),
    "generator": ("(", " for a in x)"),
    "values": ("{1: ", " for a in x}"),
    "or": ("x or ", ""),
    "and": ("x and (", ")"),
    "sum": ("1 + ", ""),
    "nested sum": ("1 + (", ")"),
    "power": ("2 ** ", ""),
    "comparison": ("1 < ", ""),
    "unpacked": ("[*", "]"),
    "attribute": ("", ".a"),
    "method": ("", ".m()"),
    "called": ("", "()"),
    "indexed": ("", "[0]"),
    "of parentheses": ("(", ").a"),
    "text": ("f'{", "}'"),
}
STATEMENTS = {
    "if": ["if x:"],
    "else": ["if x:", " u()", "else:"],
    "while": ["while x:"],
    "for": ["for y in x:"],
    "async for": ["async for y in x:"],
    "with": ["with x:"],
    "with a response": ["with requests.get(u, stream=True) as r:"],
    "except": ["try:", " u()", "except OSError:"],
    "except*": ["try:", " u()", "except* OSError:"],
    "finally": ["try:", " u()", "finally:"],
    "match": ["match x:", " case 1:"],
    "def": ["def g(r):"],
    "async def": ["async def g(r):"],
    "class": ["class C:"],
}


def findings(text: str) -> list[Diagnostic] | None:
    """What is said of a text, in good time; None if it is too deep for Python."""
    began = time.process_time()
    try:
        return analyze(text, "a.py", OPTIONS)
    except SyntaxError:
        return None
    finally:
        assert time.process_time() - began < LONGEST


def nested(name: str, depth: int) -> Iterator[str]:
    """Lines of statements within each other, with a response below all of them that is read there."""
    indent = 1
    for _ in range(depth):
        for line in STATEMENTS[name]:
            yield " " * indent + line
        indent += 1 + (STATEMENTS[name][-1].startswith(" "))
    yield f"{' ' * indent}r.json()"


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_expressions(name: str) -> None:
    """Those of a few levels hide nothing; deeper ones cost at most what their function has to say."""
    before, after = EXPRESSIONS[name]
    for depth in (3, 90, 1400):
        text = f"{before * depth}r{after * depth}"
        head = f"{LEAK}\ndef f(u, x):\n    r = requests.get(u, stream=True)\n    "
        for line in (f"x = {text}", f"if x({text}):\n        r.json()"):
            found = findings(f"{head}{line}\n    return r.ok\n")
            assert found is None or "leak" in {one.scope for one in found}
            assert depth > 3 or found is not None or name == "text"


@pytest.mark.parametrize("name", STATEMENTS)
def test_statements(name: str) -> None:
    """As deep as Python lets statements be."""
    for depth in (3, 19, 95):
        text = "\n".join(["async def f(u, x):", " r = requests.get(u, stream=True)", *nested(name, depth), " return r.ok", ""])
        found = findings(f"{LEAK}\n{text}")
        assert depth > 19 or found is not None or name not in {"if", "else", "def", "class"}
        assert found is None or "leak" in {one.scope for one in found}


MANY = 5000
LONG = {
    "lines": "".join(f"x{number} = {number}\n" for number in range(50_000)),
    "lines of a table": "T = {\n" + "".join(f"    'a{number}': [1, {number}, 'requests'],\n" for number in range(3000)) + "}\n",
    "functions that call each other": "".join(
        f"def g{number}(r):\n    return g{(number * 7 + 1) % MANY}(r)\n" for number in range(MANY)
    )
    + "def f(u):\n    g0(requests.get(u, stream=True))\n",
    "functions in a row": "".join(f"def g{number}(u):\n    return g{number + 1}(u)\n" for number in range(MANY))
    + f"def g{MANY}(u):\n    return requests.get(u, stream=True)\ndef f(u):\n    g{MANY - 3}(u)\n",
    "imports": "".join(f"import requests as r{number}\n" for number in range(MANY)),
    "decorators": "@f\n" * MANY + "def f(u):\n    return requests.get(u, stream=True).ok\n",
    "comments": "# httpleak: takes x, noqa: HTL101\n" * 50_000,
    "remarks in a call": "x = requests.get(\n" + "    # why\n" * 50_000 + "    'u', stream=True).ok\n",
}


@pytest.mark.parametrize("name", LONG)
def test_long_files(name: str) -> None:
    """What people generate: the finding of the function before it is still there."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = findings(LEAK + LONG[name])
    assert found is not None
    assert found[0].scope == "leak"
