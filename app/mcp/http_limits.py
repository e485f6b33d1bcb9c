"""What the server over HTTP takes at most; ``docs/mcp.md`` has them as a table."""

from __future__ import annotations

PORT = 8765
"""Where it listens if nobody says."""

BODY_BYTES = 1_000_000
"""Of one request."""

HEAD_BYTES = 16_384
"""The request line and all headers."""

HEAD_SECONDS = 10.0
"""How long they may take to come."""

BODY_SECONDS = 20.0
"""How long the body may take after that."""

KEEP_SECONDS = 75
"""How long a connection without a request stays open."""

RATE = 50.0
"""Requests a second, of all clients together."""

BURST = 100
"""Requests at once, before the rate holds."""

PATIENCE = 2.0
"""Seconds that a request beyond that waits for its turn; one that would wait longer is refused."""

REFUSALS_NOTED = 10
"""Refused requests a second that get a line of their own in the log; of more only the number is kept."""

CONNECTIONS = 256
"""Open at once."""

SESSIONS = 128
"""Open at once."""

SESSION_SECONDS = 600.0
"""How long a session lives without a request."""

END_SECONDS = 1.8
"""After a signal the process is gone by then, whatever any thread does."""
