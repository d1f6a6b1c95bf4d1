"""`__del__` cannot await: a client that only a coroutine closes is not closed there.

## Problem

`__del__` is to close a client that only a coroutine can close. It is called by the interpreter, which does not await.

## Why it matters

Where the object dies decides whether it works. `create_task` needs a running loop, and there is none once `asyncio.run` has
returned: 6 of 6 sockets stayed open. `asyncio.run` in `__del__` raises where a loop does run, which is where the client was
used: 6 of 6. Exceptions in `__del__` are printed and go no further, so nobody hears of it.

## Bad

```python
import httpx


class Api:
    def __init__(self):
        self.client = httpx.AsyncClient()

    async def get(self, path):
        return (await self.client.get(path)).json()

    def __del__(self):
        self.client.aclose()  # HTL703
```

## Good

```python
import httpx


class Api:
    def __init__(self):
        self.client = httpx.AsyncClient()

    async def get(self, path):
        return (await self.client.get(path)).json()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        await self.client.aclose()
```

## When it is silent

- `__del__` closes something that a plain function closes, such as the connector of an `aiohttp` session.
- The class has an async way to close the same already: `__del__` does what it can for those who forgot that.
- `__del__` only warns that the object was not closed.
- The type of the field is not known in the file.

## Fix and its safety

There is no fix that a tool could write. Give the class an asynchronous `close` method, or `__aenter__` and `__aexit__`, and
use it in `async with`; `__del__` may warn that nobody did.

## References

- <https://docs.python.org/3/reference/datamodel.html#object.__del__>
- <https://docs.aiohttp.org/en/stable/client_advanced.html#graceful-shutdown>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.ownership.kinds import kind_of
from flake8_httpleak.ownership.methods import CLOSERS
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.closing import finding
from flake8_httpleak.rules.facts import Facts


def check(facts: Facts) -> Iterator[Finding]:
    """Find calls of closing coroutine functions in `__del__`, whatever is done with the coroutine."""
    for call in facts.calls:
        kind = kind_of(call.owner) if call.owner is not None else None
        if kind is None or call.function.name != "__del__" or call.path not in kind.release_async:
            continue
        if not _closes_by_coroutine(call.function, written(call.node.func)):
            yield finding(
                RULE, facts, call, f"'{written(call.node.func)}()' cannot be awaited in '__del__'; offer an async 'close' method"
            )


def _closes_by_coroutine(method: FunctionInfo, closing: str) -> bool:
    """Whether the class offers an async way to close the same already: what `__del__` does is for those who forgot it.

    closing: what `__del__` calls, such as `self._session.close`.
    """
    family = method.owner.line_of_descent if method.owner is not None else ()
    closers = [one for info in family for name, one in info.functions.items() if name in CLOSERS and one.is_async]
    _, field, word = closing.rsplit(".", 2) if closing.count(".") > 1 else ("", "", "")
    if any(field in info.functions for info in family):  # a property, and the method that closes may know what stands behind it
        return any(word in one.unit.attributes for one in closers)
    return any(closing in one.unit.mentions.chains for one in closers)


RULE = Rule(
    code="HTL703",
    name="async-close-in-del",
    summary="`__del__` cannot await the closing of a client",
    check=check,
    strength=1,
)
