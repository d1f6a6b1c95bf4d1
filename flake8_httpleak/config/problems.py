"""One line about a setting that cannot be used."""

from __future__ import annotations


class ConfigError(ValueError):
    """A setting that cannot be used. The text is one line: where it stands, the key, what is wrong, what to write instead."""
