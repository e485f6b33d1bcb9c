"""A screen with its colours as text to be compared: under each line a letter for the style of each cell."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase, digits

from rich.style import Style
from textual.app import App
from textual.strip import Strip

_LETTERS = ascii_lowercase + ascii_uppercase + digits


def painted(app: App[int]) -> str:
    """Every line, below it its styles, and at the end what the letters mean."""
    strips: list[Strip] = app.screen._compositor.render_strips()
    names: dict[str, str] = {}
    lines = []
    for strip in strips:
        styles = ""
        for segment in strip:
            name = names.setdefault(_said(segment.style), _LETTERS[len(names)])
            styles += name * segment.cell_length
        lines += [strip.text.rstrip(), styles]
    return "\n".join(lines + [f"{letter}: {style}" for style, letter in names.items()]) + "\n"


def _said(style: Style | None) -> str:
    """The colours and weights of a style, which also says what a click does, by a number that varies."""
    if style is None:
        return "none"
    marks = [
        name for name in ("bold", "dim", "italic", "underline", "reverse", "strike") if getattr(style, name)
    ]
    ink = style.color.name if style.color else "default"
    under = style.bgcolor.name if style.bgcolor else "default"
    return " ".join([*marks, ink, "on", under])
