"""The keys, as they are bound right now, and a search over them."""

from __future__ import annotations

from tacit.core.text import pad
from tacit.widgets.finder import Choice, Finder
from tacit.widgets.ink import Cell, Line, spread


class Help(Finder):
    """A list of keys; typing narrows it, Enter does what the key under the cursor does."""

    def paint_choice(self, choice: Choice, width: int) -> Line:
        """Key, what it does, and where it holds."""
        left = [Cell(pad(choice.key, 11), "accent"), Cell(" "), Cell(choice.name)]
        return spread(left, [Cell(f"{choice.group} ", "muted")] if choice.group else [], width)
