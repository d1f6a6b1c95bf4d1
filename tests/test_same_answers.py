"""`httpleak check` and flake8 say the same of the same files."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.corpus import corpus_home
from flake8_httpleak.gate import text_mentions

ROOT = Path(__file__).parents[1]
CORPUS = corpus_home()
SAMPLE = 120
"""Files of the corpus that mention a client; the same ones every time."""
SETTINGS = [
    [],
    ["--httpleak-enable=HTL6,HTL9"],
    ["--httpleak-reclaim=collector", "--ignore=HTL2"],
    ["--select=HTL1,HTL6", "--extend-ignore=HTL102"],
    ["--disable-noqa"],
]


def flake8(folder: Path, paths: list[str], settings: list[str]) -> set[str]:
    """What flake8 prints of ours."""
    choice = [] if any(one.startswith("--select") for one in settings) else ["--select=HTL"]
    return run(folder, [sys.executable, "-m", "flake8", "--isolated", *choice, *settings, *paths])


def httpleak(folder: Path, paths: list[str], settings: list[str]) -> set[str]:
    """What the command prints."""
    given = [one.replace("--httpleak-", "--") for one in settings]
    return run(folder, [sys.executable, "-m", "flake8_httpleak", "check", "--isolated", "--no-cache", *given, *paths])


def run(folder: Path, command: list[str]) -> set[str]:
    """Run one of the two."""
    environment = {**os.environ, "HTTPLEAK_STRICT": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode in {0, 1}, done.stderr[-2000:]
    return {line.removeprefix("./") for line in done.stdout.splitlines() if ": HTL" in line}


def corpus() -> Iterator[str]:
    """A sample of the corpus."""
    found = sorted(CORPUS.glob("*/**/*.py"))
    random.Random(8).shuffle(found)  # noqa: S311 - nothing to guess
    kept = (path for path in found if path.is_file() and text_mentions(path.read_bytes()))
    for _, path in zip(range(SAMPLE), kept, strict=False):
        yield str(path.relative_to(CORPUS))


@pytest.mark.parametrize("settings", SETTINGS, ids=" ".join)
def test_fixtures(settings: list[str]) -> None:
    """Every fixture there is."""
    ours = httpleak(ROOT, ["fixtures"], settings)
    assert ours == flake8(ROOT, ["fixtures"], settings)
    assert ours or settings


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of the bench is not at hand")
def test_corpus() -> None:
    """Real code, everything on."""
    paths = list(corpus())
    settings = ["--httpleak-enable=HTL6,HTL9"]
    assert httpleak(CORPUS, paths, settings) == flake8(CORPUS, paths, settings)
