"""From the words of the command line to an exit code: 0 clean, 1 findings, 2 wrong use or an error of ours."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from flake8_httpleak.checking import STRICT
from flake8_httpleak.cli.arguments import make_parser
from flake8_httpleak.cli.streams import Streams
from flake8_httpleak.config.problems import ConfigError

CLEAN, FINDINGS, WRONG = 0, 1, 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    options = make_parser().parse_args(arguments)
    streams = Streams()
    try:
        return int(options.run(options, streams))
    except ConfigError as error:
        streams.say(f"httpleak: {error}")
        return WRONG
    except KeyboardInterrupt:
        streams.say("httpleak: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough. Python's own flush at the end must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINDINGS
    except Exception as error:
        if os.environ.get(STRICT) == "1":
            raise
        # The type's name only: the text of a LibCST error can be hundreds of thousands of lines.
        streams.say(f"httpleak: an error of ours ({type(error).__name__}); please report it ({STRICT}=1 shows where)")
        return WRONG
