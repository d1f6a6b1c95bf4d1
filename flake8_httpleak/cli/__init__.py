"""The command `httpleak`."""

from __future__ import annotations

from flake8_httpleak.cli.main import main

__all__ = ["main"]
