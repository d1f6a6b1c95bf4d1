"""A function whose own timeout is None by default hands that on.

## Problem

A function has a parameter for the timeout of its request, and the parameter is None unless the caller says otherwise. None
means no timeout.

## Why it matters

The function looks as if it took care of timeouts, and every caller that says nothing waits for as long as the server likes.
A library may have reasons for it; a service rarely does.

## Bad

```python
import requests


def fetch(url, timeout=None):
    return requests.get(url, timeout=timeout).json()  # HTL905
```

## Good

```python
import requests


def fetch(url, timeout=10):
    return requests.get(url, timeout=timeout).json()
```

## When it is silent

- The parameter has another default, or none, or the function puts something else in its place.
- None means the library's default there, as it does for `aiohttp.ClientSession`, or a deadline is around the call.
- The timeout is passed on by position, or in a dictionary.

## Fix and its safety

There is no fix that a tool could write: a new default changes what callers get. Give the parameter seconds.

## References

- <https://requests.readthedocs.io/en/latest/user/advanced/#timeouts>
- <https://www.python-httpx.org/advanced/timeouts/>
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.events import MethodCall
from flake8_httpleak.rules.base import Finding, Place, Rule, written
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.invariance import assigned_names
from flake8_httpleak.rules.timeouts import timeout_of


def check(facts: Facts) -> Iterator[Finding]:
    """Find requests whose timeout is a parameter that is None unless the caller says otherwise."""
    for call in facts.calls:
        spec, library = timeout_of(facts, call)
        name = _parameter(call, spec.parameter) if spec is not None and spec.off_if_none and not call.deadline else ""
        if name:
            yield Finding(
                rule=RULE,
                at=Place(call.node, call.function),
                message=f"'{written(call.node.func)}' waits for ever unless callers of '{call.function.name}' pass '{name}'; "
                "default to seconds",
                level=Level.HINT,
                library=library,
            )


def _parameter(call: MethodCall, keyword: str) -> str:
    """The parameter that is passed on as timeout and is None by default; empty if it is none of these."""
    for arg in call.node.args:
        if arg.keyword is not None and arg.keyword.value == keyword and isinstance(arg.value, cst.Name):
            name = arg.value.value
            return name if name in _none_by_default(call) and not _is_replaced(call, name) else ""
    return ""


def _none_by_default(call: MethodCall) -> set[str]:
    found = call.function.parameters
    every = (*found.posonly_params, *found.params, *found.kwonly_params) if found is not None else ()
    return {one.name.value for one in every if isinstance(one.default, cst.Name) and one.default.value == "None"}


def _is_replaced(call: MethodCall, name: str) -> bool:
    """Whether the function puts something else in a parameter's place."""
    return call.function.node is not None and name in assigned_names(call.function.node.body)


RULE = Rule(
    code="HTL905",
    name="timeout-defaults-to-none",
    summary="a function's own timeout is None by default and is handed on",
    check=check,
    default=False,
)
