"""The lab's bench: one server for the session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab import record
from tests.lab.run import Bench, bench


def pytest_configure(config: pytest.Config) -> None:
    """What CI does not run is left out with `-m "not lab"`."""
    config.addinivalue_line("markers", "lab: of a library that CI does not install, see tests/lab/core.py")


@pytest.fixture(scope="session")
def lab() -> Iterator[Bench]:
    """The server and the processes under test; ended with the session."""
    started = bench()
    yield started
    started.close()
    record.save()
    bench.cache_clear()
