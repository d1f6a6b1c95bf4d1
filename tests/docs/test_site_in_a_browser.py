"""The site as people see it: no errors on the console, a search that finds, no page wider than a telephone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.browser import chromium, needs_chromium

NARROW = 360
PAGES = ("index", "start", "concepts", "architecture", "how-to/ci", "generated/rules/HTL101", "generated/rules/index")
SPILLS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOUND = """
new Promise((done, failed) => {
  const stop = setTimeout(() => failed(new Error("the page was not found")), 20000);
  const look = () => {
    const links = [...document.querySelectorAll("#search-results li a")].map((link) => link.getAttribute("href"));
    if (!links.some((link) => link.startsWith("suppressing.html"))) return setTimeout(look, 50);
    clearTimeout(stop);
    done(links.length);
  };
  look();
})
"""


class _Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and prints nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name for it
        """Say nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder over HTTP while the block runs; gives its address."""

    def handler(*arguments: object) -> _Quiet:
        return _Quiet(*arguments, directory=str(folder))  # type: ignore[arg-type]

    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


async def look(base: str) -> None:
    """Open pages wide and narrow, then search; the browser must have nothing to complain about."""
    async with chromium() as page:
        for name in PAGES:
            await page.open(f"{base}{name}.html")
            for width in (1200, NARROW):
                await page.resize(width, 800)
                assert (name, width, await page.run(SPILLS)) == (name, width, 0)
        await page.open(f"{base}search.html?q=baseline")
        assert await page.run(FOUND) > 1
        assert page.complaints == []
        assert [one for one in page.requests if not one.startswith((base, "data:", "about:"))] == []


@needs_chromium
def test_the_site_in_a_browser(site: Path) -> None:
    """Everything it needs comes with it; nothing is asked of another host."""
    with serving(site) as base:
        asyncio.run(look(base))
