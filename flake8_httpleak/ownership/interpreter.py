"""The interpreter with all its parts: importing this fills the tables of handlers."""

from __future__ import annotations

from flake8_httpleak.ownership import asking, exceptions, expressions, loops, matching, records, sequences, statements
from flake8_httpleak.ownership.machine import Machine

__all__ = ["Machine", "asking", "exceptions", "expressions", "loops", "matching", "records", "sequences", "statements"]
