"""Fixes: from a finding to an edit that mends it, offered only when a new analysis agrees."""

from __future__ import annotations

from flake8_httpleak.fixes.engine import fixes_for

__all__ = ["fixes_for"]
