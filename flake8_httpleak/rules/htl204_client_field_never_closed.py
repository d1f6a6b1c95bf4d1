"""A client kept on `self` that no method of the class closes.

## Problem

An object makes a client and keeps it in a field. The client is the object's own, so the object has to close it; but its
class has no method that does, or has a `close()` or an `__exit__` that forgets this field.

## Why it matters

Whoever uses the object cannot close what it holds, not even with the best of intentions. One object for the life of the
process does no harm; one for each request, tenant or test keeps a pool each time. A client of `anthropic` or `openai` is
then freed by the cycle collector only (15 of 15 with the collector off), one of `requests` with the object.

## Bad

```python
from anthropic import Anthropic


class Summaries:
    def __init__(self, model):
        self.model = model
        self.client = Anthropic()  # HTL204

    def of(self, text):
        message = {"role": "user", "content": f"Summarize: {text}"}
        reply = self.client.messages.create(model=self.model, max_tokens=300, messages=[message])
        return reply.content
```

## Good

```python
from anthropic import Anthropic


class Summaries:
    def __init__(self, model):
        self.model = model
        self.client = Anthropic()

    def of(self, text):
        message = {"role": "user", "content": f"Summarize: {text}"}
        reply = self.client.messages.create(model=self.model, max_tokens=300, messages=[message])
        return reply.content

    def close(self):
        self.client.close()
```

## When it is silent

- Some method of the class, of a base or of a subclass in the file closes the field, or registers its closing.
- The class closes fields by names that vary: `for name in self.kept: getattr(self, name).close()`.
- The client came from outside: a parameter is somebody else's to close.
- The method that makes the client closes it as well: the object only lists it for a while.
- It is given a transport or a client to use that was not made here: to close it would close that.
- The class has something run when its object goes: `weakref.finalize(self, ...)`.
- The objects hold the data of one thread each (`threading.local`), or a framework makes one for each class (`celery.Task`).
- The client is also given to something that may close it, or all that its `close()` does is to ask a base from another file:
  `super().close()`.
- Code of the file that speaks of the class closes the field of its objects: `reader.session.close()`.
- Classes of other files share the field. Where the class has no way to close anything and never reads the field, it is for its
  base from another file, or for its bases if its constructor assigns it. Where the class reads the field before anything in this
  file gives it a value, as a mixin does, another class does that. Where methods make it if it is missing, and its name is public,
  a base from another file may have made it.
- The class is a builder: methods of it return the object itself, one returns what is in the field, and none sends a request.
- Its library closes it by itself: pools of `urllib3` have a finalizer, and clients of `boto3` hold such pools.
- The file makes the objects of the class, and only at module level: they live as long as the process. A class that has a
  way to close is reported all the same.

The report is advice where the class has no way to close anything, and sure where it has one that forgets the field. `__del__`
alone is no way to close a client that goes with its last reference.

## Fix and its safety

Close the field in the class's own clean-up. Safe in a method such as `close` or `__exit__`: nothing uses the object afterwards.
Where the class has none, write `close` and make it a context manager. Unsafe: somebody has to call it.

## References

- <https://github.com/anthropics/anthropic-sdk-python#managing-http-resources>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.classes import FieldFate, is_given_away
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.elsewhere import is_built_for_others, is_closed_outside, is_finalized, is_known_elsewhere
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.singles import is_made_once
from flake8_httpleak.rules.wording import thing

OWNED = frozenset({"client", "connection", "transport", "websocket", "response"})


def check(facts: Facts) -> Iterator[Finding]:
    """Find fields that hold a client which no method of the class releases."""
    for fate in facts.fields:
        if fate.kind.role not in OWNED or fate.closers or fate.given or fate.promised or fate.kind.self_closing:
            continue
        if _is_somebody_elses(facts, fate) or _is_one_of_few(facts, fate) or any(one.borrows_pool for one in fate.acquisitions):
            continue
        first = fate.acquisitions[0]
        forgets = fate.has_closer
        if not forgets and is_made_once(facts.analyser.program, fate.owner):
            continue
        program = facts.analyser.program
        if any(knows(program, fate) for knows in (is_closed_outside, is_known_elsewhere, is_built_for_others, is_finalized)):
            continue
        message = (
            f"{thing(first)} in 'self.{fate.name}' is not closed by the class's own clean-up; close it there"
            if forgets
            else f"{thing(first)} is kept in 'self.{fate.name}' and no method closes it; add a 'close' method"
        )
        yield Finding(
            rule=RULE,
            at=Place(first.node, first.function),
            message=message,
            level=Level.SURE if forgets else Level.HINT,
            reclaim=first.kind.reclaim,
            resource=id(first.node),
            library=first.kind.library,
            related=tuple((Place(one.node, one.function), "also kept in the field here") for one in fate.acquisitions[1:]),
        )


def _is_somebody_elses(facts: Facts, fate: FieldFate) -> bool:
    """Whether what is kept also goes to something that may release it, or is closed where it was made, on every way."""
    for acquisition in fate.acquisitions:
        verdict = facts.verdict_of(acquisition)
        if verdict is None or (verdict.is_released and not verdict.is_handed):
            return True
        if any(is_given_away(one, acquisition.function) for one in verdict.handovers):
            return True
    return False


def _is_one_of_few(facts: Facts, fate: FieldFate) -> bool:
    """Whether there is one object for each thread or process, by a base of the class."""
    frameworks = facts.roles.frameworks
    return not (frameworks.current | frameworks.singles).isdisjoint(fate.owner.foreign_bases)


RULE = Rule(
    code="HTL204",
    name="client-field-never-closed",
    summary="a client kept on `self` is released by no method of the class",
    check=check,
    strength=30,
)
