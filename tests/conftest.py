"""What many tests need: the real flake8 in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

os.environ["HTTPLEAK_STRICT"] = "1"  # an error of the plugin must show, in subprocesses too


def alone(code: str) -> str:
    """Run Python code in a process of its own, without the measuring of coverage; what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


Flake8 = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def flake8(tmp_path: Path) -> Flake8:
    """Run flake8 with the given arguments in `tmp_path`; its output comes back as text."""

    def run(*arguments: str, text: str | None = None, strict: bool = True) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "HTTPLEAK_STRICT": "1" if strict else "0"}
        command = [sys.executable, "-m", "flake8", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, input=text, capture_output=True, text=True, timeout=300, check=False
        )

    return run
