"""What a query says in a person's own words, as a model that reads sentences wants it."""

from __future__ import annotations

from collections.abc import Iterator

from tacit.core.query_terms import Terms
from tacit.core.query_values import FIELDS


def spoken(text: str) -> str:
    """The words, quoted texts and meanings of a query as they were written: in order, repeats and all.

    Pairs, what is negated and the signs between them are left out.
    """
    return " ".join(_said(text))


def _said(text: str) -> Iterator[str]:
    depth = denied = 0  # brackets that are open, and the outermost one of them with a minus
    for term in Terms(text, FIELDS):
        if term.what == "open":
            depth += 1
            denied = denied or (depth if term.negated else 0)
        elif term.what == "close":
            denied = 0 if denied == depth else denied
            depth = max(0, depth - 1)
        elif not denied and not term.negated and term.what in {"word", "text", "meaning"}:
            yield term.text
