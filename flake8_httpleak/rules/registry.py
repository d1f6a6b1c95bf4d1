"""Finds the rules: every module of this package whose name begins with a code."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path

from flake8_httpleak.rules.base import Rule


@cache
def registry() -> tuple[Rule, ...]:
    """All rules, in the order of their codes."""
    names = sorted(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)]) if found.name.startswith("htl"))
    return tuple(import_module(f"flake8_httpleak.rules.{name}").RULE for name in names)


def rule_named(code: str) -> Rule | None:
    """The rule of a code, or None."""
    return next((rule for rule in registry() if rule.code == code), None)
