"""Response objects that are kept hold their connections open.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level, Reclaim
from flake8_httpleak.ownership.machine import Handover
from flake8_httpleak.ownership.verdicts import Verdict
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.wording import thing

_KEEPERS = frozenset({"global", "class attribute", "field container", "module container", "container filled in a loop"})


def check(facts: Facts) -> Iterator[Finding]:
    """Find responses that were read and whose connections stay open because the response objects are kept."""
    for verdict in facts.verdicts:
        if verdict.kind.role != "pinned":
            continue
        kept = _kept(verdict)
        if kept is None:
            continue
        acquisition = verdict.acquisition
        places = (Place(kept.node, acquisition.function),) if kept.node is not None else ()
        where = " at line {0}" if places else ""
        yield Finding(
            rule=RULE,
            at=Place(acquisition.node, acquisition.function),
            message=f"{thing(acquisition)} is kept{where} and holds its connection open; keep its data, or use one session",
            level=Level.HINT,
            reclaim=Reclaim.COLLECTOR,
            places=places,
            resource=id(acquisition.node),
            library=acquisition.kind.library,
        )


def _kept(verdict: Verdict) -> Handover | None:
    return next((one for one in verdict.handovers if one.how in _KEEPERS), None)


RULE = Rule(
    code="HTL107",
    name="response-object-retained",
    summary="response objects that are kept hold their connections open",
    check=check,
    strength=50,
)
