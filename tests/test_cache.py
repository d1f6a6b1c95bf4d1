"""The cache: what it keeps, what it does not believe, how runs share it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flake8_httpleak import cache as module
from flake8_httpleak.cache import Cache, open_cache
from flake8_httpleak.checking import FileResult, check_bytes
from flake8_httpleak.diagnostics import Reclaim
from flake8_httpleak.options import Options
from tests.report.test_formats import FOUND

LEAK = b"import requests\n\n\ndef f(u):\n    r = requests.get(u, stream=True, timeout=9)\n    return r.status_code\n"
RESULT = FileResult("a.py", (FOUND,), (FOUND,), "p", failed=False, blanket=(3,))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """Open one."""
    found = open_cache(tmp_path / "deep" / "cache", Options())
    assert found is not None
    return found


def files(cache: Cache) -> list[Path]:
    """The entries."""
    return sorted(Path(cache.folder).glob("??/*"))


def test_there_and_back(cache: Cache) -> None:
    """Everything that a result knows; nobody else may read it."""
    key = cache.key(b"x", "a.py")
    assert cache.get(key, FileResult) is None
    cache.put(key, RESULT)
    assert cache.get(key, FileResult) == RESULT
    assert Path(cache.folder).stat().st_mode & 0o777 == 0o700
    assert files(cache)[0].parent.stat().st_mode & 0o777 == 0o700
    assert (Path(cache.folder) / "CACHEDIR.TAG").exists()


def test_keys(tmp_path: Path) -> None:
    """Bytes, name, options and tables each make another key."""
    table = tmp_path / "t.toml"
    bases = []
    for text, options in [
        ("", Options()),
        ("", Options(enable=("HTL6",))),
        ("", Options(reclaim=Reclaim.NEVER)),
        ("a", Options(clients=(str(table),))),
        ("b", Options(clients=(str(table),))),
    ]:
        table.write_text(text)
        found = open_cache(tmp_path / "cache", options)
        assert found is not None
        bases.append(found)
    assert len({one.base for one in bases}) == 5
    one = bases[0]
    assert len({one.key(b"x", "a.py"), one.key(b"y", "a.py"), one.key(b"x", "b.py"), bases[1].key(b"x", "a.py")}) == 4


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"path": 1}', b"\xff", b'{"diagnostics": []}', b'"a"'])
def test_what_is_not_believed(cache: Cache, text: bytes) -> None:
    """Half a file, another program's, an older version's: made anew and written over."""
    key = cache.key(LEAK, "a.py")
    fresh = check_bytes(LEAK, "a.py", Options(), cache)
    assert len(fresh.diagnostics) == 1
    files(cache)[0].write_bytes(text)
    assert cache.get(key, FileResult) is None
    assert check_bytes(LEAK, "a.py", Options(), cache) == fresh
    assert cache.get(key, FileResult) == fresh


def test_a_folder_in_the_place_of_a_file(cache: Cache) -> None:
    """Nothing is kept, nothing fails."""
    key = cache.key(LEAK, "a.py")
    cache.put(key, RESULT)
    files(cache)[0].unlink()
    (Path(cache.folder) / key[:2] / f"{key[2:]}.json").mkdir()
    assert len(check_bytes(LEAK, "a.py", Options(), cache).diagnostics) == 1


def test_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that cannot be had is none."""
    (tmp_path / "file").write_text("")
    assert open_cache(tmp_path / "file" / "cache", Options()) is None
    found = open_cache(tmp_path / "cache", Options())
    assert found is not None

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    found.put(found.key(b"", ""), RESULT)
    assert files(found) == []


def test_failures_are_not_kept(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of ours is tried again."""
    from flake8_httpleak import analyze

    def fail(*_: object) -> None:
        raise KeyError

    monkeypatch.setattr(analyze, "analyze", fail)
    monkeypatch.setenv("HTTPLEAK_STRICT", "0")
    assert check_bytes(LEAK, "a.py", Options(), cache).failed
    assert files(cache) == []


def test_files_without_a_client_are_not_kept(cache: Cache) -> None:
    """Looking through them is as cheap."""
    assert check_bytes(b"x = 1\n", "a.py", Options(), cache) == FileResult("a.py")
    assert files(cache) == []


def test_old_entries(cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody asked for in a month is removed, once a day; what is used stays."""
    folder = Path(cache.folder)
    used, unused = cache.key(b"1", ""), cache.key(b"2", "")
    cache.put(used, RESULT)
    cache.put(unused, RESULT)
    old = time.time() - module.KEPT - 9
    for file in files(cache):
        os.utime(file, (old, old))
    assert cache.get(used, FileResult) == RESULT
    assert open_cache(folder, Options()) == cache
    assert len(files(cache)) == 2
    os.utime(folder / "CACHEDIR.TAG", (old, old))
    open_cache(folder, Options())
    assert [cache.get(key, FileResult) for key in (used, unused)] == [RESULT, None]


def test_own_code_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another state of the package has other keys."""
    before = open_cache(tmp_path, Options())
    monkeypatch.setattr(module, "_ourselves", lambda: "changed")
    assert open_cache(tmp_path, Options()) != before


RACE = """
import sys
from pathlib import Path
from flake8_httpleak.cache import open_cache
from flake8_httpleak.checking import FileResult
from flake8_httpleak.options import Options
cache = open_cache(Path(sys.argv[1]), Options())
for turn in range(300):
    key = cache.key(b"x%d" % (turn % 5), "a.py")
    cache.put(key, FileResult("a" * 2000 + str(turn % 5)))
    found = cache.get(key, FileResult)
    assert found is not None and found.path == "a" * 2000 + str(turn % 5)
"""


def test_at_the_same_time(tmp_path: Path) -> None:
    """Several runs write and read the same entries; none ever sees half of one."""
    runs = [subprocess.Popen([sys.executable, "-c", RACE, str(tmp_path / "cache")]) for _ in range(3)]
    assert [run.wait(60) for run in runs] == [0, 0, 0]
    assert not list(tmp_path.glob("cache/??/*.new"))
