"""What methods are there for, by their names."""

from __future__ import annotations

CLOSERS = frozenset(
    {
        "close",
        "aclose",
        "stop",
        "shutdown",
        "disconnect",
        "dispose",
        "cleanup",
        "teardown",
        "tearDown",
        "__exit__",
        "__aexit__",
        "__del__",
    }
)
"""Methods that release what their object holds, by their names."""
PLAIN_CLOSERS = frozenset({"close", "aclose", "shutdown", "dispose", "disconnect", "__exit__", "__aexit__", "__del__"})
"""Methods whose names leave no doubt that they are there to release what an object holds."""
BUILDERS = frozenset({"__init__", "__new__", "__post_init__", "__attrs_post_init__"})
"""Methods that run once for each object, before any other."""
ENTERS = frozenset({"__enter__", "__aenter__"})
LEAVES = frozenset({"__exit__", "__aexit__"})
