"""The speed bench: the plugin can be left out, and what is measured is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import corpus, speed
from bench.speed import Cost

pytest_plugins = ["bench.testing"]


def test_ratio_is_the_median_of_pairs() -> None:
    """Ratio is the median of pairs."""
    pairs = [(Cost(1.0, 1.0, 10.0), Cost(ratio, 1.0, 12.0)) for ratio in (1.5, 1.1, 1.2)]
    assert speed.ratio(pairs, lambda cost: cost.processor) == 1.2
    assert speed.ratio(pairs, lambda cost: cost.memory) == 1.2


@pytest.mark.usefixtures("home", "analysis")
def test_choosing_a_part_of_the_corpus_is_repeatable() -> None:
    """Choosing a part of the corpus is repeatable."""
    found = list(corpus.sources(corpus.load()))
    assert len(speed.choose(found, 0)) == 3
    assert speed.choose(found, 1) == speed.choose(found, 1)
    assert len(speed.choose(found, 1)) == 1


def test_flake8_runs_without_the_plugin(tmp_path: Path) -> None:
    """Flake8 runs without the plugin."""
    file = tmp_path / "a.py"
    file.write_text("import os\n", encoding="utf-8")
    cost = speed.run_flake8("without", [file], 1)
    assert cost.processor > 0
    assert cost.memory > 1


@pytest.mark.usefixtures("home", "analysis")
def test_layers_name_where_the_time_goes(capsys: pytest.CaptureFixture[str]) -> None:
    """Layers name where the time goes."""
    speed.layers([source.file for source in corpus.sources(corpus.load(speed=True))])
    out = capsys.readouterr().out
    assert "layers: 1 files, 14 lines; 1 files with 14 lines import a client" in out
    assert "gate" in out
