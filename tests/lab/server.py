"""A local HTTP/1.1 server for the lab, in a thread: keep-alive, errors, cut-off bodies, websocket, stand-ins for S3 and OpenAI."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import json
import ssl
import threading
from dataclasses import dataclass, replace
from typing import Self

BIG = (b"x" * 1023 + b"\n") * 1024
SMALL = BIG[:1024]
MEDIUM = BIG[: 64 * 1024]
_WEBSOCKET = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_JSON = {"Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch"}


@dataclass(frozen=True, slots=True)
class Request:
    """One request as read from the wire."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send. `cut` closes the connection after that many bytes of the body and `delay_end` seconds."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    chunked: bool = False
    close: bool = False
    version: str = "1.1"
    cut: int = -1
    delay: float = 0.0
    delay_end: float = 0.0


def _json(value: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode(), tuple(_JSON.items()))


PATHS: dict[str, Answer] = {
    "/small": Answer(body=SMALL),
    "/medium": Answer(body=MEDIUM),
    "/big": Answer(body=BIG),
    "/chunked": Answer(body=BIG, chunked=True),
    "/bad": Answer(404, BIG),
    "/bad/": _json({}, 404),
    "/failed/": _json({}, 500),
    "/responses": _json({"id": "1", "object": "response", "created_at": 1, "model": "m", "output": []}),
    "/failed": Answer(500, BIG),
    "/redirect": Answer(302, SMALL, (("Location", "/small"),)),
    "/close": Answer(body=SMALL, close=True),
    "/http10": Answer(body=SMALL, close=True, version="1.0"),
    "/cut": Answer(body=BIG, cut=1024),
    "/stall": Answer(body=BIG, cut=1024, delay_end=5.0),
    "/slow": Answer(body=SMALL, delay=0.3),
    "/none": Answer(204),
    "/json": _json({"ok": True}),
    "/bucket/cut": Answer(body=BIG, headers=(("ETag", '"1"'),), cut=1024),
    "/RPC2": Answer(
        body=b"<?xml version='1.0'?><methodResponse><params><param><value><int>1</int></value></param></params></methodResponse>",
        headers=(("Content-Type", "text/xml"),),
    ),
    "/bucket/key": Answer(
        body=BIG,
        headers=(("ETag", '"1"'), ("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT"), ("x-ms-blob-type", "BlockBlob")),
    ),
}


def _events(lines: list[object], named: bool) -> Answer:
    text = "".join(
        (f"event: {line['type']}\n" if named and isinstance(line, dict) else "") + f"data: {json.dumps(line)}\n\n"
        for line in lines
    )
    filler = ": filler\n\n" * 100_000  # enough that the end of the stream is not in the client's buffers
    return Answer(
        body=(text + filler + ("" if named else "data: [DONE]\n\n")).encode(),
        headers=(("Content-Type", "text/event-stream"),),
        chunked=True,
    )


def _openai(streamed: bool) -> Answer:
    choice = {
        "index": 0,
        "delta": {"content": "x"},
        "message": {"role": "assistant", "content": "x"},
        "finish_reason": "stop",
    }
    reply = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return _events([reply], named=False) if streamed else _json(reply)


def _anthropic(streamed: bool) -> Answer:
    usage = {"input_tokens": 1, "output_tokens": 1}
    message: dict[str, object] = {
        "id": "1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }
    return (
        _events([{"type": "message_start", "message": message}, {"type": "message_stop"}], named=True)
        if streamed
        else _json(message)
    )


def answer(request: Request) -> Answer:
    """The answer to a request; unknown paths get a small JSON object. What is below `/cut/` breaks off."""
    if request.path.startswith("/cut/"):
        whole = answer(replace(request, path=request.path.removeprefix("/cut")))
        return replace(whole, chunked=False, cut=1024)
    streamed = b'"stream":true' in request.body.replace(b" ", b"")
    if request.path.endswith("/chat/completions"):
        return _openai(streamed)
    if request.path.endswith("/messages"):
        return _anthropic(streamed)
    return PATHS.get(request.path.partition("?")[0], _json({}))


class Server:
    """The server in its thread: `with Server() as server`. `accepted` counts connections so far."""

    def __init__(self, certificate: ssl.SSLContext | None = None) -> None:
        """certificate: context for a second, TLS port; without it `tls_port` is 0."""
        self.accepted = 0
        self.port = self.tls_port = 0
        self._certificate = certificate
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        """Start; returns when both ports listen."""
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop, and drop every connection."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        plain = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        servers = [plain]
        self.port = plain.sockets[0].getsockname()[1]
        if self._certificate is not None:
            tls = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._certificate))
            servers.append(tls)
            self.tls_port = tls.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        for server in servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.accepted += 1
        try:
            with contextlib.suppress(OSError, EOFError, ssl.SSLError, asyncio.LimitOverrunError):
                while await _exchange(reader, writer):
                    pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """One request and its answer; true if the connection stays open."""
    request = await _read(reader)
    if request.headers.get("upgrade", "").lower() == "websocket":
        await _websocket(request, reader, writer)
        return False
    reply = answer(request)
    await asyncio.sleep(reply.delay)
    keep = not reply.close and request.headers.get("connection", "").lower() != "close"
    head = _head(reply, keep)
    if request.method == "HEAD":
        writer.write(head)
    else:
        await _send(reply, head, writer)
    return keep and reply.cut < 0


async def _read(reader: asyncio.StreamReader) -> Request:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
    method, path, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    return Request(method, path, headers, await _read_body(reader, headers))


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return await reader.readexactly(int(headers.get("content-length", 0)))
    body = b""
    while size := int((await reader.readline()).partition(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


def _head(reply: Answer, keep: bool) -> bytes:
    headers = list(reply.headers)
    if reply.chunked:
        headers.append(("Transfer-Encoding", "chunked"))
    elif reply.status != 204:
        headers.append(("Content-Length", str(len(reply.body))))
    if not keep and reply.version == "1.1":
        headers.append(("Connection", "close"))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/{reply.version} {reply.status} X\r\n{lines}\r\n".encode()


async def _send(reply: Answer, head: bytes, writer: asyncio.StreamWriter) -> None:
    """Write an answer. A small one goes in one piece: whoever has its head has all of it, on a busy machine too."""
    body = reply.body if reply.cut < 0 else reply.body[: reply.cut]
    step = 64 * 1024
    waiting = head
    for start in range(0, len(body), step):
        part = body[start : start + step]
        waiting += b"%x\r\n%s\r\n" % (len(part), part) if reply.chunked else part
        if start + step < len(body):
            writer.write(waiting)
            await writer.drain()
            waiting = b""
    writer.write(waiting + b"0\r\n\r\n" * reply.chunked)
    await writer.drain()
    if reply.cut >= 0:
        await asyncio.sleep(reply.delay_end)
        writer.write_eof() if writer.can_write_eof() else writer.close()
        await asyncio.sleep(0.05)


async def _websocket(request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Shake hands, ignore what comes, answer the closing handshake."""
    key = base64.b64encode(hashlib.sha1(request.headers["sec-websocket-key"].encode() + _WEBSOCKET).digest())
    writer.write(b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + key + b"\r\n\r\n")
    while True:
        first, second = await reader.readexactly(2)
        await reader.readexactly(4 + (second & 0x7F))
        if first & 0x0F == 8:
            writer.write(b"\x88\x02\x03\xe8")
            await writer.drain()
            return
