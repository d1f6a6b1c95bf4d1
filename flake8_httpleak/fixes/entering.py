"""How a resource is held for the length of a block: `with`, `async with`, `closing`, or `try` and `finally`."""

from __future__ import annotations

from dataclasses import dataclass

from flake8_httpleak.clients.catalog import ResourceKind

MANAGERS = ("context", "async_context", "await_or_context")
"""Deliveries that are context managers themselves."""
PROMISES = ("await", "await_or_context", "future")
"""Deliveries that give the resource when they are awaited."""
GIVES_UP = frozenset({"detach"})
"""Methods after which an object holds nothing any more, though nothing was closed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """How a block holds a resource.

    keyword: `with` or `async with`; empty if there is no context manager for it. wrapper: what of `contextlib` makes one.
    drops_await: the context manager is what would be awaited. release: the call that ends a block without context manager.
    """

    keyword: str
    wrapper: str = ""
    drops_await: bool = False
    release: str = ""

    @property
    def title(self) -> str:
        """What a fix does, as a verb phrase."""
        return f"Wrap the uses in '{self.keyword}'" if self.keyword else "Release it in 'finally'"


def entry_of(kind: ResourceKind, delivery: str, *, awaited: bool, may_await: bool) -> Entry | None:
    """How to hold what a call gives; None if nothing can.

    awaited: the call stands behind an `await`. may_await: it is in a coroutine function.
    """
    if delivery in MANAGERS and not (delivery == "await_or_context" and not may_await):
        keyword = "with" if delivery == "context" else "async with"
        return Entry(keyword, drops_await=awaited) if keyword == "with" or may_await else None
    return entry_of_value(kind, may_await=may_await)


def entry_of_value(kind: ResourceKind, *, may_await: bool) -> Entry | None:
    """How to hold an object that is there already; None if nothing can."""
    if kind.context == "both":
        return Entry("async with" if may_await and kind.release_async else "with")
    if kind.context == "sync":
        return Entry("with")
    if kind.context == "async":
        return Entry("async with") if may_await else None
    if "close" in kind.release:
        return Entry("with", "closing")
    if "aclose" in kind.release_async and may_await:
        return Entry("async with", "aclosing")
    call = release_call(kind, may_await=may_await)
    return Entry("", release=call) if call else None


def release_call(kind: ResourceKind, *, may_await: bool) -> str:
    """The call that releases an object, with `{}` for the object: `{}.close()`, `await {}.aclose()`; empty if there is none."""
    if kind.release_async and may_await:
        return f"await {{}}.{kind.release_async[0]}()"
    plain = [name for name in kind.release if name not in GIVES_UP]
    return f"{{}}.{plain[0]}()" if plain else ""


def is_release(kind: ResourceKind, method: str) -> bool:
    """Whether a method releases an object of a kind."""
    return method in kind.release or method in kind.release_async
