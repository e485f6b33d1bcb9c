"""The looks: dark, light, and plain for terminals that shall not be coloured."""

from __future__ import annotations

from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

from tacit.core.errors import Usage

DARK, LIGHT, PLAIN = "tacit-dark", "tacit-light", "tacit-plain"

DEFAULTS = {
    "ink-muted": "#8a909c",
    "ink-frame": "#5a606c",
    "ink-badge": "#ffd166",
    "ink-badge-text": "#1a1c22",
    "row-cursor": "#2c4a6e",
    "row-blurred": "#30343e",
}
"""Variables of the style sheet that only our themes set; a foreign theme gets these."""

THEMES = (
    Theme(
        name=DARK,
        primary="#6ea8fe",
        secondary="#8bb4e8",
        accent="#7fc8f8",
        warning="#e6b450",
        error="#f07178",
        success="#8fd18b",
        foreground="#d6dae2",
        background="#14161b",
        surface="#1a1d24",
        panel="#232732",
        variables={
            "ink-muted": "#8b92a3",
            "ink-frame": "#454b5a",
            "ink-badge": "#e6b450",
            "ink-badge-text": "#14161b",
            "row-cursor": "#26405f",
            "row-blurred": "#232a36",
        },
    ),
    Theme(
        name=LIGHT,
        primary="#1f5fb0",
        secondary="#335c8c",
        accent="#0b6ea8",
        warning="#8f5b00",
        error="#b3261e",
        success="#23702b",
        foreground="#22262e",
        background="#fbfbf9",
        surface="#f1f1ee",
        panel="#e6e6e1",
        dark=False,
        variables={
            "ink-muted": "#656b76",
            "ink-frame": "#b9bcc3",
            "ink-badge": "#8f5b00",
            "ink-badge-text": "#ffffff",
            "row-cursor": "#cfe1f7",
            "row-blurred": "#e3e7ec",
        },
    ),
    replace(
        BUILTIN_THEMES["ansi-dark"],
        name=PLAIN,
        accent="ansi_cyan",
        variables={
            **BUILTIN_THEMES["ansi-dark"].variables,
            "ink-muted": "ansi_default",
            "ink-frame": "ansi_default",
            "ink-badge": "ansi_yellow",
            "ink-badge-text": "ansi_black",
            "row-cursor": "ansi_default",
            "row-blurred": "ansi_default",
        },
    ),
)


NAMES = {theme.name.removeprefix("tacit-"): theme.name for theme in THEMES}
"""What the setting ``ui.theme`` and the inspector's memory call them."""


def chosen(name: str | None) -> str:
    """The theme that the setting ``ui.theme`` means: ``dark``, ``light`` or ``plain``.

    Raises:
        Usage: there is no such theme.
    """
    if name is not None and name not in NAMES:
        raise Usage(f"There is no theme “{name}” for ui.theme.", f"Themes are {', '.join(NAMES)}.")
    return DARK if name is None else NAMES[name]
