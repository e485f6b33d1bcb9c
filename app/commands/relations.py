"""What the commands that tell relations share: the mark of what stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tacit.app.commands.table import Cell


def stand(*, stands: bool) -> Cell:
    """A mark for what survived the correction."""
    from tacit.app.commands.table import Cell

    return Cell("●", "green") if stands else Cell("○", "dim")
