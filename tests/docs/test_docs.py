"""The documentation says what is so: its code, its commands, its settings, and it builds without a warning."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from docs import layers, plots
from docs.client_pages import client_page
from docs.fix_pages import fixes_page
from docs.generate import UNWRITTEN, others, rule_page, settings_page
from flake8_httpleak.analyze import analyze
from flake8_httpleak.cli.arguments import make_parser
from flake8_httpleak.clients.overview import overview
from flake8_httpleak.config.settings import setting_names
from flake8_httpleak.files import decode
from flake8_httpleak.fixes import engine
from flake8_httpleak.fixes.engine import PROPOSERS
from flake8_httpleak.noqa import is_silenced
from flake8_httpleak.options import Options
from flake8_httpleak.report.pages import all_pages
from tests.conftest import Flake8

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), *sorted((DOCS / "how-to").glob("*.md"))]
NAMES = [str(page.relative_to(DOCS)) for page in PAGES]


def blocks(page: str, language: str) -> list[str]:
    """Every fenced block of a language on a page."""
    return re.findall(rf"^```{language}\n(.*?)^```", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", NAMES)
def test_code_gets_the_findings_that_it_names(page: str) -> None:
    """A block is Python, and exactly the lines that name a code are reported, unless a comment hides them."""
    for text in blocks(page, "python"):
        ast.parse(text)
        if page == "start.md":
            continue  # flake8 itself reads these, below
        lines = text.splitlines(keepends=True)
        wanted = [(number, found[1]) for number, line in enumerate(lines, 1) if (found := re.search(r"# (HTL\d+)$", line))]
        shown = [one for one in analyze(text, "page.py", Options()) if not is_silenced(one, lines)]
        assert [(one.span.start.line, one.code) for one in shown] == wanted


def test_the_comment_on_the_page_hides_something() -> None:
    """Without it the line would be reported."""
    (text,) = blocks("suppressing.md", "python")
    assert [one.code for one in analyze(text, "page.py", Options())] == ["HTL101"]


def test_the_first_page_shows_what_flake8_prints(flake8: Flake8, tmp_path: Path) -> None:
    """The finding below the code is the one that the code gets."""
    (text,) = blocks("index.md", "python")
    (tmp_path / "download.py").write_text(text, encoding="utf-8")
    assert [flake8("--isolated", "download.py").stdout] == blocks("index.md", "text")


def test_the_first_two_minutes(flake8: Flake8, tmp_path: Path) -> None:
    """flake8 prints for the first block what the page shows, and nothing for the second."""
    bad, good = blocks("start.md", "python")
    (said,) = blocks("start.md", "text")
    (tmp_path / "download.py").write_text(bad, encoding="utf-8")
    assert flake8("--isolated", "download.py").stdout == said
    (tmp_path / "download.py").write_text(good, encoding="utf-8")
    assert flake8("--isolated", "download.py").stdout == ""


@pytest.mark.parametrize("page", NAMES)
def test_commands_exist(page: str) -> None:
    """Each `httpleak` line of a block is one that the command understands."""
    shown = [line for text in blocks(page, "(?:console|yaml)") for line in text.splitlines() if "httpleak " in line]
    lines = [found[1] for line in shown if (found := re.search(r"(?:^|- |script: |run: )httpleak ([a-z][^|>]*)", line))]
    for line in lines:
        words = [word for word in line.split() if word != "--help"]
        assert callable(make_parser().parse_args(words).run)


def test_the_fix_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its function, entered as the page says, makes the second text of the first."""
    bad, proposer, good = blocks("how-to/add-a-fix.md", "python")
    scope: dict[str, Any] = {}
    exec(compile(proposer, "keep.py", "exec"), scope)  # noqa: S102 - the page's own code
    (entry,) = blocks("how-to/add-a-fix.md", "text")
    found = re.fullmatch(r'"(HTL\d+)": \((\w+),\),\n', entry)
    assert found
    monkeypatch.setitem(engine.PROPOSERS, found[1], (scope[found[2]],))
    findings = analyze(bad, "size.py", Options())
    ((fix,),) = engine.fixes_for(bad, "size.py", Options(), findings).values()
    assert not fix.safe  # as the page says
    edited = decode(bad.encode()).edited(fix.edits).text
    assert ast.unparse(ast.parse(edited)) == ast.unparse(ast.parse(good))


def test_the_picture_of_the_layers() -> None:
    """It is drawn from today's contract, and the page speaks of every module in it."""
    assert layers.PICTURE.read_text(encoding="utf-8") == layers.draw()
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    assert [name for layer in layers.layers() for name in layer if not re.search(rf"\b{name}\b", page)] == []


def test_the_scan_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The script of the page finds what is in the folder that it names."""
    folder = tmp_path / "repositories"
    folder.mkdir()
    (folder / "one.py").write_text(blocks("start.md", "python")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    exec(compile(blocks("how-to/many-repositories.md", "python")[0], "scan.py", "exec"), {})  # noqa: S102 - the page's own code
    assert capsys.readouterr().out == f"{ {str(Path('repositories', 'one.py')): ['HTL101']} }\n"


def test_no_setting_is_missing(flake8: Flake8) -> None:
    """The page names every setting that is read, and every option that flake8 gets from us."""
    page = settings_page()
    assert [name for name in setting_names() if f"`{name}`" not in page] == []
    options = set(re.findall(r"--(httpleak-[a-z-]+)", flake8("--help").stdout))
    assert options
    assert options == set(re.findall(r"^\| `(httpleak-[a-z-]+)`", page, re.MULTILINE))


def test_every_library_has_its_figures() -> None:
    """Its page gives what the lab proved and the versions."""
    for row in overview():
        page = client_page(row)
        assert ("proved by running it" in page) == (row.proved > 0)
        assert row.state == "verified" or row.state[1:] in page
        assert all(version in page for version in row.measured)


def test_plots() -> None:
    """Each ends where its numbers end, says so in words too, and is on the page before the example."""
    measured = json.loads(plots.MEASURED.read_text(encoding="utf-8"))
    assert plots.figure("HTL601") == ""
    for code, plot in measured["plots"].items():
        figure = plots.figure(code)
        series = [name for name in ("bad", "good", "fixed") if name in plot]
        told = ", ".join(f"{name} {plot[name][-1]}" for name in series)
        assert f'aria-label="Sockets held after {measured["calls"]} calls: {told}"' in figure
        drawn = [line.split() for line in re.findall(r'<polyline points="([^"]+)"', figure)]
        assert len(drawn) == len(series)
        highest = max(max(plot[name]) for name in series)
        for name, points in zip(series, drawn, strict=True):
            heights = [float(point.partition(",")[2]) for point in points]
            ends = [height for height, value in zip(heights, plot[name], strict=True) if value == highest]
            assert all(height == min(heights) for height in ends)
            assert sorted(heights, reverse=True) == [height for _, height in sorted(zip(plot[name], heights, strict=True))]
        page = next(one for one in all_pages() if one.code == code)
        assert 0 < rule_page(page).find(figure) < rule_page(page).find("## Bad")


def test_what_others_say_is_on_the_page() -> None:
    """A rule that others know a part of, one that nobody knows, and one that was not asked for."""
    assert "On the bad example: pylint W3101, ruff S113, bandit B113" in others("HTL601")
    assert others("HTL103").startswith("## Other linters\n\nNone of pylint, ruff, bandit,")
    assert others("HTL999") == ""


def test_a_page_says_whether_there_is_a_fix() -> None:
    """A rule for which nobody proposes one begins with a no, and only such a rule."""
    texts = {page.code: page.text.partition("## Fix and its safety\n")[2].strip() for page in all_pages()}
    without = {code for code, text in texts.items() if text.startswith(("None", "There is no fix"))}
    assert without == set(texts) - set(engine.PROPOSERS)


def test_no_page_of_a_rule_is_a_promise() -> None:
    """What is not written yet is left out."""
    pages = [rule_page(page) for page in all_pages()]
    assert len(pages) == len({page.partition("\n")[0] for page in pages})
    assert [page for page in pages if UNWRITTEN in page] == []


def test_the_site_has_every_page(site: Path) -> None:
    """One a rule and one a library, each with its title."""
    for page in all_pages():
        assert f"{page.code} {page.name}" in (site / "generated" / "rules" / f"{page.code}.html").read_text(encoding="utf-8")
    for row in overview():
        assert f"<h1>{row.name}" in (site / "generated" / "clients" / f"{row.name}.html").read_text(encoding="utf-8")


def test_links_lead_somewhere(site: Path) -> None:
    """Every link and picture inside the site is a file that is there, with the place that is named."""
    texts: dict[Path, str] = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    assert len(texts) > len(PAGES)
    broken: list[Any] = []
    for path, text in texts.items():
        for link in re.findall(r'(?:href|src)="([^"]+)"', text):
            if re.match(r"[a-z]+:|//", link):
                continue
            file, _, place = link.partition("#")
            target = (path.parent / file.partition("?")[0]).resolve() if file else path
            if not target.exists() or (place and f'id="{place}"' not in texts.get(target, "")):
                broken.append((path.name, link))
    assert broken == []


def test_every_fix_is_on_its_page() -> None:
    """Each code that has a proposer is in the table, with what is done and how safely."""
    page = fixes_page()
    assert [code for code in PROPOSERS if f"| [{code}]" not in page] == []
    assert "| [HTL101](rules/HTL101.md) | Wrap the uses in 'with' | yes |" in page
    assert "| [HTL601](rules/HTL601.md) | Set 'timeout=10' | no: `--unsafe` |" in page
    assert "In words only: HTL106, HTL107, HTL302" in page
