"""What libraries log goes to Tacit's log as a line without any text: it may quote what was asked."""

from __future__ import annotations

import logging


class ToFile(logging.Handler):
    """Notes who logged, how bad it is, and the kind of the exception; never the message."""

    def emit(self, record: logging.LogRecord) -> None:
        """Add a line to the log."""
        from tacit.app.commands.logfile import note

        kind = record.exc_info[0] if record.exc_info else None
        what = {} if kind is None else {"error": kind.__name__}
        note("mcp", record.levelname.lower(), at=f"{record.name}:{record.lineno}", **what)


def log_to_file() -> None:
    """Send warnings and worse of every logger to the log, and nothing to stderr."""
    logging.basicConfig(handlers=[ToFile()], level=logging.WARNING, force=True)
