"""A rule's page, for people: what SARIF carries as help and `httpleak explain` shows."""

from __future__ import annotations

import inspect
import re
import sys
from dataclasses import dataclass

from flake8_httpleak.rules.registry import registry, rule_named

_PROBLEM = re.compile(r"^## Problem\n+(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """One rule: what it is called, its first line, its whole text in Markdown, and the paragraph that says the problem."""

    code: str
    name: str
    title: str
    text: str
    problem: str
    default: bool


def page_of(code: str) -> Page | None:
    """The page of a code, from the docstring of its module; None if there is no such rule."""
    rule = rule_named(code)
    if rule is None:
        return None
    module = next(name for name in list(sys.modules) if name.startswith(f"flake8_httpleak.rules.{code.lower()}_"))
    text = inspect.cleandoc(sys.modules[module].__doc__ or rule.summary)
    title = text.partition("\n")[0].rstrip(".")
    found = _PROBLEM.search(text)
    problem = " ".join(found[1].split()) if found else f"{title}."
    return Page(rule.code, rule.name, title, text, problem, rule.default)


def all_pages() -> list[Page]:
    """The pages of all rules, in the order of their codes."""
    pages = (page_of(rule.code) for rule in registry())
    return [page for page in pages if page is not None]
