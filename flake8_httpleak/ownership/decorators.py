"""What decorators make of a function, by their last word."""

from __future__ import annotations

CACHES = frozenset(
    {"lru_cache", "cache", "cached_property", "cached", "alru_cache", "reify", "cachedproperty", "cached_method"}
    | {"memoize", "memoized", "once", "run_once", "singleton", "cache_resource", "cache_data"}
)
"""They keep its results."""
DRIVERS = frozenset({"inlineCallbacks", "coroutine", "engine"})
"""They make a coroutine of a generator: its `yield` awaits, as in Twisted and in older Tornado and asyncio."""
MANAGERS = frozenset({"contextmanager", "asynccontextmanager"})
"""They make a context manager of a generator."""
