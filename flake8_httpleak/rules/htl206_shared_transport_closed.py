"""A client for one call that closes a transport which others share.

## Problem

A client owns the transport, connector or HTTP client that it is given, and closes it together with itself. This client lives
for one call, but what it was given belongs to the module or the object: the next call finds it closed.

## Why it matters

At best the pool is thrown away each time: a shared `httpx` transport opened 30 connections for 30 calls. At worst the second
call fails: a shared connector of `aiohttp` raises `RuntimeError`, and a client that was given to `openai` with
`http_client=` is closed for everybody else.

## Bad

```python
import httpx
from openai import OpenAI

HTTP = httpx.Client(proxy="http://proxy.example.net:3128")


def answer(question):
    with OpenAI(http_client=HTTP) as client:  # HTL206
        return client.responses.create(model="gpt-5", input=question).output_text
```

## Good

```python
import httpx
from openai import OpenAI

HTTP = httpx.Client(proxy="http://proxy.example.net:3128")
CLIENT = OpenAI(http_client=HTTP)


def answer(question):
    return CLIENT.responses.create(model="gpt-5", input=question).output_text
```

```python
import aiohttp


class Prices:
    def __init__(self):
        self.connector = aiohttp.TCPConnector(limit=20)

    async def of(self, url):
        async with aiohttp.ClientSession(connector=self.connector, connector_owner=False) as session:
            async with session.get(url) as response:
                return await response.json()

    async def close(self):
        await self.connector.close()
```

## When it is silent

- The client is not closed in the function that makes it, or is made at module level.
- The transport was made in the same function, or came as a parameter: it may be meant to be closed.
- The constructor says that it does not own it: `connector_owner=False`.

## Fix and its safety

For `aiohttp`, set `connector_owner=False`. Unsafe: the session closed the connector, and perhaps nobody else does. For the
others there is none: share the client itself, or don't close it.

## References

- <https://docs.aiohttp.org/en/stable/client_reference.html#aiohttp.ClientSession>
- <https://www.python-httpx.org/advanced/transports/>
- <https://github.com/openai/openai-python#configuring-the-http-client>
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.arguments import holds
from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.ownership.members import path_of
from flake8_httpleak.ownership.values import NOBODY, Instance
from flake8_httpleak.rules.base import Finding, Place, Rule, written
from flake8_httpleak.rules.facts import Facts


def check(facts: Facts) -> Iterator[Finding]:
    """Find clients that are closed in the function that makes them, with a transport that lives on."""
    for verdict in facts.verdicts:
        acquisition = verdict.acquisition
        parameter = _shared_parameter(acquisition)
        if parameter and verdict.is_released and acquisition.function.name != "<module>":
            yield Finding(
                rule=RULE,
                at=Place(acquisition.node, acquisition.function),
                message=f"closing '{written(acquisition.callee)}' closes its shared '{parameter}'; {_cure(acquisition)}",
                level=Level.SURE,
                reclaim=acquisition.kind.reclaim,
                resource=id(acquisition.node),
                library=acquisition.kind.library,
            )


def _cure(acquisition: Acquisition) -> str:
    kind = acquisition.kind
    if kind.takes_unless:
        name, value = next(iter(kind.takes_unless.items()))
        return f"pass '{name}={value}'"
    return "share the client, or don't close it"


def _shared_parameter(acquisition: Acquisition) -> str:
    """The parameter by which something of the module or of the object is taken over."""
    kind, arguments = acquisition.kind, acquisition.arguments
    if arguments is None or not kind.takes:
        return ""
    if kind.takes_unless and all(holds(arguments.get(name, kind.parameters), value) for name, value in kind.takes_unless.items()):
        return ""
    for arg in acquisition.args:
        if arg.keyword is not None and arg.keyword.value in kind.takes and _is_shared(acquisition, arg.value):
            value = arguments.get(arg.keyword.value, kind.parameters)
            if isinstance(value, Instance) and value.site == NOBODY and value.kind.role != "inert":
                return arg.keyword.value
    return ""


def _is_shared(acquisition: Acquisition, node: cst.BaseExpression) -> bool:
    """A name of the module, or a field: something that this function did not make and does not get."""
    path = path_of(node)
    if path is None:
        return False
    name, *attributes = path
    return bool(attributes) or name not in acquisition.function.locals


RULE = Rule(
    code="HTL206",
    name="shared-transport-closed",
    summary="closing a client for one call closes the transport that others share",
    check=check,
    strength=15,
)
