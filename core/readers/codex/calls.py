"""The calls of Codex as steps: which tool, with which parameters, on which files.

A patch is one call of Codex and as many steps as it has files, so that each is on its file. It is the same
patch whether it is given to ``apply_patch``, or to a shell that starts it. A shell that only wraps a command
is taken away.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec
from msgspec import Raw, Struct

from tacit.core.readers.codex.records import Event, Item, long_text, objects, read
from tacit.core.readers.loose import text_of as text

CREATED = "apply_patch.add_file"
"""What a step is called that adds a file: writing it, where other patches edit."""

_SHELLS = ("shell", "container.exec", "local_shell", "shell_command", "exec_command", "unified_exec")
_OF_THE_MODEL = ("web_search_call", "image_generation_call", "tool_search_call")
_WRAPPERS = re.compile(r"(?:.*/)?(?:ba|z|da|k)?sh")
_FLAGS = ("-c", "-lc", "-cl", "-ic", "-lic")
_PATCHING = re.compile(r"\s*(?:cd\s+(?P<folder>[^\s&;]+)\s*(?:&&|;)\s*)?(?:apply_patch|applypatch)\b")
_BEGIN, _END = "*** Begin Patch", "*** End Patch"
_FILE = re.compile(r"^\*\*\* (Add|Update|Delete) File: (.+?)[ \t]*$", re.MULTILINE)
_NO_PARAMETERS = Raw(b"{}")
_words = msgspec.json.Decoder(list[str])
_changes = msgspec.json.Decoder(dict[str, Raw])


class Change(Struct):
    """What an event says was done to a file."""

    type: str = ""
    unified_diff: Raw = Raw()
    content: Raw = Raw()


class Invocation(Struct):
    """A call of a tool of another server."""

    server: Raw = Raw()
    tool: Raw = Raw()
    arguments: Raw = Raw()


class Made(Struct):
    """A step of a call; ``path`` is of the file of a patch."""

    tool: str
    parameters: Raw
    path: str = ""


_change = msgspec.json.Decoder(Change)
_invocations = msgspec.json.Decoder(Invocation)


def steps_of(item: Item, folder: str) -> list[Made]:
    """The steps of a call; none where it has no name.

    Args:
        item: any kind of call among the response items.
        folder: where the agent stood when it called.
    """
    if item.type == "local_shell_call":
        return _shell("local_shell", read(item.action, objects) or {}, folder)
    if item.type in _OF_THE_MODEL:
        return [_of_the_model(item)]
    name = _named(text(item.namespace), text(item.name))
    if name and item.type == "custom_tool_call":
        return _custom(name, long_text(item.input), folder)
    return _function(name, long_text(item.arguments), item.arguments, folder) if name else []


def nested_command(event: Event) -> list[Made]:
    """The step of a command that an event alone tells of, as one that a script of the model ran."""
    fields = {"command": event.command, "workdir": event.cwd}
    return _shell("exec_command", {name: raw for name, raw in fields.items() if memoryview(raw)}, "")


def nested_call(event: Event) -> list[Made]:
    """The step of a call of another server's tool that an event alone tells of."""
    told = read(event.invocation, _invocations) or Invocation(event.server, event.tool, event.arguments)
    server, tool = text(told.server), text(told.tool)
    return [Made(f"mcp__{server}__{tool}", _object(told.arguments))] if tool else []


def nested_patch(event: Event) -> list[Made]:
    """The steps of a patch that an event alone tells of."""
    made = []
    for path, raw in (read(event.changes, _changes) or {}).items():
        change = read(raw, _change) or Change()
        patch = long_text(change.unified_diff) or long_text(change.content)
        tool = CREATED if change.type == "add" else "apply_patch"
        made.append(Made(tool, _encoded({"path": path, "patch": patch}), path))
    return made


def polled(item: Item) -> int | None:
    """The session of a running command that a call writes to or only looks at."""
    if text(item.name) != "write_stdin":
        return None
    try:
        given = msgspec.json.decode(long_text(item.arguments), type=dict[str, Raw])
        return msgspec.json.decode(given["session_id"], type=int, strict=False)
    except (msgspec.DecodeError, KeyError, RecursionError, UnicodeError):
        return None


def _of_the_model(item: Item) -> Made:
    """A call of a tool that comes with the model."""
    if item.type == "image_generation_call":
        return Made("image_generation", _encoded({"prompt": text(item.revised_prompt)}))
    return Made(item.type.removesuffix("_call"), _object(item.action or item.arguments))


def _custom(name: str, given: str, folder: str) -> list[Made]:
    if name == "apply_patch" or given.startswith(_BEGIN):
        return _patch(given, folder)
    fields = read(memoryview(given.encode("utf-8", "replace")), objects) if given.startswith("{") else None
    if fields is None:
        return [Made(name, _encoded({"input": given}))]
    return _shell(name, fields, folder) if name in _SHELLS else [Made(name, _encoded({**fields}))]


def _function(name: str, given: str, raw: Raw, folder: str) -> list[Made]:
    encoded = given.encode("utf-8", "replace")
    fields = read(memoryview(encoded), objects) if encoded else read(raw, objects)
    if fields is None:
        return [Made(name, _encoded({"arguments": given}) if given else _NO_PARAMETERS)]
    if name in _SHELLS:
        return _shell(name, fields, folder)
    if name in {"apply_patch", "applypatch"}:
        return _patch(long_text(fields.get("input", fields.get("patch", Raw()))), folder)
    return [Made(name, Raw(encoded) if encoded else raw)]


def _shell(name: str, fields: dict[str, Raw], folder: str) -> list[Made]:
    at = next((one for one in ("command", "cmd") if one in fields), "")
    words = read(fields[at], _words) if at else None
    command = _unwrapped(words) if words else long_text(fields[at]) if at else ""
    patching = _patches(words, command)
    if patching is not None:
        stood = text(fields.get("workdir", Raw())) or text(fields.get("working_directory", Raw())) or folder
        return _patch(patching[1], posixpath.join(stood or folder, patching[0]))
    given: dict[str, object] = dict(fields)
    if command:
        given[at] = command
    return [Made(name, _encoded(given))]


def _unwrapped(words: list[str]) -> str:
    """The command of ``bash -lc "…"``; empty where the words are a command themselves."""
    wraps = len(words) == 3 and words[1] in _FLAGS and _WRAPPERS.fullmatch(words[0])
    return words[2] if wraps else ""


def _patches(words: list[str] | None, command: str) -> tuple[str, str] | None:
    """The folder and the text of the patch that a command is there to apply, if it is."""
    if words and len(words) > 1 and words[0] in {"apply_patch", "applypatch"} and _BEGIN in words[1]:
        return "", words[1]
    found = _PATCHING.match(command)
    if found is None or _BEGIN not in command:
        return None
    return found["folder"] or "", command[command.index(_BEGIN) :]


def _patch(patch: str, folder: str) -> list[Made]:
    """A step for each file of a patch; one without a file where nothing of it is understood."""
    steps = []
    for kind, path, section in _sections(patch):
        whole = path if path.startswith(("~", "/")) or path[1:2] == ":" else posixpath.join(folder, path)
        tool = CREATED if kind == "Add" else "apply_patch"
        steps.append(Made(tool, _encoded({"path": whole, "patch": section}), path))
    return steps or [Made("apply_patch", _encoded({"patch": patch}))]


def _sections(patch: str) -> Iterator[tuple[str, str, str]]:
    """What is done to each file of a patch: ``Add``, ``Update`` or ``Delete``, the path, and the text."""
    found = list(_FILE.finditer(patch))
    for place, head in enumerate(found):
        end = found[place + 1].start() if place + 1 < len(found) else patch.find(_END, head.end())
        yield head[1], head[2].strip(), patch[head.start() : end if end >= 0 else len(patch)].strip("\n")


def _named(namespace: str, name: str) -> str:
    """The whole name of a tool; that of another server's is ``mcp__server__tool``."""
    if not namespace or not name:
        return name
    return (
        f"{namespace.rstrip('_')}__{name}"
        if namespace.startswith("mcp__")
        else f"{namespace.rstrip('.')}.{name}"
    )


def _object(raw: Raw) -> Raw:
    """An object, or JSON of one in a string; an empty one where it is neither."""
    view = memoryview(raw)
    if view and view[0] == ord("{"):
        return raw
    given = long_text(raw)
    return Raw(given.encode("utf-8", "replace")) if _is_object(given) else _NO_PARAMETERS


def _is_object(given: str) -> bool:
    return given.startswith("{") and read(memoryview(given.encode("utf-8", "replace")), objects) is not None


def _encoded(fields: dict[str, object]) -> Raw:
    return Raw(msgspec.json.encode(fields))
