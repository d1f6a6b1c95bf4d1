"""What the user set, for front ends other than flake8: its configuration files, `[tool.httpleak]`, the command line."""

from __future__ import annotations

from flake8_httpleak.config.problems import ConfigError
from flake8_httpleak.config.selection import Selection
from flake8_httpleak.config.settings import Settings, load_settings

__all__ = ["ConfigError", "Selection", "Settings", "load_settings"]
