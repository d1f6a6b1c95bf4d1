"""The page: what is in it, that nothing of the analysed code gets out of its place, and how it behaves in a browser."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

from flake8_httpleak.diagnostics import Diagnostic, Fix, Level, Position, Reclaim, Span, Step, TextEdit
from flake8_httpleak.report import Entry, Problem, Report, entries_of
from flake8_httpleak.report.changes import diff_of
from flake8_httpleak.report.highlight import parts_of
from flake8_httpleak.report.html import render
from flake8_httpleak.report.model import foreign_entries
from tests.browser import Page, chromium, needs_chromium

LINES = [
    "import requests",
    "",
    "",
    "def fetch(url):",
    "    response = requests.get(url, stream=True)",
    "    if response.status_code != 200:",
    "        return None",
    "    data = response.content",
    "    return data",
]
HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">' --> ]]> {{7*7}} &amp;"


def span(line: int, start: int, end: int) -> Span:
    """Make a range in one line."""
    return Span(Position(line, start), Position(line, end))


def finding(code: str = "HTL102", message: str = "response of 'requests.get' is lost", library: str = "requests") -> Diagnostic:
    """Make a finding on the path of the example."""
    steps = (Step(span(5, 15, 45), "acquired"), Step(span(7, 8, 19), "lost: the function returns"))
    return Diagnostic(
        code, "some-name", message, span(5, 15, 45), Level.PATH, Reclaim.COLLECTOR, "fetch", library, steps, lines=(5, 5)
    )


def entries(
    path: str, *found: Diagnostic, lines: list[str] = LINES, fixes: dict[Diagnostic, tuple[Fix, ...]] | None = None
) -> list[Entry]:
    """Make entries of one file."""
    return entries_of(path, found, lines, fixes)


class Tags(HTMLParser):
    """The elements of a page, checked to be nested as they should."""

    EMPTY = frozenset({"meta", "input", "br"})

    def __init__(self, text: str) -> None:
        """Read the page."""
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the element that was opened last."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text that people see."""
        if not {"script", "style"} & set(self._open):
            self.text.append(data)

    def classes(self) -> Iterator[str]:
        """Every class name, as often as it is there."""
        for _, attributes in self.found:
            yield from (attributes.get("class") or "").split()


def test_what_is_in_it() -> None:
    """The sum, the finding, its path, where another way ends well, the fix as a difference, why it matters."""
    found = finding()
    fix = Fix("wrap in 'with'", safe=False, edits=(TextEdit(span(5, 4, 4), "# mended\n    "),))
    (entry,) = entries("src/a.py", found, fixes={found: (fix,)})
    page = Tags(render(Report((entry,), (Problem("gone.py", "has gone"),)), {entry: [(8, "read")]}, 7))
    said = " ".join("".join(page.text).split())
    assert "1 finding in 1 of 7 files 1 warning" in said
    assert "HTL102 some-name src/a.py:5:16 in fetch" in said
    assert "5 response = requests.get(url, stream=True) ╰ acquired" in said
    assert "7 return None ╰ lost: the function returns" in said
    assert "8 data = response.content ╰ otherwise: read" in said
    assert "Fix: wrap in 'with' may change behaviour" in said
    assert "+ # mended" in said
    assert "gone.py: has gone" in said
    rails = [attributes["class"] for tag, attributes in page.found if "rail" in (attributes.get("class") or "").split()]
    assert rails == [
        "rail",
        "rail on start acquired",
        "rail on",
        "rail on",
        "rail on stop lost",
        "rail",
        "rail good",
        "rail",
    ]


def test_a_long_way() -> None:
    """Stations between, lines that are left out, an ending that is not in the file."""
    lines = ["def f():", "    r = get()", "    a(r)", *["    x"] * 60, "    return"]
    steps = (Step(span(2, 8, 13), "acquired"), Step(span(3, 4, 8), "arrived"), Step(span(64, 4, 10), "lost"))
    found = Diagnostic("HTL101", "n", "m", span(2, 8, 13), Level.SURE, Reclaim.NEVER, steps=steps)
    (entry,) = entries("a.py", found, lines=lines)
    page = Tags(render(Report((entry,)), {entry: [(999, "closed")]}))
    rails = [attributes["class"] for tag, attributes in page.found if "rail" in (attributes.get("class") or "").split()]
    assert rails == [
        "rail",
        "rail on start acquired",
        "rail on",
        "rail on station",
        "rail on",
        "rail on gap",
        "rail on stop lost",
        "rail",
    ]


def test_other_plugins_and_places_that_are_not_there() -> None:
    """A violation without steps has a frame of one line; without a line, none; hints have no rail."""
    hint = Diagnostic("HTL401", "pool-unbounded", "no bound", span(5, 15, 45), Level.HINT, Reclaim.REFERENCE)
    lost = [*foreign_entries("a.py", [("F401", 1, 0, "unused"), ("X1", 99, 3, "")], LINES), *entries("a.py", hint)]
    page = Tags(render(Report(tuple(lost))))
    assert [one for one in page.classes() if one in {"on", "acquired", "finding"}] == [
        "finding",
        "acquired",
        "finding",
        "finding",
        "acquired",
    ]
    assert "3 findings in 1 of 1 file" in "".join(page.text)
    assert "(none)" in page.text


def test_nothing_found() -> None:
    """That is said too."""
    page = Tags(render(Report(), files=3))
    assert "0 findings in 0 of 3 files" in "".join(page.text)
    assert "Nothing was found." in "".join(page.text)


def hostile() -> str:
    """Make a page of which everything that comes from outside wants out of its place."""
    name = "src/" + HOSTILE.replace("/", "\u2215") + "\x1b\u202e\udce9.py"
    lines = [f"def f():  # {HOSTILE}", f"    r = g('''{HOSTILE}''')\x0c\x9b\u202e", f"    return {HOSTILE}"]
    steps = (Step(span(2, 8, 60), HOSTILE), Step(span(3, 4, 50), HOSTILE))
    found = Diagnostic(HOSTILE, HOSTILE, HOSTILE, span(2, 8, 60), Level.SURE, Reclaim.NEVER, HOSTILE, HOSTILE, steps)
    fix = Fix(HOSTILE, safe=True, edits=(TextEdit(span(2, 4, 4), HOSTILE),))
    (entry,) = entries(name, found, lines=lines, fixes={found: (fix,)})
    return render(Report((entry,), (Problem(name, HOSTILE),)), {entry: [(3, HOSTILE)]})


def test_nothing_gets_out_of_its_place() -> None:
    """One script, no element or attribute that is not ours, no control character, no style of its own."""
    text = hostile()
    text.encode()
    page = Tags(text)
    names = [tag for tag, _ in page.found]
    assert names.count("script") == 1
    assert names.count("style") == 1
    assert "img" not in names
    for tag, attributes in page.found:
        assert not [name for name in attributes if name.startswith("on") or name in {"style", "src"}], tag
    assert [attributes["href"] for tag, attributes in page.found if tag == "a"] == ["#f1"]
    assert "<img src=x" in "".join(page.text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", text)


def test_the_policy_fits_the_script() -> None:
    """The page names its script and its style by their hashes, and allows nothing else."""
    text = render(Report())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; ")
    for tag in ("script", "style"):
        (inner,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    assert "http:" not in text
    assert "https:" not in text


def test_colours() -> None:
    """Keywords, what is defined, strings over several lines, numbers, comments; what is no Python has none."""
    assert parts_of(["def f():  # c", "    return 1, '''a", "b'''"]) == {
        1: [(0, 3, "k"), (4, 5, "d"), (10, 13, "c")],
        2: [(4, 10, "k"), (11, 12, "n"), (14, 18, "s")],
        3: [(0, 4, "s")],
    }
    assert parts_of(["x = 1", "'''"]) == {1: [(4, 5, "n")]}


def test_a_fix_that_does_not_fit() -> None:
    """It is left out."""
    assert diff_of(Fix("x", safe=True, edits=(TextEdit(span(9, 0, 1), ""),)), ["a"]) == []
    assert diff_of(Fix("x", safe=True, edits=(TextEdit(span(1, 0, 1), "b"),)), ["a"]) == ["@@ -1 +1 @@", "-a", "+b"]
    found = finding()
    (entry,) = entries("a.py", found, fixes={found: (Fix("x", safe=True, edits=(TextEdit(span(99, 0, 1), ""),)),)})
    assert "Fix: x" not in render(Report((entry,)))


def example() -> str:
    """Make a page with findings of two codes, libraries and files."""
    one, two = finding(), finding("HTL201", "client 'httpx.Client' is never closed", "httpx")
    return render(Report((*entries("a.py", one, two), *entries("b.py", one))))


SHOWN = "[...document.querySelectorAll('.finding:not([hidden]) .place a')].map((a) => a.textContent)"
HEADINGS = "[...document.querySelectorAll('h2.group:not([hidden])')].map((h) => h.textContent)"


def look(text: str, tmp_path: Path, looking: Callable[[Page], Awaitable[None]], suffix: str = "") -> None:
    """Open a page from a file in a browser and do something with it; no complaint, and nothing asked for but the file."""
    file = tmp_path / "report.html"
    file.write_text(text, encoding="utf-8")

    async def run() -> None:
        async with chromium() as page:
            await page.open(f"{file.as_uri()}{suffix}")
            await looking(page)
            assert page.complaints == []
            assert {one.partition("#")[0] for one in page.requests} <= {file.as_uri(), "about:blank"}

    asyncio.run(run())


@needs_chromium
def test_filter_and_groups(tmp_path: Path) -> None:
    """Words, buttons and groups choose what is shown; the address keeps it."""

    async def looking(page: Page) -> None:
        assert await page.run(SHOWN) == ["a.py:5:16", "a.py:5:16", "b.py:5:16"]
        await page.run("document.getElementById('filter').focus()")
        await page.call("Input.insertText", text="client HTTPX")
        assert await page.run(SHOWN) == ["a.py:5:16"]
        assert await page.run("document.getElementById('shown').textContent") == "1 of 3 shown"
        assert await page.run(HEADINGS) == ["a.py"]
        assert await page.run("location.hash") == "#q=client+HTTPX"
        await page.run("filter = document.getElementById('filter'); filter.value = ''; filter.dispatchEvent(new Event('input'))")
        await page.run("document.querySelector('.facet[data-value=\"b.py\"]').click()")
        assert await page.run(SHOWN) == ["b.py:5:16"]
        counts = "[...document.querySelectorAll('.facet b')].map((b) => b.textContent).join(' ')"
        assert await page.run(counts) == "1 0 1 0 2 1"
        await page.run("document.querySelector('.facet[data-value=\"b.py\"]').click()")
        await page.run("group = document.getElementById('group'); group.value = 'code'; group.dispatchEvent(new Event('change'))")
        assert await page.run(HEADINGS) == ["HTL102", "HTL201"]
        assert await page.run(SHOWN) == ["a.py:5:16", "b.py:5:16", "a.py:5:16"]
        assert await page.run("location.hash") == "#by=code"

    look(example(), tmp_path, looking)


@needs_chromium
def test_an_address_brings_its_view(tmp_path: Path) -> None:
    """What stands behind the # is what is shown; a finding's own address shows everything."""

    async def looking(page: Page) -> None:
        assert await page.run(SHOWN) == ["a.py:5:16"]
        assert await page.run(HEADINGS) == ["requests"]
        await page.run("location.hash = '#f2'")
        assert await page.run("new Promise((done) => setTimeout(() => done(document.querySelector(':target').id), 50))") == "f2"

    look(example(), tmp_path, looking, "#by=library&file=a.py&code=HTL102&code=gone")


@needs_chromium
def test_colours_and_narrow_screens(tmp_path: Path) -> None:
    """Dark and light by the reader's wish or by the button; no page wider than a telephone."""

    async def looking(page: Page) -> None:
        back = "getComputedStyle(document.body).backgroundColor"
        await page.prefer("dark")
        assert await page.run(back) == "rgb(18, 22, 28)"
        await page.run("document.getElementById('theme').click()")
        assert await page.run(back) == "rgb(255, 255, 255)"
        await page.run("document.getElementById('theme').click()")
        await page.prefer("light")
        assert await page.run(back) == "rgb(18, 22, 28)"
        await page.resize(360, 700)
        assert await page.run("innerWidth") == 360
        assert await page.run("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0

    look(example(), tmp_path, looking)


@needs_chromium
def test_hostile_code_in_a_browser(tmp_path: Path) -> None:
    """Nothing runs, nothing is asked for, and it is shown as the text that it is."""

    async def looking(page: Page) -> None:
        assert await page.run("document.title") == "1 finding in 1 of 1 file"
        assert await page.run("document.images.length + document.scripts.length") == 1
        group = "group = document.getElementById('group'); group.value = '{}'; group.dispatchEvent(new Event('change'))"
        for name in ("code", "library", "file"):
            await page.run(group.format(name))
        await page.run("for (const one of document.querySelectorAll('.facet')) one.click()")
        assert len(await page.run(SHOWN)) == 1
        assert await page.run("document.images.length") == 0
        assert HOSTILE in await page.run("document.querySelector('.finding').textContent")

    look(hostile(), tmp_path, looking)
