"""Texts as they may leave this machine."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from tacit.core.redaction import Redactor

LONGEST = 8_000
"""Bytes of a text that is sent. No tokenizer makes more tokens than bytes, and 8,192 is a usual limit."""

_WINDOW = 65_536  # characters that are searched for secrets: one at the cut is seen whole
_UNHASHED = re.compile(r"\[REDACTED:([\w-]+):[0-9a-f]+\]")
_CONTROLS = {number: " " for number in range(32) if number not in (9, 10)} | {127: " "}
_EMPTY = "nothing"


class Outgoing:
    """Makes a text fit to be sent: without secrets, whole characters only, of a bearable length.

    What is stored is redacted already; a question comes here as it was typed. The digits that tell
    redacted secrets apart stay here too.

    Args:
        allow: what looks like a secret and is none, as in ``import.redact_allow``.
    """

    def __init__(self, allow: Sequence[str] = ()) -> None:
        self._redact = Redactor(os.urandom(32), allow)

    def __call__(self, text: str) -> str:
        """The text to send; a word in place of nothing, which providers refuse."""
        whole = text[:_WINDOW].encode("utf-8", "replace").decode("utf-8").translate(_CONTROLS)
        clean = _UNHASHED.sub(r"[REDACTED:\1]", self._redact(whole)).strip()
        return clean.encode()[:LONGEST].decode("utf-8", "ignore") or _EMPTY
