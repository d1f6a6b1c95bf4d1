"""`python -m flake8_httpleak`: the command `httpleak`."""

from __future__ import annotations

from flake8_httpleak.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
