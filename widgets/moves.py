"""The keys that move about in any list or pane.

They are priority bindings, as all keys of the screens are: a key's action is then done before the
next key is looked at, so that ``j``, ``d``, ``y`` typed in one breath mean the row that ``j`` went to.
Each has an id, by which the configuration gives it other keys.
"""

from __future__ import annotations

from textual.binding import Binding, BindingType


def _move(keys: str, action: str, label: str, written: str, name: str, *, show: bool = False) -> Binding:
    return Binding(keys, action, label, show=show, key_display=written, priority=True, id=name)


MOVES: list[BindingType] = [
    _move("j,down", "move(1)", "move", "j/k", "move", show=True),
    _move("k,up", "move(-1)", "up one", "k", "move_up"),
    _move("g,home", "go(0)", "to the first", "g", "first"),
    _move("G,end", "go(-1)", "to the last", "G", "last"),
    _move("pagedown", "page(1.0)", "a page down", "PgDn", "page_down"),
    _move("pageup", "page(-1.0)", "a page up", "PgUp", "page_up"),
    _move("ctrl+d", "page(0.5)", "half a page down", "ctrl+d", "half_down"),
    _move("ctrl+u", "page(-0.5)", "half a page up", "ctrl+u", "half_up"),
    _move("enter", "open", "open", "Enter", "open", show=True),
]
