"""A function whose own timeout is None by default hands that on.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.events import MethodCall
from flake8_httpleak.rules.base import Finding, Place, Rule, written
from flake8_httpleak.rules.facts import Facts


def check(facts: Facts) -> Iterator[Finding]:
    """Find requests whose timeout is a parameter that is None unless the caller says otherwise."""
    for call in facts.calls:
        name = _parameter(call)
        if name:
            yield Finding(
                rule=RULE,
                at=Place(call.node, call.function),
                message=f"'{written(call.node.func)}' has no timeout unless the caller of '{call.function.name}' gives '{name}'",
                level=Level.HINT,
                library=call.path.partition(".")[0],
            )


def _parameter(call: MethodCall) -> str:
    """The parameter that is passed on as timeout and is None by default; empty if it is none of these."""
    for arg in call.node.args:
        if arg.keyword is not None and arg.keyword.value == "timeout" and isinstance(arg.value, cst.Name):
            return arg.value.value if arg.value.value in _none_by_default(call) else ""
    return ""


def _none_by_default(call: MethodCall) -> set[str]:
    found = call.function.parameters
    every = (*found.posonly_params, *found.params, *found.kwonly_params) if found is not None else ()
    return {one.name.value for one in every if isinstance(one.default, cst.Name) and one.default.value == "None"}


RULE = Rule(
    code="HTL905",
    name="timeout-defaults-to-none",
    summary="a function's own timeout is None by default and is handed on",
    check=check,
    default=False,
)
