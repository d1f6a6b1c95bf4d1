"""The fixture for users: counts what this process holds."""

from __future__ import annotations

import socket
from collections.abc import Callable

from flake8_httpleak.testing import held_sockets

__all__ = ["held_sockets"]


def test_held_sockets(held_sockets: Callable[[], int]) -> None:
    """An open connection counts until it is closed; a listening socket does not."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert held_sockets() == 0
        with socket.create_connection(server.getsockname()):
            assert held_sockets() == 1
        assert held_sockets() == 0


def test_a_server_in_the_same_process(held_sockets: Callable[[], int]) -> None:
    """Its ends of the connections are not what the client holds."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()), server.accept()[0]:
            assert held_sockets() == 1
        assert held_sockets() == 0
