"""The index: what need not be opened again, and what must be."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flake8_httpleak import index as module
from flake8_httpleak.cache import Cache, open_cache
from flake8_httpleak.checking import FileResult
from flake8_httpleak.index import Index
from flake8_httpleak.options import Options
from tests.report.test_formats import FOUND


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    """Open a cache in a folder with three files from an hour ago."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "MOMENT", 0)
    for name in ("a.py", "b.py", "c.py"):
        Path(name).write_text("x = 1\n")
    found = open_cache(tmp_path / "cache", Options())
    assert found is not None
    return found


def checked(cache: Cache, *paths: str) -> tuple[list[FileResult], list[str]]:
    """Go through files; the results, and which of them were opened."""
    opened: list[str] = []

    def check(asked: list[str]) -> Iterator[FileResult]:
        opened.extend(asked)
        for path in asked:
            yield FileResult(path, (FOUND,) if path == "b.py" else (), failed=path == "c.py")

    index = Index(cache)
    results = list(index.results(paths, check))
    index.save()
    return results, opened


def test_unchanged_files_are_not_opened(cache: Cache) -> None:
    """The same results in the same order; errors of ours are tried again."""
    first, opened = checked(cache, "a.py", "b.py", "c.py")
    assert opened == ["a.py", "b.py", "c.py"]
    again, opened = checked(cache, "a.py", "b.py", "c.py")
    assert opened == ["c.py"]
    assert again == first
    assert checked(cache, "b.py", "a.py") == ([first[1], first[0]], [])


def test_changed_files_are(cache: Cache) -> None:
    """Even with the old time and the old size."""
    checked(cache, "a.py", "b.py")
    before = Path("a.py").stat()
    time.sleep(0.02)
    Path("a.py").write_text("y = 2\n")
    os.utime("a.py", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert checked(cache, "a.py", "b.py")[1] == ["a.py"]
    Path("b.py").unlink()
    assert checked(cache, "a.py", "b.py", "x\0.py")[1] == ["b.py", "x\0.py"]


def test_files_of_this_moment_are_not_remembered(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may be written once more within a tick of the clock; neither are names that are no text."""
    monkeypatch.setattr(module, "MOMENT", 10**12)
    checked(cache, "a.py")
    assert checked(cache, "a.py")[1] == ["a.py"]
    monkeypatch.setattr(module, "MOMENT", 0)
    Path("\udce9.py").write_text("")
    checked(cache, "\udce9.py")
    assert checked(cache, "\udce9.py")[1] == ["\udce9.py"]


def test_other_options_and_folders(cache: Cache, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each has an index of its own."""
    checked(cache, "a.py")
    assert checked(Cache(cache.folder, "other"), "a.py")[1] == ["a.py"]
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    Path("a.py").write_text("")
    assert checked(cache, "a.py")[1] == ["a.py"]


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"files": 1}', b"\xff"])
def test_what_is_not_believed(cache: Cache, text: bytes) -> None:
    """A broken index is an empty one."""
    checked(cache, "a.py")
    (place,) = Path(cache.folder).glob("ix/*")
    place.write_bytes(text)
    assert checked(cache, "a.py")[1] == ["a.py"]
    assert checked(cache, "a.py")[1] == []


def test_no_room(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept, nothing fails; an index that grows too long begins anew."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        checked(cache, "a.py")
    assert checked(cache, "a.py")[1] == ["a.py"]
    monkeypatch.setattr(module, "MOST", 1)
    checked(cache, "b.py")
    assert checked(cache, "a.py", "b.py")[1] == ["a.py"]
