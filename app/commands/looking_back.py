"""What is said of an episode in looking back, as a block of its page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tacit.app.commands.output import paint
from tacit.app.commands.page import INDENT, facts, folded, heading, paragraph
from tacit.core.text import clean
from tacit.core.worded import reward_text

if TYPE_CHECKING:
    from tacit.core.lookback import Lookback
    from tacit.core.model import Episode

_LISTS = (("successes", "✓", "green"), ("improvements", "!", "yellow"), ("insights", "·", "dim"))


def lookback_block(found: Lookback, episode: Episode) -> list[str]:
    """The task and its end in one paragraph, the reward with its parts, and what is worth saying."""
    lines = heading("Looking back")
    lines += paragraph(found.summary.told)
    lines += facts([("reward", reward_text(found, episode))])
    return [*lines, *_remarks(found)]


def _remarks(found: Lookback) -> Iterator[str]:
    for name, glyph, style in _LISTS:
        for remark in getattr(found.reflection, name):
            first, *more = folded(clean(remark.sentence), len(INDENT) + 2)
            yield f"{INDENT}{paint(glyph, style)} {first}"
            yield from (f"{INDENT}  {line}" for line in more)
