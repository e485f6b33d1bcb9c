"""``memory stats --health``: what the store is like, and how much room everything takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tacit.core.disk_use import Use
    from tacit.core.health import Health

_STYLES = {"ok": "green", "note": "dim", "warning": "yellow"}
_GLYPHS = {"ok": "✓", "note": "·", "warning": "!"}


def health_page(found: Health, uses: Sequence[Use], now: int) -> list[str]:
    """The signs of health, then the sizes."""
    from tacit.app.commands.output import paint
    from tacit.app.commands.page import folded, heading
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.health_form import signs, size_rows
    from tacit.core.text import clean, pad

    lines = []
    for level, name, text in signs(found, now):
        first, *more = folded(clean(text), 18)
        lines.append(f"{paint(_GLYPHS[level], _STYLES[level])} {pad(name, 15)} {first}")
        lines += [" " * 18 + line for line in more]
    rows = [(what, amount, Cell(clean(path), "dim")) for what, amount, path in size_rows(uses)]
    heads = (Column("what"), Column("size", right=True), Column("where"))
    return [*lines, *heading("On this disk"), *table(heads, rows, indent="  ")]
