"""The person's own keys: what ``[ui.keys]`` of the configuration gives an action, checked.

Textual's own key map takes a key away from every binding that shares it with one that moves, as ``p`` is
shared by actions that never hold at once. So it is given the keys of all that share one, old or new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from textual.binding import Binding
from textual.keys import KEY_NAME_REPLACEMENTS, Keys, format_key, key_to_character

from tacit.app.inspector.keys.bindings import KEYS
from tacit.core.errors import Usage
from tacit.core.query_values import nearest
from tacit.widgets.moves import MOVES

if TYPE_CHECKING:
    from tacit.core.config import Config

RESERVED = frozenset(["ctrl+c", "ctrl+q"])
"""Keys that are the terminal's and Textual's."""

_ONLY_IN = {
    **dict.fromkeys(("tick", "preview", "apply"), "plan"),
    **dict.fromkeys(
        ("next_error", "previous_error", "next_learned", "previous_learned", "next_match", "previous_match"),
        "reading",
    ),
    **dict.fromkeys(("mark_row", "mark_all", "order", "group"), "list"),
}
"""Actions that only one sort of screen has."""

_SAME = {
    "esc": "escape",
    "return": "enter",
    "pgdn": "pagedown",
    "pgup": "pageup",
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+h": "backspace",
    "ctrl+left_square_bracket": "escape",
}
"""Other names of a key, and keys that a terminal sends as another."""
_MODIFIERS = frozenset(["ctrl", "shift", "alt"])
_NAMED = frozenset([key.value for key in Keys]).union(KEY_NAME_REPLACEMENTS.values())
_HINT = "Keys are written as “x”, “?”, “ctrl+x”, “f5”, “space”, “pagedown” or “comma”."


class KeyMap:
    """Which keys do what, where the configuration says so. The key that pins also takes a pin away.

    Args:
        chosen: action to its keys, separated by commas or blanks.
        where: who says so, for what is told of a mistake.

    Raises:
        Usage: there is no such action or key, or a key would do two things at once.
    """

    def __init__(self, chosen: Mapping[str, str], where: str = "ui.keys") -> None:
        self._where = where
        self._keys = default_keys()
        self._chosen = {name: self._read(name, text) for name, text in chosen.items()}
        if "pin" in self._chosen:
            self._chosen.setdefault("unpin", self._chosen["pin"])
        self._keys.update(self._chosen)
        self._mind_clashes()

    @property
    def bound(self) -> dict[str, str]:
        """What Textual is given: binding id to keys."""
        return {name: ",".join(self._keys[name]) for name in self._touched()}

    def written(self, name: str | None) -> str | None:
        """How the keys of a binding are written, ``None`` where they are as they ever were."""
        if name == "move" and not self._chosen.keys().isdisjoint(("move", "move_up")):
            return "/".join(written(self._keys[one][0]) for one in ("move", "move_up"))
        keys = self._chosen.get(name or "")
        return None if keys is None else written(keys[0])

    def _read(self, name: str, text: str) -> tuple[str, ...]:
        if name not in self._keys:
            near = nearest(name, self._keys)
            hint = f"Did you mean {near}?" if near else f"There are {', '.join(sorted(self._keys))}."
            raise Usage(f"{self._where}: the inspector has no action “{name}”.", hint)
        keys = []
        for one in text.replace(",", " ").split():
            key = key_name(one)
            if key is None:
                raise Usage(f"{self._where}: “{one}” for {name} is no key.", _HINT)
            if key in RESERVED:
                raise Usage(f"{self._where}: {one} cannot be {name}: it always means to stop.", _HINT)
            keys.append(key)
        if not keys:
            raise Usage(f"{self._where}: {name} has no key.", _HINT)
        return tuple(dict.fromkeys(keys))

    def _mind_clashes(self) -> None:
        """Two actions may share a key where they never hold at once."""
        for name, keys in self._chosen.items():
            for other, taken in self._keys.items():
                shared = set(keys) & set(taken)
                if other != name and shared and not _apart(name, other):
                    key = written(min(shared))
                    again = "" if other in self._chosen else f", which has {key} by default,"
                    raise Usage(
                        f"{self._where}: {key} would be both {name} and {other}.",
                        f"Give {name} or {other}{again} another key.",
                    )

    def _touched(self) -> Iterable[str]:
        """What has other keys now, and all that shares a key, old or new, with any of them."""
        before = default_keys()
        names, size = set(self._chosen), -1
        while len(names) != size:
            size = len(names)
            keys = {key for name in names for key in (*before[name], *self._keys[name])}
            names |= {one for one, mine in self._keys.items() if not keys.isdisjoint((*mine, *before[one]))}
        return [name for name in self._keys if name in names]


def configured(config: Config) -> KeyMap | None:
    """The keys of the configuration, ``None`` where it says nothing of keys.

    Raises:
        Usage: they make no sense.
    """
    origin = next(item.origin for item in config.found if item.setting.key == "ui.keys")
    where = origin if origin.startswith("TACIT_") else f"{origin}: ui.keys"
    return KeyMap(config.keys, where) if config.keys else None


def default_keys() -> dict[str, tuple[str, ...]]:
    """The keys of every action of the inspector, by the ids of their bindings."""
    found: dict[str, tuple[str, ...]] = {}
    for binding in Binding.make_bindings([*MOVES, *KEYS]):
        name = cast(str, binding.id)
        found[name] = (*found.get(name, ()), binding.key)
    return found


def key_name(text: str) -> str | None:
    """The name that Textual has for a key as a person writes it, or nothing where there is none."""
    *modifiers, key = [text] if len(text) == 1 else text.lower().split("+") if "+" in text else [text]
    key = _plain(key) or ""
    if not key or not _MODIFIERS.issuperset(modifiers):
        return None
    if modifiers == ["shift"] and len(key) == 1:
        return key.upper()
    name = "+".join([*sorted(modifiers), key])
    return _SAME.get(name, name)


def _plain(key: str) -> str | None:
    """A key without modifiers."""
    if key == ",":
        return "comma"
    if len(key) == 1:
        return next(iter(Binding.make_bindings([Binding(key, "")]))).key if key.isprintable() else None
    known = key.lower() in _NAMED or key_to_character(key.lower()) is not None
    return key.lower() if known else _SAME.get(key.lower())


def written(key: str) -> str:
    """How a key is written for a person."""
    *modifiers, plain = key.split("+")
    return "+".join([*modifiers, _WRITTEN.get(plain) or format_key(plain)])


_WRITTEN = {
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "space": "space",
    "pagedown": "PgDn",
    "pageup": "PgUp",
}


def _apart(one: str, other: str) -> bool:
    """Whether two actions never hold at once: they share a key by default, or have screens of their own."""
    default = default_keys()
    if set(default[one]) & set(default[other]):
        return True
    places: Sequence[str | None] = (_ONLY_IN.get(one), _ONLY_IN.get(other))
    return None not in places and places[0] != places[1]
