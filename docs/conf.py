"""Sphinx settings. The pages of rules, libraries and settings are written anew by `generate` before each build."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent))

from generate import write_pages  # noqa: E402 - found through the path above

from flake8_httpleak import __version__  # noqa: E402 - found through the path above

project = "flake8-httpleak"
release = __version__
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = f"flake8-httpleak {release}"
html_copy_source = False
html_show_copyright = False
html_static_path = ["static"]
html_css_files = ["site.css"]
smartquotes = False  # `--option` must stay what it is
html_favicon = "pictures/icon.svg"
nitpicky = True

write_pages(HERE / "generated")
