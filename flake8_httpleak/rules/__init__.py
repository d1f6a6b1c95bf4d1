"""The rules, one file each: what is wrong, why it matters, when it is silent. `registry()` finds them."""

from __future__ import annotations

from flake8_httpleak.rules.registry import registry

__all__ = ["registry"]
