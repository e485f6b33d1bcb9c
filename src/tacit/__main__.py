"""The ``memory`` command, also as ``python -m tacit``."""

from __future__ import annotations


def main() -> None:
    """Run the command line and exit with its code."""
    from tacit.app.cli import main as run

    run()


if __name__ == "__main__":
    main()
