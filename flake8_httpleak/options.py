"""The settings of a run, read once by a front end and never changed afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flake8_httpleak.levels import Reclaim

_FAMILY = re.compile(r"HTL[1-79][0-9]{0,2}", re.ASCII)  # families go by hundreds; there is no HTL8xx


DEFAULT_TIMEOUT = 10.0
DEFAULT_POOL_SIZE = 100


class OptionError(ValueError):
    """A setting that cannot be used. The text is one line: the option, the value, what to write instead."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for.

    enable: prefixes of opt-in codes to compute as well, such as `HTL6` or `HTL901`.
    clients: paths of the user's own client tables.
    reclaim: the mildest kind of loss that is reported. frameworks: paths of the user's own framework tables.
    """

    enable: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    reclaim: Reclaim = Reclaim.REFERENCE
    frameworks: tuple[str, ...] = ()
    fix_timeout: float = DEFAULT_TIMEOUT
    """Seconds that a fix writes where a timeout is missing."""
    fix_pool_size: int = DEFAULT_POOL_SIZE
    """Connections that a fix writes where a pool has no bound; what `httpx` and `aiohttp` do unasked."""


def read_enable(values: Iterable[str], option: str = "enable") -> tuple[str, ...]:
    """Check the prefixes of codes that the user wants computed as well.

    option: what the option is called where the user wrote it. Raises OptionError for what begins no code of ours.
    """
    found = tuple(values)
    for value in found:
        if value != "HTL" and not _FAMILY.fullmatch(value):
            raise OptionError(f"{option}: no code begins with '{value}'; name a family (HTL6, HTL9) or a code (HTL601)")
    return found


def read_reclaim(value: str, option: str = "reclaim") -> Reclaim:
    """The mildest loss to report, by its name; raises OptionError for any other word."""
    try:
        return Reclaim(value)
    except ValueError:
        allowed = ", ".join(Reclaim)
        raise OptionError(f"{option}: '{value}' is not one of {allowed}") from None


def read_timeout(value: str, option: str = "fix-timeout") -> float:
    """Seconds that fixes write; raises OptionError for what is no number above 0."""
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise OptionError(f"{option}: '{value}' is no number of seconds above 0")
    return seconds


def read_pool_size(value: str, option: str = "fix-pool-size") -> int:
    """Connections that fixes write; raises OptionError for what is no whole number above 0."""
    if not value.isdecimal() or int(value) == 0:
        raise OptionError(f"{option}: '{value}' is no whole number above 0")
    return int(value)


def selected_families(values: Iterable[str]) -> tuple[str, ...]:
    """Those of flake8's `select` entries that name a family or a code of ours, and so ask for it (`HTL` alone does not)."""
    return tuple(value for value in values if _FAMILY.fullmatch(value))
