"""The ``memory`` command, also as ``python -m tacit``."""

from __future__ import annotations


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        from tacit.app.cli import main as run

        run()
    except KeyboardInterrupt:  # while it was still being loaded
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
