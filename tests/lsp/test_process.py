"""The process that analyses, as the server sees it, and what it answers."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from flake8_httpleak.files import UnreadableError
from flake8_httpleak.lsp import messages, worker
from flake8_httpleak.lsp.documents import document_of
from flake8_httpleak.lsp.messages import Check, Checked, Failed, ReadTables, Sound, pack, read_answer, receive
from flake8_httpleak.lsp.process import COMMAND, Worker
from flake8_httpleak.options import Options
from flake8_httpleak.source.trees import Trees
from tests.lsp.editor import LEAK

ECHO = "import sys; data = sys.stdin.buffer.read(4); n = int.from_bytes(data, 'big'); sys.stdin.buffer.read(n);"
CHECK = Check(text=LEAK, path="a.py", options=Options())
TEXTS = ["a = 1\n", "b = 2\n"]


def run(scenario: Callable[[Worker], Awaitable[Any]], code: str = "", limit: float = 20.0, patience: float = 0.2) -> Any:  # noqa: ANN401
    """Play a scenario with a worker, and end it."""
    command = (sys.executable, "-c", code) if code else COMMAND

    async def play() -> Any:  # noqa: ANN401
        found = Worker(command, limit, patience)
        try:
            return await scenario(found)
        finally:
            await found.stop()

    return asyncio.run(play())


def test_an_answer() -> None:
    """The findings of a text, from one process for several requests, also after it was ended."""

    async def scenario(given: Worker) -> list[Any]:
        await given.start()
        found = [await given.ask(CHECK), *await asyncio.gather(given.ask(ReadTables(paths=())), given.ask(CHECK))]
        await given.stop()
        await given.stop()
        return [*found, await given.ask(CHECK)]

    first, second, *others = run(scenario)
    assert isinstance(first, Checked)
    assert [one.code for one in first.result.diagnostics] == ["HTL101"]
    assert isinstance(second, Sound)
    assert others == [first, first]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import time; time.sleep(60)", "given up after 0.3 seconds; please report it"),
        ("pass", "the process that analyses it died; please report it"),
        (ECHO + "sys.stdout.buffer.write(b'\\0\\0')", "the process that analyses it died; please report it"),
        (
            ECHO + "sys.stdout.buffer.write(b'\\0\\0\\0\\2xx'); sys.stdout.flush(); sys.stdin.read()",
            "the process that analyses it died; please report it",
        ),
    ],
)
@pytest.mark.parametrize("text", [LEAK, "#" * 1_000_000])  # also more than a pipe holds
def test_no_answer(code: str, reason: str, text: str) -> None:
    """One that hangs, dies or talks nonsense is ended, and says why."""
    limit = 0.3 if "sleep" in code else 20.0
    request = Check(text=text, path="a.py", options=Options())
    assert run(lambda given: given.ask(request), code, limit) == Failed(reason)


def test_no_process() -> None:
    """A command that is not there."""

    async def scenario() -> messages.Answer:
        return await Worker(("/no/such/command",)).ask(CHECK)

    assert asyncio.run(scenario()) == Failed("the process that analyses it died; please report it")


def test_taken_back() -> None:
    """A request nobody waits for any more: not begun it is forgotten, begun it gets some time, then its process is ended."""
    slow = "import time\n" + f"while True:\n    {ECHO}\n    time.sleep(60)"

    async def scenario(given: Worker) -> tuple[float, messages.Answer]:
        loop = asyncio.get_running_loop()
        begun, waiting = asyncio.create_task(given.ask(CHECK)), asyncio.create_task(given.ask(CHECK))
        await asyncio.sleep(0.3)
        start = loop.time()
        waiting.cancel()
        begun.cancel()
        given._command = COMMAND  # noqa: SLF001 - the next process is a good one
        answer = await given.ask(CHECK)
        return loop.time() - start, answer

    seconds, answer = run(scenario, slow)
    assert isinstance(answer, Checked)
    assert 0.2 <= seconds < 10


def test_taken_back_in_time() -> None:
    """An answer that comes soon is thrown away, and the process lives."""

    async def scenario(given: Worker) -> tuple[Any, Any]:
        await given.ask(CHECK)
        process = given._process  # noqa: SLF001
        task = asyncio.create_task(given.ask(CHECK))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        await given.ask(CHECK)
        await asyncio.sleep(0.4)
        return process, given._process  # noqa: SLF001

    before, after = run(scenario)
    assert before is after


def test_one_that_does_not_end() -> None:
    """A process that goes on after the end of its input is ended."""
    answer = "sys.stdout.buffer.write(bytes([0, 0, 0, 12]) + b'\\x81\\xa4type\\xa5Sound')"
    stubborn = f"import time\n{ECHO}\n{answer}\nsys.stdout.flush()\ntime.sleep(60)"
    assert run(lambda given: given.ask(ReadTables(paths=())), stubborn) == Sound()


def test_half_a_surrogate_pair() -> None:
    """What cannot even be sent."""
    request = Check(text="\ud800", path="a.py", options=Options())
    assert run(lambda given: given.ask(request)) == Failed("contains half a surrogate pair")


def test_end_of_input() -> None:
    """The process ends with its input, in the middle of a request too; what it prints itself is no answer."""
    for given in (b"", b"\0\0", pack(CHECK)[:9]):
        done = subprocess.run(COMMAND, input=given, capture_output=True, timeout=60, check=False)
        assert done.stdout == b""
        assert done.returncode == (0 if len(given) < 4 else 1)


def test_serve() -> None:
    """Requests one after another."""
    target = io.BytesIO()
    worker.serve(io.BytesIO(pack(CHECK) + pack(ReadTables(paths=()))), target)
    source = io.BytesIO(target.getvalue())
    bodies = []
    while head := source.read(4):
        bodies.append(source.read(messages.length(head)))
    assert [type(read_answer(body)) for body in bodies] == [Checked, Sound]
    assert receive(io.BytesIO(pack(CHECK))) == CHECK


def test_failures(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a text, a table or an error of ours says in one line."""
    assert worker.answer(Check(text="\0", path="a.py", options=Options())) == Failed("contains a NUL byte")
    wrong = worker.answer(ReadTables(paths=("/no/such.toml",)))
    assert isinstance(wrong, Failed)
    assert wrong.reason.startswith("/no/such.toml: cannot be read (")

    def fail(*_: object) -> None:
        raise KeyError

    monkeypatch.setattr(worker, "check_bytes", fail)
    assert worker.answer(CHECK) == Failed("the analysis failed (KeyError); please report it")


def test_texts_that_no_file_can_hold() -> None:
    """Half a surrogate pair cannot be encoded."""
    with pytest.raises(UnreadableError, match=r"^contains half a surrogate pair$"):
        document_of("\ud800")


def test_trees() -> None:
    """While they are kept, each tree is lent once at a time, and the oldest go."""
    trees = Trees()
    assert trees.parse(TEXTS[0]) is not trees.parse(TEXTS[0])
    with trees.keeping():
        one, other = trees.parse(TEXTS[0]), trees.parse(TEXTS[0])
        assert one.module is not other.module
    with trees.keeping():
        assert trees.parse(TEXTS[0]) is other
    with trees.keeping():
        trees.parse(TEXTS[1])
    with trees.keeping():
        assert trees.parse(TEXTS[0]) is other


def test_trees_inside() -> None:
    """What is opened inside gives back what it lent, and the outer one goes on."""
    trees = Trees()
    with trees.keeping():
        with trees.keeping():
            inner = trees.parse(TEXTS[0])
        outer = trees.parse(TEXTS[1])
        assert trees.parse(TEXTS[0]) is inner
    with trees.keeping():
        assert trees.parse(TEXTS[1]) is outer


def test_trees_of_long_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so much is kept."""
    monkeypatch.setattr("flake8_httpleak.source.trees.MOST", 8)
    trees = Trees()
    with trees.keeping():
        first, second = map(trees.parse, TEXTS)
    with trees.keeping():
        assert trees.parse(TEXTS[1]) is second
        assert trees.parse(TEXTS[0]) is not first
