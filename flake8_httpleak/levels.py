"""How sure a finding is, and how bad. Settings speak of it in every run of flake8, so this must import nothing dear."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """How sure a finding is: on every normal path, on some, only when something raises, or advice."""

    SURE = "sure"
    PATH = "path"
    EXC = "exc"
    HINT = "hint"


class Reclaim(StrEnum):
    """What frees a lost resource: nothing, the cycle collector, or the last reference going away."""

    NEVER = "never"
    COLLECTOR = "collector"
    REFERENCE = "reference"
