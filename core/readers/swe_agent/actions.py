"""The command language of SWE-agent: what an action does, to which file, and whether it was refused.

An action is what was run in a shell in which SWE-agent has commands of its own: those of its file viewer
(``open``, ``goto``, ``create``, ``edit``), its searches, and ``str_replace_editor``. They are those of
``config/commands`` in version 0.7 and of ``tools/*`` in version 1.1. All else is a shell command.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable

import msgspec
from msgspec import Raw, Struct

from tacit.core.limits import Excerpt
from tacit.core.model import Status
from tacit.core.readers.shell_ends import shown_status

EXITS = re.compile(r"(?:exit|skip|exit_\w+|skip_\w+|early_exit)?")
"""Actions that SWE-agent itself put down when it came to an end, or none: the agent did nothing."""

_REFUSED = re.compile(
    r"Your (?:proposed edit has introduced|edit was not applied|search and replace strings are the same"
    r"|bash command contained syntax errors)"
    r"|No file open|[Uu]sage: |Error: |Traceback \(most recent call last\):|Search text must not be empty"
    r"|(?:File|Directory) .{1,300} not found|File already exists at|The parent directory .* does not exist"
    r"|The path .{1,1000}(?:does not exist|is not an absolute path|is a directory and only)|goto allows only"
    r"|No replacement was performed|Invalid `|Parameter `|Unrecognized command|No edit history found"
    r"|Ran into |(?:/\S+/)?(?:ba)?sh: "
)
_STOPPED = re.compile(
    r"^EXECUTION (?:TIMED OUT|FAILED)|^(?:COMMAND FAILED TO EXECUTE|BROKEN PIPE ERROR)\b"
    r"|\AThe command '.{1,4000}' was cancelled because it took more than "
    r"|\AYour bash command contained syntax errors and was NOT executed",
    re.MULTILINE | re.DOTALL,
)
_LINES = re.compile(r"edit (\d+)[: ](\d+)[ \t]*\n(.*?)\n?(?:end_of_edit\s*)?\Z", re.DOTALL)
_REWRITE = re.compile(r"edit\s*\n(.*?)\n?(?:end_of_edit\s*)?\Z", re.DOTALL)
_OPERATORS = frozenset(("&&", "||", ";", "|", "&", ">", ">>", "2>&1"))
_LONGEST = 200_000
"""Characters of an action that are taken apart; a longer one is a shell command as it stands."""


class Place(Struct, frozen=True):
    """Where an action was done: the shell's working directory, and the file that is open in the viewer."""

    directory: str = ""
    opened: str = ""

    def path(self, told: str) -> str:
        """An absolute path, where that can be told."""
        return posixpath.normpath(posixpath.join(self.directory or ".", told)) if told else self.opened


class Deed(Struct, frozen=True):
    """What an action does: the tool, its parameters as JSON text, and the shell command it is, if any."""

    tool: str
    parameters: Raw
    command: str = ""

    def status(self, printed: Excerpt) -> Status:
        """How it ended, as far as what it printed shows it: no exit code is told of anything."""
        if _STOPPED.search(printed.tail[-2_000:] if printed.skipped else printed.head):
            return "error"
        if self.command:
            return shown_status(self.command, printed)
        return "error" if _REFUSED.match(printed.head.lstrip()) else "ok"


def deed_of(action: str, place: Place) -> Deed:
    """What an action does."""
    text = action.strip()
    if len(text) <= _LONGEST:
        made = _edit(text, place) if text.startswith("edit") else None
        made = made or _called(text, place)
        if made is not None:
            return made
    return Deed("bash", _json({"command": text}), text)


def _json(fields: dict[str, object]) -> Raw:
    return Raw(
        msgspec.json.encode({name: value for name, value in fields.items() if value not in (None, "")})
    )


def _edit(text: str, place: Place) -> Deed | None:
    """``edit`` of lines of the open file, or of the window, with the text until ``end_of_edit``."""
    found = _LINES.match(text)
    if found is not None:
        lines = f"{found[1]}:{found[2]}"
        return Deed("edit", _json({"path": place.opened, "lines": lines, "new_string": found[3]}))
    found = _REWRITE.match(text)
    return Deed("edit", _json({"path": place.opened, "new_string": found[1]})) if found else None


def _called(text: str, place: Place) -> Deed | None:
    """A command of SWE-agent with its arguments, alone; nothing where it is none, or one among others."""
    name = text.split(maxsplit=1)[0] if text else ""
    make = _COMMANDS.get(name)
    if make is None:
        return None
    try:
        arguments = shlex.split(text)[1:]
    except ValueError:
        arguments = text.split()[1:]
    if not _OPERATORS.isdisjoint(arguments) or any(one.endswith(";") for one in arguments[:3]):
        return None
    return make(name, arguments, place)


_Make = Callable[[str, list[str], Place], Deed]


def _view(name: str, arguments: list[str], place: Place) -> Deed:
    """``open PATH [LINE]``, ``view_image PATH``, ``filemap PATH``; ``open`` alone shows the open file."""
    path = place.path(arguments[0] if arguments else "")
    return Deed(name, _json({"path": path, "line": " ".join(arguments[1:2])}))


def _move(name: str, arguments: list[str], place: Place) -> Deed:
    """``goto LINE``, ``scroll_up``, ``scroll_down`` in the open file."""
    return Deed(name, _json({"path": place.opened, "line": " ".join(arguments[:1])}))


def _create(name: str, arguments: list[str], place: Place) -> Deed:
    return Deed(name, _json({"path": place.path(" ".join(arguments[:1]))}))


def _replace(name: str, arguments: list[str], place: Place) -> Deed:
    """``edit OLD NEW [ALL]`` in the open file."""
    old, new = [*arguments, "", ""][:2]
    return Deed(name, _json({"path": place.opened, "old_string": old, "new_string": new}))


def _insert(name: str, arguments: list[str], place: Place) -> Deed:
    """``insert TEXT [LINE]`` into the open file."""
    text, line = [*arguments, "", ""][:2]
    return Deed(name, _json({"path": place.opened, "new_string": text, "insert_line": line}))


def _search(name: str, arguments: list[str], place: Place) -> Deed:
    """``find_file NAME [DIR]``, ``search_dir TERM [DIR]``, ``search_file TERM [FILE]``."""
    pattern, where = [*arguments, "", ""][:2]
    path = place.path(where or "." if name != "search_file" else where)
    return Deed(name, _json({"pattern": pattern, "path": path}))


def _submit(name: str, arguments: list[str], place: Place) -> Deed:  # noqa: ARG001 - as all commands
    return Deed(name, Raw(b"{}"))


def _editor(name: str, arguments: list[str], place: Place) -> Deed:
    """``str_replace_editor COMMAND PATH --OPTION VALUE …``: a tool of its own for each command."""
    command, path = [*arguments, "", ""][:2]
    fields: dict[str, object] = {"path": place.path(path) if path else ""}
    option = ""
    for word in arguments[2:]:
        if word.startswith("--") and word[2:] in _OPTIONS:
            option = word[2:]
        elif option:
            fields[option] = f"{fields[option]} {word}" if option in fields else word
    tool = command if command in {"view", "create", "str_replace", "insert", "undo_edit"} else name
    return Deed(tool, _json(fields))


_OPTIONS = frozenset(("file_text", "old_str", "new_str", "insert_line", "view_range"))
_COMMANDS: dict[str, _Make] = {
    "open": _view,
    "view_image": _view,
    "filemap": _view,
    "goto": _move,
    "scroll_up": _move,
    "scroll_down": _move,
    "create": _create,
    "edit": _replace,
    "insert": _insert,
    "find_file": _search,
    "search_dir": _search,
    "search_file": _search,
    "str_replace_editor": _editor,
    "submit": _submit,
}
