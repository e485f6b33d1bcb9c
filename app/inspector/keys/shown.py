"""What the key line and the help say, taken from the bindings that hold right now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from textual.binding import Binding

from tacit.app.inspector.keys.bindings import EVERYWHERE
from tacit.widgets.frame import Key

if TYPE_CHECKING:
    from textual.dom import DOMNode

    from tacit.app.inspector.frame.room import Room

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
    "next_block",
    "next_learned",
    "next_match",
    "mark",
    "pin",
    "unpin",
    "declare",
    "delete",
    "export",
    "undo",
    "keep",
    "clear",
    "back",
    "help",
    "leave",
)
_NEED = (
    "keep",
    "clear",
    "leave",
    "help",
    "apply",
    "tick",
    "filter",
    "delete",
    "export",
    "next_match",
    "back",
    "open",
    "preview",
    "mark",
    "steps",
    "next_error",
    "next_block",
    "look_back",
    "next_learned",
    "mark_row",
    "fed",
    "fold_all",
    "pin",
    "unpin",
    "move",
    "order",
    "undo",
    "group",
    "declare",
)


class HelpKey(NamedTuple):
    """A key that is bound now: where it is valid, how it is written, what it does, and how to do it."""

    group: str
    key: str
    label: str
    action: str
    node: DOMNode


def shown_keys(room: Room) -> list[Key]:
    """The keys of the key line, in its order, the most needed with the lowest rank.

    Of keys that do the same here the first one stands for all.
    """
    found = {}
    for active in room.active_bindings.values():
        binding = called(room, active.binding)
        if binding.id in _ORDER and binding.show and binding.id not in found:
            rank = _NEED.index(binding.id)
            found[binding.id] = Key(written(room, binding), binding.description, rank, binding.key)
    labels: dict[str, Key] = {}
    for name in _ORDER:
        if name in found:
            labels.setdefault(found[name].label, found[name])
    return list(labels.values())


def help_keys(room: Room) -> list[HelpKey]:
    """Every key bound now: the screen's, then those that move about in the pane in front, then the rest."""
    keys: list[HelpKey] = []
    seen: set[tuple[str, str]] = set()
    for node, binding in bound(room):
        entry = HelpKey(
            _group(room, node, binding), written(room, binding), binding.description, binding.action, node
        )
        if (entry.key, entry.label) not in seen:
            seen.add((entry.key, entry.label))
            keys.append(entry)
    return sorted(keys, key=lambda key: GROUPS.index(key.group))


def bound(room: Room) -> Iterator[tuple[DOMNode, Binding]]:
    """What is bound now and is for a person, with the part of the screen it belongs to."""
    for active in room.active_bindings.values():
        if active.binding.description and not active.binding.system:
            yield active.node, called(room, active.binding)


def called(room: Room, binding: Binding) -> Binding:
    """A binding with the words for what it does on this screen, now."""
    label = room.called(binding.id or "")
    return replace(binding, description=label) if label else binding


GROUPS = ("this screen", "moving", "everywhere")
"""Where a key is valid, in the order of the help."""


def _group(room: Room, node: DOMNode, binding: Binding) -> str:
    if node is not room and node is not room.app:
        return "moving"
    return "everywhere" if node is room.app or binding.id in EVERYWHERE else "this screen"


def written(room: Room, binding: Binding) -> str:
    """How a key is written for a person."""
    chosen = room.inspector.keymap.written(binding.id) if room.inspector.keymap else None
    return chosen or binding.key_display or room.app.get_key_display(binding)
