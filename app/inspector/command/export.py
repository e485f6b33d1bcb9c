"""The command that exports: what, where to and as what in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tacit.app.inspector.command.deeds import act, words
from tacit.core.errors import Usage
from tacit.exports.formats import FORMS

if TYPE_CHECKING:
    from tacit.app.inspector.frame.room import Room
    from tacit.exports.formats import Format

CHOICES = ("this", "marked", "filtered", "all")
"""What can leave."""

NAMES = (*CHOICES, *FORMS)
"""What can be told beside a directory."""

TOLD = f"[DIR] [{'|'.join(CHOICES)}] [FORM]"


def export(room: Room, told: str) -> object:
    """Asks as the key does; with a directory, a choice or a form it exports at once."""
    if not told:
        return act(room, "export")
    from tacit.app.inspector.deeds.export_dialog import Wish
    from tacit.app.inspector.deeds.exporting import choices, start_export

    offered = {choice.name: choice for choice in choices(room)}
    parts = words(told)
    form = cast("Format", parts.pop()) if parts[-1] in FORMS else "json"
    name = parts.pop() if parts and parts[-1] in CHOICES else "all"
    if len(parts) > 1:
        raise Usage(
            "An export has one directory, one choice and one form.",
            f"export {TOLD}, with {', '.join(FORMS)} as forms.",
        )
    if name not in offered:
        raise Usage(f"There is nothing “{name}” here.", f"There is {', '.join(offered)}.")
    directory = parts[0] if parts else str(room.inspector.place.with_name(offered[name].folder))
    start_export(room.inspector, Wish(offered[name], directory, form))
    return None
