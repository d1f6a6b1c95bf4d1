"""Count the sockets that this process holds, to confirm a finding at run time. Needs `psutil`.

As a pytest fixture:

    from flake8_httpleak.testing import held_sockets  # noqa: F401

    def test_download_releases(held_sockets, server_url):
        download(server_url)
        assert held_sockets() == 0
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest

OPEN = frozenset({"ESTABLISHED", "CLOSE_WAIT"})


def count_sockets() -> int:
    """TCP connections of this process that are open, or that only the other side has closed."""
    import psutil

    return sum(1 for found in psutil.Process().net_connections("tcp") if found.raddr and found.status in OPEN)


@pytest.fixture
def held_sockets() -> Iterator[Callable[[], int]]:
    """A function that says how many more connections are open than when the test began.

    The cycle collector is off during the test, so that what only it would free is counted.
    """
    before = count_sockets()
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield lambda: count_sockets() - before
    finally:
        if was_on:
            gc.enable()
