"""Chromium without a window, for tests of pages: looks at a page, runs scripts in it, and remembers what it complained about."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), "")
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine")
_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)


@dataclass
class Page:
    """One page. complaints: errors of its scripts and of its policy. requests: every address that it asked for."""

    socket: aiohttp.ClientWebSocketResponse
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Ask the browser for something, in the words of its DevTools protocol; returns its answer."""
        number = next(self._numbers)
        await self.socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            message = await self.socket.receive_json(timeout=30)
            if message.get("id") == number:
                assert "error" not in message, message
                return dict(message["result"])
            self._note(message["method"], message["params"])

    def _note(self, method: str, said: dict[str, Any]) -> None:
        if method == "Runtime.exceptionThrown":
            self.complaints.append(str(said["exceptionDetails"]))
        elif method == "Log.entryAdded":
            self.complaints.append(str(said["entry"]["text"]))
        elif method == "Network.requestWillBeSent":
            self.requests.append(str(said["request"]["url"]))

    async def open(self, address: str) -> None:
        """Go to an address and wait until it is there."""
        for domain in ("Page", "Runtime", "Log", "Network"):
            await self.call(f"{domain}.enable")
        await self.call("Page.navigate", url="about:blank")
        await self.call("Page.navigate", url=address)
        for _ in range(200):
            if await self.run("document.readyState === 'complete' && location.href !== 'about:blank'"):
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{address} did not load")

    async def run(self, script: str) -> Any:  # noqa: ANN401 - whatever a script gives
        """Run a script; returns its value."""
        answer = await self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def resize(self, width: int, height: int) -> None:
        """Give the page another size, in pixels."""
        await self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    async def prefer(self, colours: str) -> None:
        """Say that the reader likes `dark` or `light`."""
        await self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": colours}])


@contextmanager
def _process(folder: Path) -> Iterator[Path]:
    """Run the browser; gives the file in which it says where it listens."""
    command = [CHROMIUM, *_QUIET, f"--user-data-dir={folder}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield folder / "DevToolsActivePort"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _port(said: Path) -> int:
    for _ in range(400):
        lines = said.read_text(encoding="utf-8").splitlines() if said.exists() else []
        if len(lines) > 1:  # the port, and the path that a debugger of the whole browser would use
            return int(lines[0])
        time.sleep(0.05)
    raise AssertionError("Chromium did not start")


@asynccontextmanager
async def chromium() -> AsyncIterator[Page]:
    """Run a browser and give its one page."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, _process(Path(folder)) as said:
        base = f"http://127.0.0.1:{await asyncio.to_thread(_port, said)}"
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{base}/json") as response:
                pages = await response.json()
            address = next(one["webSocketDebuggerUrl"] for one in pages if one["type"] == "page")
            async with session.ws_connect(address, max_msg_size=0) as socket:
                yield Page(socket)
