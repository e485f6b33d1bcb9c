"""The ``memory`` command, also as ``python -m tacit``."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        if _is_hook(sys.argv[1:]):
            from tacit.app.hooks.run import main as hook

            hook(sys.argv[2:])
        from tacit.app.cli import main as run

        run()
    except KeyboardInterrupt:  # while it was still being loaded, or once more while it ended
        os._exit(130)  # the interpreter's own end would want to write to a terminal that may be gone


def _is_hook(words: list[str]) -> bool:
    """Whether an agent runs a hook, which must be over before click alone would be loaded."""
    asks = {"-h", "--help"}.intersection(words) or "_MEMORY_COMPLETE" in os.environ
    return words[:1] == ["hook"] and not asks and not (sys.stdin is not None and sys.stdin.isatty())


if __name__ == "__main__":
    main()
