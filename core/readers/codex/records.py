"""The lines of a Codex transcript, typed: only the fields that are needed, everything else skipped.

Every field but ``type`` is ``Raw``, so that one of another type than expected costs no line. What a
session was instructed with (``base_instructions``, ``user_instructions``) is never looked at.
"""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct

from tacit.core.readers.jsontext import without_lone_surrogates
from tacit.core.readers.loose import FLAWS

T = TypeVar("T")
UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


class Item(Struct):
    """A ``response_item``: what the model said, called, or was given back."""

    type: str = ""
    role: Raw = Raw()
    content: Raw = Raw()
    id: Raw = Raw()
    call_id: Raw = Raw()
    name: Raw = Raw()
    namespace: Raw = Raw()
    arguments: Raw = Raw()
    input: Raw = Raw()
    action: Raw = Raw()
    status: Raw = Raw()
    output: Raw = Raw()
    revised_prompt: Raw = Raw()
    metadata: Raw = Raw()
    internal_chat_message_metadata_passthrough: Raw = Raw()


class Line(Item):
    """A line: an envelope around a payload; in the oldest files the header or the item itself."""

    timestamp: Raw = Raw()
    payload: Raw = Raw()
    instructions: Raw = Raw()
    git: Raw = Raw()
    cwd: Raw = Raw()
    record_type: Raw = Raw()


class Meta(Struct):
    """``session_meta``: what a session says of itself."""

    id: Raw = Raw()
    timestamp: Raw = Raw()
    cwd: Raw = Raw()
    cli_version: Raw = Raw()
    source: Raw = Raw()
    parent_thread_id: Raw = Raw()
    agent_path: Raw = Raw()
    git: Raw = Raw()


class Turn(Struct):
    """``turn_context``, and what tells one turn from another elsewhere."""

    turn_id: Raw = Raw()
    cwd: Raw = Raw()
    model: Raw = Raw()


class Event(Struct):
    """An ``event_msg``, or the ``item`` of one that says that an item is complete, in both its spellings."""

    type: str = ""
    id: Raw = Raw()
    call_id: Raw = Raw()
    turn_id: Raw = Raw()
    message: Raw = Raw()
    reason: Raw = Raw()
    source: Raw = Raw()
    command: Raw = Raw()
    cwd: Raw = Raw()
    exit_code: Raw = Raw()
    exitCode: Raw = Raw()  # noqa: N815
    duration: Raw = Raw()
    success: Raw = Raw()
    status: Raw = Raw()
    aggregated_output: Raw = Raw()
    aggregatedOutput: Raw = Raw()  # noqa: N815
    stdout: Raw = Raw()
    stderr: Raw = Raw()
    changes: Raw = Raw()
    invocation: Raw = Raw()
    server: Raw = Raw()
    tool: Raw = Raw()
    arguments: Raw = Raw()
    result: Raw = Raw()
    error: Raw = Raw()
    content: Raw = Raw()
    info: Raw = Raw()
    item: Raw = Raw()
    num_turns: Raw = Raw()
    user_facing_hint: Raw = Raw()
    thread_name: Raw = Raw()
    new_thread_id: Raw = Raw()
    event_id: Raw = Raw()
    agent_thread_id: Raw = Raw()
    receiver_thread_ids: Raw = Raw()
    receiverThreadIds: Raw = Raw()  # noqa: N815


class Part(Struct):
    """One part of a message or of an output."""

    type: str = ""
    text: Raw = Raw()


class Git(Struct):
    """Where the working directory comes from."""

    branch: Raw = Raw()
    repository_url: Raw = Raw()


class Usage(Struct):
    """Tokens; ``input_tokens`` has those read from the cache in it."""

    input_tokens: Raw = Raw()
    cached_input_tokens: Raw = Raw()
    output_tokens: Raw = Raw()


class TokenInfo(Struct):
    """``info`` of a ``token_count``."""

    total_token_usage: Raw = Raw()
    last_token_usage: Raw = Raw()


lines = msgspec.json.Decoder(Line)
items = msgspec.json.Decoder(Item)
events = msgspec.json.Decoder(Event)
metas = msgspec.json.Decoder(Meta)
turns = msgspec.json.Decoder(Turn)
ids = msgspec.json.Decoder(list[str])
parts = msgspec.json.Decoder(list[Part])
gits = msgspec.json.Decoder(Git)
objects = msgspec.json.Decoder(dict[str, Raw])
token_infos = msgspec.json.Decoder(TokenInfo)
_usages = msgspec.json.Decoder(Usage)
_strings = msgspec.json.Decoder(str)
_integers = msgspec.json.Decoder(int)
_MOST = 1 << 40


def _names(told: str) -> frozenset[str]:
    return frozenset(told.split())


ITEMS_SAYING_NOTHING = _names(
    "reasoning agent_message compaction compaction_summary compaction_trigger"
    " context_compaction additional_tools other"
)
"""Kinds of ``response_item`` that are known and of which nothing is read."""

RECORDS_SAYING_NOTHING = _names(
    "world_state compacted inter_agent_communication inter_agent_communication_metadata"
)
"""Kinds of line likewise. A ``compacted`` one repeats what was said before it."""

EVENTS_SAYING_NOTHING = _names(
    "error warning stream_error model_reroute model_verification hook_started hook_completed"
    " thread_settings_applied thread_goal_updated context_compacted exited_review_mode"
    " agent_reasoning agent_reasoning_raw_content agent_reasoning_section_break undo_started"
    " guardian_assessment view_image_tool_call web_search_begin web_search_end image_generation_begin"
    " image_generation_end collab_agent_spawn_begin collab_agent_interaction_begin"
    " collab_agent_interaction_end collab_waiting_begin collab_waiting_end collab_close_begin"
    " collab_close_end collab_resume_begin collab_resume_end dynamic_tool_call_request plan_update"
    " realtime_conversation_started realtime_conversation_closed exec_command_begin mcp_tool_call_begin"
    " patch_apply_begin patch_apply_updated turn_diff session_configured background_event"
    " exec_command_output_delta exec_approval_request apply_patch_approval_request request_user_input"
    " request_permissions elicitation_request terminal_interaction item_started deprecation_notice"
    " shutdown_complete injected_message raw_response_item skills_update_available mcp_startup_update"
    " mcp_startup_complete"
)
"""Kinds of ``event_msg`` likewise."""

COMPLETED_SAYING_NOTHING = _names(
    "AgentMessage Reasoning Plan HookPrompt WebSearch ImageView Sleep ImageGeneration SubAgentActivity"
    " ContextCompaction Extension EnteredReviewMode ExitedReviewMode DynamicToolCall"
)
"""Kinds of item that are completed likewise: calls of these kinds are also told as items."""


def read(raw: Raw | memoryview, decoder: msgspec.json.Decoder[T]) -> T | None:
    """What stands there, or nothing where it is not as the decoder wants it."""
    view = memoryview(raw)
    if not view:
        return None
    try:
        return decoder.decode(view)
    except FLAWS:
        pass
    try:
        return decoder.decode(without_lone_surrogates(bytes(view)))
    except FLAWS:
        return None


def long_text(raw: Raw) -> str:
    """A string of any length, whole."""
    view = memoryview(raw)
    return (read(raw, _strings) or "") if view and view[0] == ord('"') else ""


def integer(raw: Raw) -> int | None:
    """A whole number, if there is one."""
    return read(raw, _integers)


def fresh_tokens(raw: Raw) -> int | None:
    """Tokens that were new to the model: read from the cache ones are not counted."""
    usage = read(raw, _usages)
    if usage is None:
        return None
    given, cached, made = (
        min(max(integer(one) or 0, 0), _MOST)
        for one in (usage.input_tokens, usage.cached_input_tokens, usage.output_tokens)
    )
    return max(0, given - cached) + made
