"""The protocol by hand, for servers whose answers the generated types do not take."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Message = dict[str, Any]


class PlainClient:
    """One server at the other end of its standard input and output; reading waits until the test's time is over."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        """Start it and say hello."""
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._number = 0
        self.can = self.request("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}})["capabilities"]
        self.tell("initialized", {})

    def tell(self, method: str, params: Message | None) -> None:
        """Send something that has no answer."""
        self._write({"method": method, **({"params": params} if params is not None else {})})

    def request(self, method: str, params: Message | None) -> Any:  # noqa: ANN401 - whatever the server answers
        """Send a request and wait for its answer."""
        self._number += 1
        number = self._number
        self._write({"id": number, "method": method, **({"params": params} if params is not None else {})})
        answer = self.wait(lambda message: message.get("id") == number and "method" not in message)
        assert "error" not in answer, answer
        return answer["result"]

    def wait(self, wanted: Callable[[Message], bool]) -> Message:
        """The next message that is wanted; others are thrown away."""
        while not wanted(message := self._read()):
            pass
        return message

    def end(self) -> int:
        """Say goodbye; the exit code."""
        self.request("shutdown", None)
        self.tell("exit", None)
        with self.process:
            return self.process.wait(60)

    def _write(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _read(self) -> Message:
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the server has gone"
        found: Message = json.loads(self.process.stdout.read(length))
        return found
