"""The keys that move about in any list or pane.

They are priority bindings, as all keys of the screens are: a key's action is then done before the
next key is looked at, so that ``j``, ``d``, ``y`` typed in one breath mean the row that ``j`` went to.
"""

from __future__ import annotations

from textual.binding import Binding, BindingType


def _move(keys: str, action: str, label: str, written: str, name: str | None = None) -> Binding:
    return Binding(keys, action, label, show=name is not None, key_display=written, priority=True, id=name)


MOVES: list[BindingType] = [
    _move("j,down", "move(1)", "move", "j/k", "move"),
    _move("k,up", "move(-1)", "up one", "k"),
    _move("g,home", "go(0)", "to the first", "g"),
    _move("G,end", "go(-1)", "to the last", "G"),
    _move("pagedown", "page(1.0)", "a page down", "PgDn"),
    _move("pageup", "page(-1.0)", "a page up", "PgUp"),
    _move("ctrl+d", "page(0.5)", "half a page down", "ctrl+d"),
    _move("ctrl+u", "page(-0.5)", "half a page up", "ctrl+u"),
    _move("enter", "open", "open", "Enter", "open"),
]
