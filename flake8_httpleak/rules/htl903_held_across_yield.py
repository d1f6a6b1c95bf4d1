"""A resource that a generator holds while it waits at a `yield`.

## Problem

A generator has a response or a client open when it hands out a value. Its `with` or `finally` runs when the generator is run
to its end, closed or freed, and who uses it decides when that is.

## Why it matters

A caller that takes the first lines and keeps the generator keeps the socket: 30 of 30, with a `with` around it. An
asynchronous generator that is dropped half-way is closed by its event loop at some later time, or not at all if the loop has
ended.

## Bad

```python
import requests


def lines(url):
    with requests.get(url, stream=True, timeout=10) as response:  # HTL903
        yield from response.iter_lines()
```

## Good

```python
from contextlib import contextmanager

import requests


@contextmanager
def lines(url):
    with requests.get(url, stream=True, timeout=10) as response:
        yield response.iter_lines()
```

## When it is silent

- The generator is a context manager, a fixture, or a dependency that its framework closes.
- It has closed the resource before it hands anything out, or hands out the resource itself.

## Fix and its safety

There is no fix that a tool could write: a context manager changes how callers use it. Callers that keep the generator can
also close it, `with contextlib.closing(lines(url)) as found`, or `aclosing`.

## References

- <https://docs.python.org/3/library/contextlib.html#contextlib.aclosing>
- <https://peps.python.org/pep-0533/>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.wording import thing


def check(facts: Facts) -> Iterator[Finding]:
    """Find resources that stay open for as long as somebody keeps a generator that was not run to its end."""
    for verdict in (*facts.responses, *facts.clients):
        acquisition = verdict.acquisition
        held = facts.held_at_yields(acquisition)
        if held is not None:
            yield Finding(
                rule=RULE,
                at=Place(acquisition.node, acquisition.function),
                message=f"{thing(acquisition)} is held at the 'yield' of line {{0}}; see that the generator ends or is closed",
                level=Level.HINT,
                reclaim=verdict.reclaim,
                places=(Place(held, acquisition.function),),
                resource=id(acquisition.node),
                library=acquisition.kind.library,
            )


RULE = Rule(
    code="HTL903",
    name="held-across-yield",
    summary="a generator holds a resource while it waits at a `yield`",
    check=check,
    strength=92,
    default=False,
)
