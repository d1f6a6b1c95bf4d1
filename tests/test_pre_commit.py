"""Real pre-commit in a temporary repository: our hooks, the flake8 hook, partly staged files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LEAK = "import requests\n\n\ndef f(u):\n    r = requests.get(u, stream=True, timeout=9)\n    return r.status_code\n"
CLEAN = LEAK.replace("timeout=9)\n", "timeout=9)\n    r.close()\n")
SAID = "a.py:5:9: HTL101 response of 'requests.get' is never closed; use 'with'"
ROOT = Path(__file__).parents[1]
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text()
# The fixes themselves are not what is tested here: closing in the next line is fix enough.
STANDIN = """
import sys
from types import ModuleType
def fixes_for(source, path, options, found):
    from flake8_httpleak.diagnostics import Fix, Position, Span, TextEdit
    fixes = {}
    for one in found:
        line = one.span.start.line
        at = Position(line, len(source.split(chr(10))[line - 1]))
        fixes[one] = (Fix("close", True, (TextEdit(Span(at, at), chr(10) + "    r.close()"),)),)
    return fixes
module = ModuleType("flake8_httpleak.fixes")
module.fixes_for = fixes_for
sys.modules[module.__name__] = module
"""


class Repository:
    """A git repository with pre-commit in it."""

    def __init__(self, folder: Path) -> None:
        """Make one below `folder`."""
        self.folder = folder / "project"
        self.folder.mkdir()
        (folder / "standin").mkdir()
        (folder / "standin" / "sitecustomize.py").write_text(STANDIN)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE", "GIT_"))}
        self.environment |= {
            "PRE_COMMIT_HOME": str(folder / "pre-commit"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "PYTHONPATH": str(folder / "standin"),
        }
        for name in ("AUTHOR", "COMMITTER"):
            self.environment |= {f"GIT_{name}_NAME": "a", f"GIT_{name}_EMAIL": "a@example.org"}
        self.run("git", "init", "-q")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run something in it."""
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=280
        )

    def write(self, text: str, name: str = "a.py", *, stage: bool = True) -> None:
        """Write a file."""
        (self.folder / name).write_text(text)
        if stage:
            self.run("git", "add", name)

    def read(self) -> str:
        """The file as it is now."""
        return (self.folder / "a.py").read_text()

    def install(self, config: str) -> None:
        """Set pre-commit up."""
        self.write(config, ".pre-commit-config.yaml")
        done = self.run(sys.executable, "-m", "pre_commit", "install")
        assert done.returncode == 0, done.stderr

    def commit(self) -> subprocess.CompletedProcess[str]:
        """Commit what is staged."""
        return self.run("git", "commit", "-m", "x")


@pytest.fixture
def hooks(tmp_path: Path) -> Path:
    """Our hooks as a repository of their own, run with what is installed here."""
    folder = tmp_path / "hooks"
    folder.mkdir()
    (folder / ".pre-commit-hooks.yaml").write_text(HOOKS.replace("language: python", "language: system"))
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=folder, check=True, env={**os.environ, "HOME": str(tmp_path)})  # noqa: S607
    return folder


def config(hooks: Path, name: str) -> str:
    """The configuration for one of our hooks."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=hooks, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S607
    return f"repos:\n  - repo: {hooks}\n    rev: {head}\n    hooks:\n      - id: {name}\n"


def test_check(tmp_path: Path, hooks: Path) -> None:
    """A commit with a leak is refused, one without is made; other kinds of files are not looked at."""
    repository = Repository(tmp_path)
    repository.install(config(hooks, "httpleak"))
    repository.write(LEAK)
    repository.write(LEAK, "a.txt")
    done = repository.commit()
    assert done.returncode == 1
    assert SAID in done.stderr + done.stdout
    assert "a.txt" not in done.stderr + done.stdout
    repository.write(CLEAN)
    assert repository.commit().returncode == 0


@pytest.mark.parametrize(("staged", "there", "code"), [(LEAK, CLEAN, 1), (CLEAN, LEAK, 0)])
def test_partial_staging(tmp_path: Path, hooks: Path, staged: str, there: str, code: int) -> None:
    """What is staged counts, and what is not comes back as it was."""
    repository = Repository(tmp_path)
    repository.install(config(hooks, "httpleak"))
    repository.write(staged)
    repository.write(there, stage=False)
    assert repository.commit().returncode == code
    assert repository.read() == there


def test_fix(tmp_path: Path, hooks: Path) -> None:
    """The hook changes the file and refuses the commit; the second one goes through. Unstaged lines survive."""
    repository = Repository(tmp_path)
    repository.install(config(hooks, "httpleak-fix"))
    repository.write(LEAK)
    done = repository.commit()
    assert done.returncode == 1
    assert "files were modified by this hook" in done.stderr + done.stdout
    assert repository.read() == CLEAN
    repository.write(CLEAN)
    assert repository.commit().returncode == 0
    repository.write(LEAK + "\n\nx = 1\n")
    repository.write(LEAK + "\n\nx = 1\ny = 2\n", stage=False)
    assert repository.commit().returncode == 1
    assert repository.read() == CLEAN + "\n\nx = 1\ny = 2\n"


FLAKE8 = """\
repos:
  - repo: local
    hooks:
      - id: flake8
        name: flake8
        entry: flake8
        language: python
        types: [python]
        require_serial: true
        additional_dependencies: ["{ROOT}"]
"""


def test_installed_by_pre_commit(tmp_path: Path) -> None:
    """As users have it: pre-commit makes the environment itself, here for the flake8 hook with us beside it."""
    repository = Repository(tmp_path)
    del repository.environment["PYTHONPATH"]
    repository.install(FLAKE8.replace("{ROOT}", str(ROOT)))
    repository.write(LEAK)
    done = repository.commit()
    assert SAID in done.stderr + done.stdout, done.stderr + done.stdout
    assert done.returncode == 1
