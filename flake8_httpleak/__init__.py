"""Find HTTP responses, sessions and pools that Python code leaves open."""

from __future__ import annotations

__version__ = "0.1.0"
