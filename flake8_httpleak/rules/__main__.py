"""`python -m flake8_httpleak.rules`: the rules as the Markdown table of the README."""

from __future__ import annotations

import sys

from flake8_httpleak.rules.registry import registry


def table() -> str:
    """All rules, a row each."""
    rows = [f"| {rule.code} | {rule.name} | {'✓' if rule.default else 'opt-in'} | {rule.summary} |" for rule in registry()]
    return "\n".join(["| code | name | on | what |", "|---|---|---|---|", *rows])


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n")
