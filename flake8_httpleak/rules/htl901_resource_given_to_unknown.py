"""A resource is given to a call whose body is not in this file: does that release it?

## Problem

A response or client is given to a function whose body is not in the file, and nothing in the file releases it. Whether that
function does cannot be seen here.

## Why it matters

The other rules take it that an unknown function takes over what it gets: a false alarm costs more than a missed one. This
rule lists the places where that is assumed, for an audit of who owns what.

## Bad

```python
import requests

from exports import save


def export(url):
    response = requests.get(url, stream=True, timeout=10)  # HTL901
    save(response)
```

## Good

```python
import requests

from exports import save


def export(url):
    with requests.get(url, stream=True, timeout=10) as response:
        save(response)
```

## When it is silent

- The file releases it as well, on some path.
- The function is in the file: then its body tells, or a comment on its definition (`# httpleak: takes response`).
- It is known: functions such as `print`, `json.load` and `copyfileobj` are in the tables, and so are yours, if you write one
  (`httpleak-clients`).

## Fix and its safety

There is no fix that a tool could write. Release it here, or say in a table or a comment who does.

## References

- <https://docs.python.org/3/library/contextlib.html#contextlib.closing>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.values import Status
from flake8_httpleak.ownership.verdicts import Outcome, Verdict
from flake8_httpleak.ownership.walks import Handover
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.wording import thing


def check(facts: Facts) -> Iterator[Finding]:
    """Find resources that nobody in the file releases, because they are given away."""
    for verdict in (*facts.responses, *facts.clients):
        given = _given(verdict)
        if given is None or given.node is None or verdict.outcome is not Outcome.NEVER or verdict.is_released:
            continue
        acquisition = verdict.acquisition
        yield Finding(
            rule=RULE,
            at=Place(acquisition.node, acquisition.function),
            message=f"{thing(acquisition)} is {given.how} at line {{0}}, whose body is not here; does it close it?",
            level=Level.HINT,
            reclaim=verdict.reclaim,
            places=(Place(given.node, given.function),),
            resource=id(acquisition.node),
            library=acquisition.kind.library,
        )


def _given(verdict: Verdict) -> Handover | None:
    return next((one for one in verdict.handovers if one.how.startswith("given to") and one.status is Status.HELD), None)


RULE = Rule(
    code="HTL901",
    name="resource-given-to-unknown",
    summary="a resource is given to a call whose body is not in the file",
    check=check,
    strength=90,
    default=False,
)
