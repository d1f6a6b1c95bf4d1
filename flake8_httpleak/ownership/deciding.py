"""Parameters that a function compares with what is written out, `if mode == "stream"`: which text it is given decides."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.ownership.states import Fact, State
from flake8_httpleak.ownership.values import Const, Symbol, Test, Value

OTHER = "something else"
"""The mark of what is given to a parameter and is none of the texts that it is compared with."""


def compared_with(info: FunctionInfo) -> Mapping[str, frozenset[str]]:
    """Parameters of a function with the texts that it compares them with."""
    found: dict[str, set[str]] = {}
    names = "|".join(map(re.escape, sorted(info.all_parameter_names)))
    compares = rf"\b(?:{names})\s*(?:[!=]=|(?:not\s+)?in\b)|[!=]=\s*(?:{names})\b"
    text = info.unit.text
    if not names or (text.isascii() and re.search(compares, text) is None):  # quicker than to look at every node
        return {}
    for root in info.unit.nodes:
        for node in ast.walk(root):
            if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], _EQUAL):
                for name, text in _pairs(node.left, node.comparators[0]):
                    found.setdefault(name, set()).add(text)
    return {name: frozenset(texts) for name, texts in found.items() if name in info.all_parameter_names}


_EQUAL = ast.Eq | ast.NotEq | ast.In | ast.NotIn


def _pairs(left: ast.expr, right: ast.expr) -> Iterator[tuple[str, str]]:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, ast.Name):
            texts = other.elts if isinstance(other, ast.Tuple | ast.List | ast.Set) else (other,)
            yield from ((one.id, text.value) for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str))


def as_compared(name: str, text: Const, texts: frozenset[str]) -> Value:
    """A text that is given to a parameter, as far as the function that compares it can tell it from others."""
    return text if text.value in texts else Symbol(("given", name, OTHER))


def is_other(value: Value) -> bool:
    """Whether a parameter is given a text that is none of those that it is compared with."""
    return isinstance(value, Symbol) and isinstance(value.key, tuple) and value.key[2:] == (OTHER,)


def learn_others(env: Mapping[str, Value], compared: Mapping[str, frozenset[str]], state: State) -> None:
    """Note in the state at the beginning of a function what such parameters are not equal to."""
    for name in compared:
        if name in env and is_other(env[name]):
            for text in compared[name]:
                state.learn(Test("==", env[name], Const(text)), Fact.FALSY)
