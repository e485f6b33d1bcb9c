"""What the commands that tell relations share: their forms, and the mark of what stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tacit.app.commands.table import Cell


def write_forms(
    form: str, name: str, items: Sequence[dict[str, Any]], total: int, whole: dict[str, Any]
) -> None:
    """Rows as JSON Lines, or as a list under ``name`` with what is told of all of them."""
    from tacit.app.commands.output import write_json, write_jsonl
    from tacit.core.jsonform import list_json

    if form == "jsonl":
        write_jsonl(items)
    else:
        write_json(list_json(name, items, total, truncated=len(items) < total) | whole)


def stand(*, stands: bool) -> Cell:
    """A mark for what survived the correction."""
    from tacit.app.commands.table import Cell

    return Cell("●", "green") if stands else Cell("○", "dim")
