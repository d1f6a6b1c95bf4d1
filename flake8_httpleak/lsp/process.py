"""The other process as this one sees it: asked one thing after another, ended when it is of no use, started when it is missed."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from typing import cast

import msgspec

from flake8_httpleak.lsp.messages import HEAD, Answer, Asked, Failed, length, pack, read_answer

LIMIT = 20.0
"""Seconds that an answer may take."""
PATIENCE = 2.0
"""Seconds that an answer nobody waits for any more may take."""
COMMAND = (sys.executable, "-P", "-m", "flake8_httpleak.lsp.worker")
"""With `-P`: the editor's folder is analysed, so no module in it may be imported."""


class Worker:
    """Analyses texts in a process of its own."""

    def __init__(self, command: Sequence[str] = COMMAND, limit: float = LIMIT, patience: float = PATIENCE) -> None:
        """Prepare; the process starts with the first request."""
        self._command = tuple(command)
        self._limit = limit
        self._patience = patience
        self._turn = asyncio.Lock()
        self._process: Process | None = None

    async def ask(self, request: Asked) -> Answer:
        """The answer to a request, once those before it have theirs.

        Cancelling it while it waits takes the request back; while it is worked on, the answer is thrown away, and the process is
        ended if it takes much longer.
        """
        await self._turn.acquire()
        exchange = asyncio.create_task(self._exchange(request))
        exchange.add_done_callback(lambda _: self._turn.release())
        try:
            return await asyncio.shield(exchange)
        except asyncio.CancelledError:
            self._abandon(exchange)
            raise

    async def start(self) -> None:
        """Start the process before the first request."""
        async with self._turn:
            await self._running()

    async def stop(self) -> None:
        """End the process, once the request that is being worked on has its answer. The next request starts another one."""
        async with self._turn:
            process, self._process = self._process, None
            if process is not None:
                await _end(process, self._patience)

    def _abandon(self, exchange: asyncio.Task[Answer]) -> None:
        process = self._process

        def end_if_still_busy() -> None:
            if not exchange.done() and process is not None and process is self._process:
                with suppress(ProcessLookupError):
                    process.kill()

        asyncio.get_running_loop().call_later(self._patience, end_if_still_busy)

    async def _exchange(self, request: Asked) -> Answer:
        try:
            message = pack(request)
        except UnicodeEncodeError:
            return Failed("contains half a surrogate pair")
        try:
            async with asyncio.timeout(self._limit):
                return read_answer(await self._sent(await self._running(), message))
        except TimeoutError:
            await self._drop(0)
            return Failed(f"given up after {self._limit:g} seconds; please report it")
        except (OSError, EOFError, msgspec.DecodeError):  # EOFError: asyncio's IncompleteReadError
            await self._drop(self._patience)
            return Failed("the process that analyses it died; please report it")

    async def _sent(self, process: Process, message: bytes) -> bytes:
        requests, answers = _pipes(process)
        requests.write(message)
        await requests.drain()
        return await answers.readexactly(length(await answers.readexactly(HEAD)))

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            environment = {**os.environ, "PYTHONUTF8": "1"}
            self._process = await asyncio.create_subprocess_exec(*self._command, stdin=PIPE, stdout=PIPE, env=environment)
        return self._process

    async def _drop(self, patience: float) -> None:
        process, self._process = self._process, None
        if process is not None:
            await _end(process, patience)


def _pipes(process: Process) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    """Where requests go and answers come from: both are pipes, as the process was started."""
    return cast("asyncio.StreamWriter", process.stdin), cast("asyncio.StreamReader", process.stdout)


async def _end(process: Process, patience: float) -> None:
    """End a process by the end of its input; by force if it does not go within some seconds, or does not even read."""
    requests, _ = _pipes(process)
    requests.close()
    try:
        async with asyncio.timeout(patience):
            with suppress(OSError):
                await requests.wait_closed()
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
