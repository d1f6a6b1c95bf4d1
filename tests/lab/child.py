"""The process under test. Reads jobs (JSON lines), runs each in a fork of itself, writes what it held. Needs psutil only.

The parent imports the library once; every measurement is a fresh fork, so that no state is shared and no import is paid twice.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import json
import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from typing import Any

import psutil

STATES = frozenset({"ESTABLISHED", "CLOSE_WAIT"})
SECONDS = 20


def sockets(ports: frozenset[int]) -> int:
    """Open sockets of this process to the server: established, or closed by the server only."""
    found = psutil.Process().net_connections("tcp")
    ours = [one for one in found if one.raddr and one.raddr.port in ports]  # type: ignore[redundant-expr] # or an empty tuple
    return len([one for one in ours if one.status in STATES])


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Execute a job's source; it calls `measure()` while its values are alive (and `recount()` once an event loop has turned)."""
    ports = frozenset(job["ports"])
    report: dict[str, Any] = {"sockets": -1, "collected": -1, "value": None, "error": ""}

    def measure() -> None:
        report["sockets"] = sockets(ports)
        gc.collect()
        recount()

    def recount() -> None:
        report["collected"] = sockets(ports)

    if not job.get("gc"):
        gc.disable()
    scope: dict[str, Any] = {
        "__name__": "job",
        "measure": measure,
        "recount": recount,
        "kept": [],
        "report": report,
        **job["names"],
    }
    try:
        exec(compile(job["source"], "<job>", "exec"), scope)  # noqa: S102 - the lab runs its own snippets
        _call(scope["job"])
    except BaseException as error:  # noqa: BLE001 - reported to the test
        report["error"] = f"{type(error).__name__}: {error}"[:300]
        report["trace"] = traceback.format_exc()[-1500:]
    return report


def _call(job: Callable[[], Any]) -> None:
    if not inspect.iscoroutinefunction(job):
        job()
        return

    async def main() -> None:
        await job()

    asyncio.run(main())


def fork(job: dict[str, Any]) -> str:
    """Run a job in a fork and return its report as one line of JSON."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(SECONDS)
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123 - for the rest of this process
        os.write(writing, json.dumps(run(job), default=repr).encode())
        os._exit(0)
    os.close(writing)
    parts = []
    while part := os.read(reading, 65536):
        parts.append(part)
    os.close(reading)
    os.waitpid(pid, 0)
    return b"".join(parts).decode() or json.dumps(
        {"sockets": -1, "collected": -1, "value": None, "error": f"no end within {SECONDS} s, or killed"}
    )


def main() -> None:
    """First line: imports to do once. Then jobs, one a line."""
    warnings.simplefilter("ignore")
    preload = json.loads(sys.stdin.readline())
    try:
        exec(preload, {})  # noqa: S102
        hello = {"ready": True, "python": sys.version.split()[0]}
    except ImportError as error:
        hello = {"ready": False, "error": str(error)}
    print(json.dumps(hello), flush=True)
    for line in sys.stdin:
        print(fork(json.loads(line)), flush=True)
        time.sleep(0)


if __name__ == "__main__":
    main()
