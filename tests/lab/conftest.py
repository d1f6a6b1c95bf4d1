"""The lab's bench: one server for the session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab import record
from tests.lab.run import Bench, bench


@pytest.fixture(scope="session")
def lab() -> Iterator[Bench]:
    """The server and the processes under test; ended with the session."""
    started = bench()
    yield started
    started.close()
    record.save()
    bench.cache_clear()
