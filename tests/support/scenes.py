"""Every screen and dialog of the inspector on the demo store: how a person gets there. A new one is a line.

A word is a key by its name, ``'text`` is typed letter by letter. After each it is waited until nothing moves.
"""

from __future__ import annotations

ROOMS = {"patterns": "1", "sessions": "2", "stats": "3", "optimize": "4"}

SCENES: dict[str, tuple[str, ...]] = {
    **{name: (key,) for name, key in ROOMS.items()},
    # Patterns
    "pattern-detail": ("j", "j", "j", "enter"),
    "pattern-evidence": ("j", "j", "j", "enter", "G"),
    "pattern-steps": ("j", "j", "j", "s"),
    "pattern-layout": ("j", "enter", "w"),
    "patterns-order": ("o",),
    "patterns-groups": ("O",),
    "patterns-marked": ("space", "j", "space"),
    "patterns-delete": ("d",),
    "patterns-delete-marked": ("space", "space", "d"),
    "patterns-deleted": ("d", "y"),
    "patterns-export": ("e",),
    "patterns-export-marked": ("space", "space", "e"),
    "patterns-pinned": ("p",),
    "patterns-declare": ("c",),
    "filter": ("slash", "'cargo test"),
    "filter-kept": ("slash", "'cargo test", "enter"),
    "filter-completed": ("slash", "'kin", "tab"),
    "filter-nothing": ("slash", "'zzz"),
    "filter-error": ("slash", "'colour:red"),
    # Sessions
    "session-detail": ("2", "j", "enter"),
    "session-forget": ("2", "F"),
    "sessions-groups": ("2", "O"),
    "reading": ("2", "j", "enter", "enter"),
    "reading-step": ("2", "j", "enter", "enter", "j", "enter"),
    "reading-error": ("2", "j", "enter", "enter", "right_square_bracket"),
    "reading-search": ("2", "j", "enter", "enter", "slash", "'test"),
    "reading-mark": ("2", "j", "enter", "m"),
    "reading-fed": ("2", "j", "enter", "enter", "j", "p"),
    "look-back": ("2", "b"),
    # Stats
    "stats-end": ("3", "G"),
    "stats-lead": ("3", "tab", "enter"),
    # Optimize
    "optimize-ticked": ("4", "space"),
    "optimize-preview": ("4", "v"),
    "optimize-apply": ("4", "space", "a"),
    # Everywhere
    "search": ("f",),
    "search-found": ("f", "'cargo test", "enter"),
    "help": ("question_mark",),
    "help-searched": ("question_mark", "'del"),
    "palette": ("ctrl+p",),
    "palette-searched": ("ctrl+p", "'theme"),
    "command": ("colon",),
    "command-wrong": ("colon", "'memory nothing", "enter"),
    "jump": ("ctrl+o",),
    "jobs": ("J",),
    "import": ("i",),
    "copied": ("y",),
}

HOSTILE: dict[str, tuple[str, ...]] = {
    **{name: (key,) for name, key in ROOMS.items()},
    "pattern-detail": ("enter",),
    "pattern-evidence": ("enter", "G"),
    "pattern-steps": ("s",),
    "patterns-order": ("o",),
    "patterns-groups": ("O",),
    "patterns-delete": ("d",),
    "patterns-delete-marked": ("space", "space", "d"),
    "patterns-deleted": ("d", "y"),
    "patterns-undone": ("d", "y", "u"),
    "patterns-pinned": ("p",),
    "patterns-declare": ("c",),
    "patterns-export": ("e",),
    "filter": ("slash", "'[/] x"),
    "filter-completed": ("slash", "'project:", "tab"),
    "session-detail": ("2", "enter"),
    "session-delete": ("2", "d"),
    "session-forget": ("2", "F"),
    "sessions-groups": ("2", "O"),
    "reading": ("2", "enter", "enter"),
    "reading-step": ("2", "enter", "enter", "j", "enter"),
    "reading-end": ("2", "enter", "enter", "G"),
    "reading-search": ("2", "enter", "enter", "slash", "'[/]"),
    "reading-mark": ("2", "enter", "m"),
    "reading-fed": ("2", "enter", "enter", "j", "p"),
    "look-back": ("2", "b"),
    "stats-end": ("3", "G"),
    "optimize-preview": ("4", "v"),
    "optimize-apply": ("4", "space", "a"),
    "search-found": ("f", "'make", "enter"),
    "search-opened": ("f", "'make", "enter", "enter"),
    "help": ("question_mark",),
    "palette": ("ctrl+p", "'[/]"),
    "command": ("colon", "'[/] list[int]", "enter"),
    "jump": ("ctrl+o",),
    "jobs": ("J",),
    "copied": ("Y",),
}
"""On a store where every text is hostile."""


def keys_of(words: tuple[str, ...]) -> list[list[str]]:
    """The keys of each word, as Textual names them."""
    return [[_named(letter) for letter in word[1:]] if word.startswith("'") else [word] for word in words]


_NAMES = {
    " ": "space",
    "/": "slash",
    ":": "colon",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "@": "at",
    "=": "equals_sign",
    ".": "full_stop",
    "-": "minus",
    "~": "tilde",
    '"': "quotation_mark",
    "*": "asterisk",
}


def _named(letter: str) -> str:
    return _NAMES.get(letter, letter)
