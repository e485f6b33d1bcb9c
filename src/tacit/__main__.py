"""The ``memory`` command, also as ``python -m tacit``."""

from __future__ import annotations


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        from tacit.app.cli import main as run

        run()
    except KeyboardInterrupt:  # while it was still being loaded, or once more while it ended
        import os

        os._exit(130)  # the interpreter's own end would want to write to a terminal that may be gone


if __name__ == "__main__":
    main()
