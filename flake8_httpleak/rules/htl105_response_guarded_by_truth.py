"""Closed only if it is true, and a response is false for 4xx and 5xx.

## Problem

`if response: response.close()` looks like a guard against None. But the truth value of a `requests` response is its `ok`:
false for status 400 and above. The response of every failed request is left open.

## Why it matters

The guard works for the requests that went well and skips those that did not. As long as something keeps the response, a log
record or a traceback for instance, its socket stays open: 30 kept ones held 30. On a shared session its connection is
never used again.

## Bad

```python
import requests


def content_type(url):
    response = None
    try:
        response = requests.get(url, stream=True, timeout=5)  # HTL105
        return response.headers["Content-Type"]
    except requests.RequestException:
        return None
    finally:
        if response:
            response.close()
```

## Good

```python
import requests


def content_type(url):
    response = None
    try:
        response = requests.get(url, stream=True, timeout=5)
        return response.headers["Content-Type"]
    except requests.RequestException:
        return None
    finally:
        if response is not None:
            response.close()
```

## When it is silent

- The library's responses have no truth value of their own: `httpx`, `aiohttp`, `urllib3`, `urllib`.
- The response is closed on the other path as well, or also lost on a path that has nothing to do with its truth (HTL102).
- It was read: without `stream=True` there is nothing to close.

## Fix and its safety

Write `is not None` in place of the bare name. Safe: that is what was meant, and for responses that are true nothing changes.

## References

- <https://requests.readthedocs.io/en/latest/api/#requests.Response>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.verdicts import Outcome
from flake8_httpleak.rules.base import Finding, Rule
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.pools import waiting_pool
from flake8_httpleak.rules.wording import lost, thing


def check(facts: Facts) -> Iterator[Finding]:
    """Find responses that are closed only if they are true."""
    for verdict in facts.responses:
        if verdict.has("falsy") and verdict.outcome is not Outcome.ALWAYS:
            text = f"{thing(verdict.acquisition)} is false for status 400 and above and then not closed; test 'is not None'"
            yield lost(RULE, verdict, Level.PATH, text, waiting_pool(facts, verdict.acquisition))


RULE = Rule(
    code="HTL105",
    name="response-guarded-by-truth",
    summary="closed only if it is true, and a response is false for 4xx and 5xx",
    check=check,
    strength=11,
)
