"""The settings of a run, read once by a front end and never changed afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from flake8_httpleak.diagnostics import Reclaim


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for.

    enable: prefixes of opt-in codes to compute as well, such as `HTL6` or `HTL901`.
    clients: paths of the user's own client tables.
    reclaim: the mildest kind of loss that is reported.
    """

    enable: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    reclaim: Reclaim = Reclaim.REFERENCE
