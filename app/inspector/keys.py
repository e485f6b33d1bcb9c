"""What the key line and the help say, taken from the bindings that hold right now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from tacit.widgets.frame import Key
from tacit.widgets.help import HelpKey

if TYPE_CHECKING:
    from textual.dom import DOMNode

    from tacit.app.inspector.room import Room

_ORDER = (
    "move",
    "open",
    "filter",
    "steps",
    "look_back",
    "fed",
    "mark_row",
    "tick",
    "preview",
    "apply",
    "order",
    "group",
    "fold_all",
    "next_error",
    "next_learned",
    "next_match",
    "mark",
    "pin",
    "unpin",
    "declare",
    "delete",
    "export",
    "undo",
    "back",
    "help",
    "leave",
)
_NEED = (
    "leave",
    "help",
    "filter",
    "delete",
    "export",
    "apply",
    "tick",
    "mark",
    "preview",
    "open",
    "back",
    "look_back",
    "fold_all",
    "next_error",
    "next_match",
    "steps",
    "next_learned",
    "mark_row",
    "fed",
    "pin",
    "unpin",
    "move",
    "order",
    "undo",
    "group",
    "declare",
)


def shown_keys(room: Room) -> list[Key]:
    """The keys of the key line, in its order, the most needed with the lowest rank."""
    found = {}
    for active in room.active_bindings.values():
        binding = active.binding
        if binding.id in _ORDER and binding.show and binding.id not in found:
            found[binding.id] = Key(written(room, binding), binding.description, _NEED.index(binding.id))
    return [found[name] for name in _ORDER if name in found]


def help_keys(room: Room) -> list[HelpKey]:
    """Every key bound now: the screen's, then those that move about in the pane in front, then the rest."""
    keys: list[HelpKey] = []
    seen: set[tuple[str, str]] = set()
    for active in room.active_bindings.values():
        binding = active.binding
        if binding.system or not binding.description:
            continue
        entry = HelpKey(_group(room, active.node), written(room, binding), binding.description)
        if (entry.key, entry.label) not in seen:
            seen.add((entry.key, entry.label))
            keys.append(entry)
    return sorted(keys, key=lambda key: _RANKS.index(key.group))


_RANKS = ("this screen", "moving", "everywhere")


def _group(room: Room, node: DOMNode) -> str:
    if node is room:
        return "this screen"
    return "everywhere" if node is room.app else "moving"


def written(room: Room, binding: Binding) -> str:
    """How a key is written for a person."""
    return binding.key_display or room.app.get_key_display(binding)
