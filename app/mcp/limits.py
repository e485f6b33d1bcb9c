"""What the server takes and gives at most; ``docs/mcp.md`` has them as a table."""

from __future__ import annotations

LINE_BYTES = 4_000_000
"""A message: longer ones are dropped while they are read, so that none of them is ever held."""

CALLS_AT_ONCE = 8
"""So many calls are worked on at once, each in a thread; the others wait."""

CALLS_WAITING = 64
"""So many may be worked on and wait together; one more is refused."""

ANSWER_CHARACTERS = 20_000
"""The text of an answer, all of it."""

ITEMS_CHARACTERS = 17_000
"""What the items of an answer take of that."""

TEXT_CHARACTERS = 400
"""A text inside an answer, where nothing else is said of it."""

ERROR_CHARACTERS = 1_500
"""What an error says."""

LIMIT = 20
MOST = 100
"""Items of an answer: where nobody says how many, and at most."""

LEAVE_SECONDS = 0.7
"""How long calls that are being worked on may take after the client has closed the pipe."""

CLOSE_SECONDS = 0.9
"""How long letting go of the store may take after that."""
