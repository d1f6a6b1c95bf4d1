"""A class that only has `__del__` offers no way to close what goes with its last reference anyway."""

from __future__ import annotations

import pytest

from flake8_httpleak.analyze import analyze
from flake8_httpleak.diagnostics import Level
from flake8_httpleak.options import Options


@pytest.mark.parametrize(("client", "level"), [("requests.Session", Level.HINT), ("httpx.Client", Level.SURE)])
def test_del_is_a_closer_where_it_frees_something(client: str, level: Level) -> None:
    """A client that only the cycle collector frees is closed earlier by `__del__`; one of `requests` is not."""
    source = (
        f"import {client.partition('.')[0]}\n"
        "class Graph:\n"
        "    def __init__(self, other):\n"
        f"        self.client = {client}()\n"
        "        self.other = other\n"
        "    def __del__(self):\n"
        "        self.other.close()\n"
        "    def get(self, url):\n"
        "        return self.client.get(url, timeout=5).text\n"
    )
    (found,) = analyze(source, "graph.py", Options())
    assert (found.code, found.level) == ("HTL204", level)
