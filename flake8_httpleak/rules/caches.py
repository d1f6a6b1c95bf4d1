"""Functions whose results are kept, one for each combination of arguments."""

from __future__ import annotations

from flake8_httpleak.ownership.verdicts import Verdict


def keeps_by_key(verdict: Verdict) -> bool:
    """Whether what a call makes is the result of a function with `@lru_cache` or the like, and with arguments of its own."""
    function = verdict.acquisition.function
    keys = [name for name in function.all_parameter_names if name not in ("self", "cls")]
    return function.is_cached and bool(keys) and any(one.how == "returned" for one in verdict.handovers)
