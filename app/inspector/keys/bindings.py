"""The keys of the screens: what each does, and when it does not apply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.binding import Binding, BindingType

from tacit.core.model import Episode, Pattern, Session
from tacit.core.notes.records import Note
from tacit.core.things import Thing
from tacit.widgets.moves import MOVES

ROOMS = ("Patterns", "Sessions", "Stats", "Optimize")

_THINGS = (Pattern, Session, Episode, Note)

ABOUT: Mapping[str, tuple[type, ...]] = {
    "delete": _THINGS,
    "copy": _THINGS,
    "copy_title": _THINGS,
    "mark": (Episode,),
    "forget": (Session,),
    "pin": (Pattern,),
    "unpin": (Pattern,),
}
"""What an action can be about."""

WRITING = frozenset(
    ["delete", "forget", "undo", "mark", "pin", "unpin", "declare", "tick", "apply", "import_sessions"]
)
"""Not offered when the memory is only read."""

NOT_EVERYWHERE = frozenset(
    [
        "back",
        "steps",
        "fed",
        "look_back",
        "filter",
        "other_pane",
        "tick",
        "apply",
        "preview",
        "declare",
        "mark_row",
        "mark_all",
        "order",
        "group",
        "fold_all",
        "layout",
        "next_error",
        "previous_error",
        "next_learned",
        "previous_learned",
        "next_match",
        "previous_match",
        "next_block",
        "previous_block",
        "pager",
        "editor",
    ]
)
"""Only where a screen offers it."""

KEYS_OF_ROOMS = NOT_EVERYWHERE.union(
    ABOUT, WRITING, ["export", "find", "room", "help", "leave", "command", "jump", "jobs", "palette"]
)
"""Letters while something is typed."""

EVERYWHERE = frozenset(
    ["find", "undo", "import_sessions", "jobs", "palette", "jump", "command", "help", "leave"]
).union(f"room_{number}" for number in range(1, len(ROOMS) + 1))
"""By the ids of their bindings, what every screen has."""


def fits(action: str, thing: Thing | None) -> bool:
    """Whether an action can be about this thing, and is still to be done."""
    if not isinstance(thing, ABOUT[action]):
        return False
    if isinstance(thing, Pattern) and action in {"pin", "unpin"}:
        return thing.pinned == (action == "unpin")
    return True


ABOUT_MANY: Mapping[str, str] = {"delete": "psen", "forget": "s", "pin": "p", "unpin": ""}
"""What an action can be about many of, by the first letters of their ids; one pin does and undoes all."""


def fits_all(action: str, ids: Sequence[str]) -> bool:
    """Whether an action can be about the marked things, which are all of one kind."""
    return ids[0][0] in ABOUT_MANY[action]


def _key(keys: str, action: str, label: str, written: str, *, show: bool = True) -> Binding:
    """A key of a screen; it is a priority binding for the reason told in :mod:`tacit.widgets.moves`.

    Its id is the action's name, by which the configuration gives it other keys (``ui.keys``); ``show``
    is whether the key line may name it.
    """
    name = action.replace("(", "_").replace(")", "")
    return Binding(keys, action, label, show, written, priority=True, id=name)


KEYS: list[BindingType] = [
    _key("escape", "back", "back", "Esc"),
    _key("s", "steps", "steps", "s"),
    _key("p", "fed", "patterns it fed", "p"),
    _key("b", "look_back", "look back", "b"),
    _key("space", "mark_row", "mark", "space"),
    _key("A", "mark_all", "mark all", "A", show=False),
    _key("space", "tick", "tick", "space"),
    _key("v", "preview", "preview", "v"),
    _key("a", "apply", "apply", "a"),
    _key("slash", "filter", "filter", "/"),
    _key("o", "order", "sort", "o"),
    _key("O", "group", "group", "O"),
    _key("z", "fold_all", "fold all", "z"),
    _key("right_square_bracket", "next_error", "next error", "]"),
    _key("left_square_bracket", "previous_error", "error before", "[", show=False),
    _key("tab,right_square_bracket", "next_block", "next part", "Tab"),
    _key("shift+tab,left_square_bracket", "previous_block", "part before", "shift+tab", show=False),
    _key("right_curly_bracket", "next_learned", "next learned step", "}"),
    _key("left_curly_bracket", "previous_learned", "learned step before", "{", show=False),
    _key("n", "next_match", "next match", "n"),
    _key("N", "previous_match", "match before", "N", show=False),
    _key("f", "find", "search by words and meaning", "f", show=False),
    _key("m", "mark", "outcome", "m"),
    _key("p", "pin", "pin", "p"),
    _key("p", "unpin", "unpin", "p"),
    _key("c", "declare", "custom pattern", "c"),
    _key("d", "delete", "delete", "d"),
    _key("F", "forget", "forget for good", "F", show=False),
    _key("e", "export", "export", "e"),
    _key("u", "undo", "undo", "u"),
    _key("y", "copy", "copy the id", "y", show=False),
    _key("Y", "copy_title", "copy the title", "Y", show=False),
    _key("P", "pager", "read in $PAGER", "P", show=False),
    _key("E", "editor", "open in $EDITOR", "E", show=False),
    _key("w", "layout", "layout", "w", show=False),
    _key("i", "import_sessions", "import", "i", show=False),
    _key("J", "jobs", "jobs", "J", show=False),
    *(
        _key(str(number), f"room({number})", f"to {name}", str(number), show=False)
        for number, name in enumerate(ROOMS, 1)
    ),
    _key("tab,shift+tab", "other_pane", "other pane", "Tab", show=False),
    _key("ctrl+o", "jump", "jump", "ctrl+o", show=False),
    _key("colon", "command", "command line", ":", show=False),
    _key("ctrl+p", "palette", "everything, by name", "ctrl+p", show=False),
    _key("question_mark", "help", "help", "?"),
    _key("q", "leave", "quit", "q"),
]

_WRITTEN = {binding.id: binding.key_display for binding in [*MOVES, *KEYS] if isinstance(binding, Binding)}


def usual(action: str) -> str:
    """How the key of an action is written where the configuration gives it no other one."""
    return _WRITTEN[action] or action
