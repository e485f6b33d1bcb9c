"""Why something ended as it did, in the words of a program."""

from __future__ import annotations

from tacit.core import limits
from tacit.core.limits import Excerpt
from tacit.core.live import checks
from tacit.core.redaction import Redactor


def noted(redact: Redactor, text: str, what: str = "note") -> str:
    """The words, redacted.

    Raises:
        Usage: they are too large.
    """
    return redacted(redact, checks.within(text, limits.PROMPT_BYTES, what)).strip()


def redacted(redact: Redactor, text: str) -> str:
    """A text of at most ``limits.PROMPT_BYTES`` without secrets."""
    return limits.clip(Excerpt(checks.whole(text)), limits.PROMPT_BYTES, redact)[0]
