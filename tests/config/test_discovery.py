"""Which files are looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from flake8.discover_files import expand_paths

from flake8_httpleak.config import Settings
from flake8_httpleak.config.discovery import discover

FILES = ["a.py", "b.txt", "sub/c.py", "sub/deep/d.py", ".git/e.py", "x.egg/f.py", "build/g.py", "sub/build/h.py", "script"]


@pytest.fixture(autouse=True)
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the files."""
    monkeypatch.chdir(tmp_path)
    for name in FILES:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("")


@pytest.mark.parametrize(
    "paths", [["."], ["sub"], ["a.py", "script"], ["b.txt", "a.py", "."], ["-"], ["build", "sub/build"], [".git"]]
)
@pytest.mark.parametrize("exclude", [(), ("build",), ("d.py",)])
def test_as_in_flake8(paths: list[str], exclude: tuple[str, ...]) -> None:
    """The same files, each once."""
    settings = Settings(exclude=(*Settings().exclude, *exclude))
    ours = list(discover(paths, settings, git=False))
    theirs = expand_paths(paths=paths, stdin_display_name="stdin", filename_patterns=settings.filename, exclude=settings.exclude)
    assert sorted(ours) == sorted({path.removeprefix("./") for path in theirs})
    assert len(ours) == len(set(ours))


def test_gitignore() -> None:
    """Patterns of every level, the nearest wins; outside a repository none count, and neither for what was named."""
    Path(".gitignore").write_text("build/\n*.tmp.py\n/sub/deep\n")
    Path("sub/.gitignore").write_text("!build/\nc.py\n")
    assert list(discover(["."], Settings())) == ["a.py", "sub/build/h.py"]
    assert list(discover(["."], Settings(), git=False)) == ["a.py", "build/g.py", "sub/c.py", "sub/build/h.py", "sub/deep/d.py"]
    assert list(discover(["build", "sub/c.py"], Settings())) == ["build/g.py", "sub/c.py"]
    assert list(discover(["sub"], Settings())) == ["sub/build/h.py"]
    Path(".git/info").mkdir()
    Path(".git/info/exclude").write_text("a.py\n")
    assert list(discover(["."], Settings())) == ["sub/build/h.py"]


def test_no_repository(tmp_path: Path) -> None:
    """A `.gitignore` without a repository says nothing."""
    (tmp_path / ".git").rename(tmp_path / "git")
    Path(".gitignore").write_text("a.py\n")
    if not any((one / ".git").exists() for one in tmp_path.parents):
        assert "a.py" in list(discover(["."], Settings()))


def test_links(tmp_path: Path) -> None:
    """Links to folders are not followed, so loops end; links to files are files."""
    (tmp_path / "sub" / "loop").symlink_to(tmp_path)
    (tmp_path / "sub" / "link.py").symlink_to(tmp_path / "a.py")
    assert list(discover(["sub"], Settings())) == ["sub/c.py", "sub/link.py", "sub/build/h.py", "sub/deep/d.py"]
