"""The parts of Cline's messages: calls as tags in text, results under a headline, words of the person.

Cline makes its model write a call as ``<read_file><path>…</path></read_file>`` and puts what it gave back
into the next message of the user, under ``[read_file for '…'] Result:``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec
from msgspec import Raw, Struct

from tacit.core.limits import Excerpt
from tacit.core.readers.loose import excerpt_of, fields_of, is_text, is_true, items_of, text_of

TOOLS = (
    "execute_command|read_file|write_to_file|replace_in_file|search_files|list_files|apply_diff|insert_content"
    "|list_code_definition_names|browser_action|use_mcp_tool|access_mcp_resource|ask_followup_question"
    "|attempt_completion|plan_mode_respond|plan_mode_response|new_task|condense|summarize_task|new_rule"
    "|web_fetch|web_search|search_and_replace|codebase_search|update_todo_list|switch_mode|fetch_instructions"
    "|load_mcp_documentation|report_bug|apply_patch|edit_file|use_skill"
)
"""The names of tools that are looked for as tags."""

QUIET = frozenset(("attempt_completion", "plan_mode_respond", "plan_mode_response", "act_mode_respond"))
"""Tools that only say something."""

_OPENS = re.compile(f"<({TOOLS})>")
_FIELD = re.compile(r"<(\w+)>")
_LONG = frozenset(("content", "diff", "arguments", "args", "result"))
_HEADLINE = re.compile(r"\[(\w+)(?: [^\n]{0,4000}?(?:\n.{0,4000}?)?)?\] Result:[ \t]*\n?", re.DOTALL)
_NAMED = re.compile(
    r"\A(?:Tool \[(\w+)\] was not executed|(?:Skipping tool|Tool was interrupted)[^\[]*\[(\w+))"
)
_SAID = re.compile(r"<(task|user_message|feedback)>\n?(.*?)\n?</\1>", re.DOTALL)

Kind = Literal["text", "result", "said"]


class Use(Struct, frozen=True):
    """A call: its tool and its parameters as JSON text; ``id`` where it is no text."""

    tool: str
    parameters: Raw
    id: str = ""


class Part(Struct, frozen=True):
    """A part of a message in the user's place.

    ``tool`` names whose result it is, ``id`` the call; ``text`` is the result, or what the person typed;
    ``failed``: it is marked as an error.
    """

    kind: Kind
    text: Excerpt = Excerpt("")
    tool: str = ""
    id: str = ""
    failed: bool = False


def uses_in(content: Raw) -> Iterator[Use]:
    """The calls of a message of the model."""
    for block in _blocks(content):
        if text_of(block.get("type")) in {"tool_use", "tool-call"}:
            told = block.get("input", Raw())
            fields = {name: value for name, value in fields_of(told).items() if name != "task_progress"}
            name = text_of(block.get("name")) or text_of(block.get("toolName")) or "unknown"
            yield _use(_of_server(name), fields, text_of(block.get("id")) or text_of(block.get("toolCallId")))
        else:
            yield from _written(_text(block))


def text_in(content: Raw) -> str:
    """The last of what is said in a message."""
    said = [_text(block) for block in _blocks(content)]
    return next((text for text in reversed(said) if text), "")


def parts_of(content: Raw) -> Iterator[Part]:
    """The parts of a message in the user's place, results first to last."""
    under = ""
    for block in _blocks(content):
        kind = text_of(block.get("type"))
        if kind in {"tool_result", "tool-result"}:
            yield _given(block)
            continue
        excerpt = excerpt_of(block.get("text"))
        found = _HEADLINE.match(excerpt.head)
        refused = _NAMED.match(excerpt.head)
        if found is not None:
            rest = excerpt.head[found.end() :]
            under = "" if rest else found[1]
            if rest:
                yield Part("result", Excerpt(rest, excerpt.tail, excerpt.skipped), tool=found[1])
        elif refused is not None:
            yield Part("result", excerpt, tool=refused[1] or refused[2])
        elif under and kind == "text":
            yield Part("result", excerpt, tool=under)
            under = ""
        else:
            yield Part("text", excerpt)


def typed_in(text: str, *, feedback: bool) -> Iterator[str]:
    """What the person typed in a text: the task, a message, and where that is asked for, feedback."""
    for found in _SAID.finditer(text):
        if found[2].strip() and (feedback or found[1] != "feedback"):
            yield found[2].strip()


def _blocks(content: Raw) -> Iterator[dict[str, Raw]]:
    """The blocks of a content; a text is one block of text."""
    for raw in items_of(content):
        yield {"type": Raw(b'"text"'), "text": raw} if is_text(raw) else fields_of(raw)


def _text(block: dict[str, Raw]) -> str:
    excerpt = excerpt_of(block.get("text"))
    return f"{excerpt.head}\n…\n{excerpt.tail}" if excerpt.skipped else excerpt.head


def _written(text: str) -> Iterator[Use]:
    """The calls that stand in a text as tags, one behind the other."""
    at = 0
    while (found := _OPENS.search(text, at)) is not None:
        close = f"</{found[1]}>"
        following = _OPENS.search(text, found.end())
        # what is written into a file may hold such a tag too: the last one is the call's
        last = text.rfind(close) if found[1] in {"write_to_file", "replace_in_file"} else -1
        end = last if last > found.end() else text.find(close, found.end())
        if end < 0:
            end = following.start() if following else len(text)
        yield _use(found[1], dict(_fields(text[found.end() : end])))
        at = end + len(close)


def _fields(body: str) -> Iterator[tuple[str, Raw]]:
    """The parameters of a call, each between its tags."""
    at = 0
    while (found := _FIELD.search(body, at)) is not None:
        close = f"</{found[1]}>"
        end = body.rfind(close) if found[1] in _LONG else body.find(close, found.end())
        if end < found.end():
            end = len(body)
        if found[1] != "task_progress":
            yield found[1], Raw(msgspec.json.encode(body[found.end() : end].strip("\n")))
        at = end + len(close)


def _given(block: dict[str, Raw]) -> Part:
    """What a call gave back that was made by its id; ``output`` is how version 2 of Roo Code has it."""
    content, told = block.get("content", Raw()), block.get("output", Raw())
    output = fields_of(told)
    if memoryview(told):
        content = output.get("value", Raw()) if output else told
    text = Excerpt("\n".join(_text(one) for one in _blocks(content)))
    failed = is_true(block.get("is_error")) or text_of(output.get("type")).startswith("error")
    key = text_of(block.get("tool_use_id")) or text_of(block.get("toolCallId"))
    return Part("result", text, id=key, failed=failed)


def _of_server(name: str) -> str:
    """A tool of a server under the name that other agents give those: Cline and Roo Code have their own."""
    if name.startswith("mcp--"):
        return name.replace("--", "__", 2)
    _, mark, tool = name.partition("0mcp0")
    return f"mcp__{tool}" if mark and tool else name


def _use(tool: str, fields: dict[str, Raw], id_: str = "") -> Use:
    """A call, a tool of a server under the name that other agents give those."""
    if tool == "use_mcp_tool":
        tool = f"mcp__{text_of(fields.get('server_name'))}__{text_of(fields.get('tool_name'))}"
        fields = {"arguments": fields.get("arguments", Raw(b'""'))}
    if "path" not in fields:
        inner = re.search(r"<path>\s*(.*?)\s*</path>", text_of(fields.get("args")))
        path = fields.get("absolutePath", Raw(msgspec.json.encode(inner[1])) if inner else None)
        fields |= {"path": path} if path is not None else {}
    return Use(tool, Raw(msgspec.json.encode(fields)), id_)
