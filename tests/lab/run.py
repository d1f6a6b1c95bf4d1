"""Run snippets against the server in fresh processes and say what they held."""

from __future__ import annotations

import ast
import json
import os
import ssl
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.lab.server import Server

CHILD = Path(__file__).with_name("child.py")


class LibraryMissingError(Exception):
    """The library of a snippet is not installed."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a process held after its calls.

    sockets: with the collector off. collected: after one full collection. accepted: connections that the server saw.
    error: text of the last exception of a call; value: what the snippet reported.
    """

    sockets: int
    accepted: int
    collected: int = 0
    error: str = ""
    value: Any = None
    trace: str = ""


class Bench:
    """A server and one process per set of imports; used by one test at a time."""

    def __init__(self) -> None:
        """Start the server; processes start on demand."""
        certificate, self.authority = _certificate()
        self.server = Server(certificate)
        self.server.__enter__()
        self._processes: dict[tuple[str, str], subprocess.Popen[str]] = {}
        self._missing: dict[tuple[str, str], str] = {}

    def close(self) -> None:
        """End the processes that were started, and the server."""
        for process in self._processes.values():
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            process.wait(30)
            process.stdout.close()
        self.server.__exit__()

    def names(self) -> dict[str, object]:
        """The addresses that snippets use."""
        base = f"http://127.0.0.1:{self.server.port}"
        pages = {
            name.upper(): f"{base}/{name}" for name in ("small", "medium", "bad", "cut", "slow", "chunked", "redirect", "failed")
        }
        tls = (
            {"TLS_PORT": self.server.tls_port, "TLS": f"https://127.0.0.1:{self.server.tls_port}/small"}
            if self.server.tls_port
            else {}
        )
        websocket = base.replace("http", "ws", 1) + "/ws"
        return {
            "HOST": "127.0.0.1",
            "PORT": self.server.port,
            "BASE": base,
            "URL": f"{base}/big",
            "WS": websocket,
            **pages,
            **tls,
        }

    def run(self, source: str, *, library: str = "", collector: bool = False, **names: object) -> Held:
        """Run a source that defines `job` (sync or async); see `child.run`.

        library: chooses the interpreter (environment variable HTTPLEAK_LAB_PYTHON, or HTTPLEAK_LAB_PYTHON_<LIBRARY>).
        collector: leave the cycle collector on.
        Raises LibraryMissingError.
        """
        process = self._process(library, _imports(source))
        before = self.server.accepted
        job = {
            "source": source,
            "names": {**self.names(), **names},
            "ports": [self.server.port, self.server.tls_port],
            "gc": collector,
        }
        report = _ask(process, job)
        return Held(
            report["sockets"],
            self.server.accepted - before,
            report["collected"],
            report["error"],
            report["value"],
            report.get("trace", ""),
        )

    def _process(self, library: str, imports: str) -> subprocess.Popen[str]:
        key = (_python(library), imports)
        if key not in self._processes:
            process = subprocess.Popen([key[0], str(CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self._processes[key] = process
            hello = _ask(process, imports)
            if not hello["ready"]:
                self._missing[key] = hello["error"]
        if key in self._missing:
            raise LibraryMissingError(self._missing[key])
        return self._processes[key]


def _ask(process: subprocess.Popen[str], message: object) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()
    reply: dict[str, Any] = json.loads(process.stdout.readline())
    return reply


def _python(library: str) -> str:
    default = os.environ.get("HTTPLEAK_LAB_PYTHON", sys.executable)
    return os.environ.get(f"HTTPLEAK_LAB_PYTHON_{library.upper()}", default)


def _imports(source: str) -> str:
    """The import statements of a snippet, wherever they stand, to be done once in the parent process."""
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(
        sorted({ast.unparse(node) for node in found if not (isinstance(node, ast.ImportFrom) and node.module == "__future__")})
    )


def _certificate() -> tuple[ssl.SSLContext | None, bytes]:
    """What the server shows, and the certificate (PEM) of the authority that signed it."""
    try:
        import trustme
    except ImportError:
        return None, b""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority = trustme.CA()
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context, authority.cert_pem.bytes()


@cache
def bench() -> Bench:
    """The bench of this process; closed at exit by the `lab` fixture of conftest.py."""
    return Bench()


_CALLS = """
import asyncio, inspect
{code}

async def settle():
    for _ in range(10):
        await asyncio.sleep(0.005)

def note(error):
    report["error"] = f"{{type(error).__name__}}: {{error}}"[:300]

if inspect.iscoroutinefunction(call):
    async def job():
        for _ in range({calls}):
            try:
                {keep}(await call(URL))
            except Exception as error:
                note(error)
        await settle()
        measure()
        await settle()
        recount()
else:
    def job():
        for _ in range({calls}):
            try:
                {keep}(call(URL))
            except Exception as error:
                note(error)
        measure()
"""


def held_after(
    code: str, calls: int, *, keep: bool = False, path: str = "/big", collector: bool = False, library: str = ""
) -> Held:
    """Run `call(url)`, a function (or coroutine function) that `code` defines, `calls` times in a fresh process.

    code: any Python source; module-level names live as long as the process. keep: results are kept, not dropped.
    path: page of the server (`/big` is 1 MiB, `/small` 1 KiB, `/bad` a 404, `/cut` breaks off; see server.PATHS).
    collector: leave the cycle collector on; else `sockets` is with it off, `collected` after a full collection.
    Returns what was held when all calls were done, before anything else is dropped. Exceptions of calls are swallowed, the last is in `error`.
    Raises LibraryMissingError if the code imports what is not installed.
    """
    source = _CALLS.format(code=textwrap.dedent(code), calls=calls, keep="kept.append" if keep else "id")
    url = f"http://127.0.0.1:{bench().server.port}{path}"
    return bench().run(source, library=library, collector=collector, URL=url)
