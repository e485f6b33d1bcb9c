"""The keys of the screens: what each does, and when it does not apply."""

from __future__ import annotations

from collections.abc import Mapping

from textual.binding import Binding, BindingType

from tacit.core.model import Episode, Pattern, Session

Thing = Pattern | Session | Episode

ROOMS = ("Patterns", "Sessions", "Stats", "Optimize")

_THINGS = (Pattern, Session, Episode)

ABOUT: Mapping[str, tuple[type, ...]] = {
    "delete": _THINGS,
    "copy": _THINGS,
    "copy_title": _THINGS,
    "mark": (Episode,),
    "pin": (Pattern,),
    "unpin": (Pattern,),
}
"""What an action can be about."""

WRITING = frozenset(["delete", "undo", "mark", "pin", "unpin", "declare", "tick", "apply"])
"""Not offered when the memory is only read."""

NOT_EVERYWHERE = frozenset(
    ["back", "steps", "fed", "look_back", "filter", "other_pane", "tick", "apply", "declare"]
)
"""Only where a screen offers it."""

KEYS_OF_ROOMS = NOT_EVERYWHERE.union(ABOUT, WRITING, ["export", "find", "room", "help", "leave"])
"""Letters while something is typed."""


def fits(action: str, thing: Thing | None) -> bool:
    """Whether an action can be about this thing, and is still to be done."""
    if not isinstance(thing, ABOUT[action]):
        return False
    if isinstance(thing, Pattern) and action in {"pin", "unpin"}:
        return thing.pinned == (action == "unpin")
    return True


def _key(keys: str, action: str, label: str, written: str = "", name: str = "") -> Binding:
    """A key of a screen; it is a priority binding for the reason told in :mod:`tacit.widgets.moves`."""
    return Binding(keys, action, label, bool(name), written or None, priority=True, id=name or None)


KEYS: list[BindingType] = [
    _key("escape", "back", "back", "Esc", "back"),
    _key("s", "steps", "steps", "s", "steps"),
    _key("p", "fed", "patterns it fed", "p", "fed"),
    _key("b", "look_back", "look back", "b", "look_back"),
    _key("space", "tick", "tick", "space", "tick"),
    _key("a", "apply", "apply", "a", "apply"),
    _key("slash", "filter", "filter", "/", "filter"),
    _key("f", "find", "search by words and meaning", "f"),
    _key("m", "mark", "mark", "m", "mark"),
    _key("p", "pin", "pin", "p", "pin"),
    _key("p", "unpin", "unpin", "p", "unpin"),
    _key("c", "declare", "custom pattern", "c", "declare"),
    _key("d", "delete", "delete", "d", "delete"),
    _key("e", "export", "export", "e", "export"),
    _key("u", "undo", "undo", "u", "undo"),
    _key("y", "copy", "copy the id", "y"),
    _key("Y", "copy_title", "copy the title", "Y"),
    *(_key(str(number), f"room({number})", f"to {name}") for number, name in enumerate(ROOMS, 1)),
    _key("tab,shift+tab", "other_pane", "other pane", "Tab"),
    _key("question_mark", "help", "help", "?", "help"),
    _key("q", "leave", "quit", "q", "quit"),
]
