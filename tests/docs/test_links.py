"""Links lead somewhere: between the Markdown files of the repository, and inside the built site. The network is not asked."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)\)")
OURS = "https://github.com/flake8-httpleak/flake8-httpleak/"
# What no page leads to: the search and the index of Sphinx stand in the frame of every page.
FRAME = {"genindex.html", "search.html"}


def files() -> list[str]:
    """Every Markdown file of the repository, those that git does not know yet too."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:  # no clone: the sdist's tests
        return [str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md") if "generated" not in path.parts]
    return sorted(line for line in done.stdout.splitlines() if (ROOT / line).exists())


def prose(path: Path) -> str:
    """The text of a file without its blocks of code."""
    return re.sub(r"^```.*?^```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def headings(path: Path) -> set[str]:
    """The places in a Markdown file, as GitHub and Sphinx call them."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


def broken(name: str) -> list[str]:
    """The links of a file that lead nowhere. Pages that are made when the site is built are the site's test."""
    page = ROOT / name
    found: list[str] = []
    for link in LINK.findall(prose(page)):
        file, _, place = link.partition("#")
        inside = re.match(rf"{re.escape(OURS)}(?:blob|tree)/main/(.*)", file)
        if inside:
            target = ROOT / inside[1]
        elif re.match(r"[a-z]+:", link) or "generated/" in link:
            continue
        else:
            target = page.parent / file if file else page
        if not target.exists() or (place and target.suffix == ".md" and place not in headings(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("name", files())
def test_links_of_a_file(name: str) -> None:
    """Files and places that are there; those with our repository's address as well."""
    assert broken(name) == []


def test_a_wrong_link_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is missing, a heading that is missing, a file of the repository that is missing; not what is code."""
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    (tmp_path / "other.md").write_text("# Here it is\n", encoding="utf-8")
    lines = ["[a](none.md)", "[b](other.md#here-it-is)", "[c](other.md#there)", f"[d]({OURS}blob/main/none.md)", "`[e](x.md)`"]
    (tmp_path / "page.md").write_text("\n".join(lines), encoding="utf-8")
    assert broken("page.md") == ["none.md", "other.md#there", f"{OURS}blob/main/none.md"]


def test_every_page_is_reachable(site: Path) -> None:
    """By links alone, beginning at the first page."""
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")} - FRAME
    seen: set[str] = set()
    ahead = ["index.html"]
    while ahead:
        name = ahead.pop()
        if name in seen:
            continue
        seen.add(name)
        folder = (site / name).parent
        links = re.findall(r'href="([^"#?:]+\.html)(?:#[^"]*)?"', (site / name).read_text(encoding="utf-8"))
        ahead += [(folder / link).resolve().relative_to(site.resolve()).as_posix() for link in links]
    assert pages - seen == set()
