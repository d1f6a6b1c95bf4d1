"""The site as people see it: no errors on the console, a search that finds, no page wider than a telephone."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.browser import Page, chromium, needs_chromium

NARROW = 360
PAGES = ("index", "start", "concepts", "architecture", "how-to/ci", "generated/rules/HTL101", "generated/rules/index")
SPILLS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOUND = "[...document.querySelectorAll('#search-results li a')].map((link) => link.getAttribute('href')).join(' ')"


async def look(site: Path) -> None:
    """Open pages wide and narrow, then search; the browser must have nothing to complain about."""
    async with chromium() as page:
        for name in PAGES:
            await page.open((site / f"{name}.html").as_uri())
            for width in (1200, NARROW):
                await page.resize(width, 800)
                assert (name, width, await page.run(SPILLS)) == (name, width, 0)
        await page.open((site / "search.html").as_uri() + "?q=baseline")
        async with asyncio.timeout(20):
            while "suppressing.html" not in str(await page.run(FOUND)):
                await asyncio.sleep(0.1)
        assert page.complaints == []
        assert [one for one in page.requests if not one.startswith(("file:", "data:", "about:"))] == []


@needs_chromium
def test_the_site_in_a_browser(site: Path) -> None:
    """Everything it needs comes with it; nothing is asked of the network."""
    asyncio.run(look(site))
