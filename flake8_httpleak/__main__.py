"""`python -m flake8_httpleak`: the command `httpleak`."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # Python looks for modules in the folder of the run first. What lies there is analysed, so none of it may be imported.
    if not sys.flags.safe_path and Path(sys.path[0]).resolve() != Path(__file__).resolve().parents[1]:
        del sys.path[0]
    from flake8_httpleak.cli.main import main

    raise SystemExit(main())
