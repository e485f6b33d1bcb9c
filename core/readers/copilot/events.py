"""The events of Copilot CLI that are known and say nothing of what was asked and done."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_QUIET = _words(
    """
    assistant.fusion_phase_completed assistant.fusion_phase_failed assistant.fusion_phase_started
    assistant.idle assistant.intent assistant.message_delta assistant.message_start assistant.reasoning
    assistant.reasoning_delta assistant.server_tool_progress assistant.streaming_delta
    assistant.tool_call_delta assistant.turn_end assistant.turn_retry assistant.turn_start assistant.usage
    pending_messages.modified session.auto_mode_resolved session.autopilot_objective_changed
    session.background_tasks_changed session.binary_asset session.canvas.opened session.compaction_complete
    session.compaction_start session.context_cleared session.custom_agents_updated
    session.custom_notification session.error session.extensions_loaded session.handoff session.idle
    session.limits_changed session.managed_settings_enforced session.managed_settings_resolved
    session.mcp_server_status_changed session.mcp_servers_loaded session.mode_changed
    session.permissions_changed session.plan_changed session.remote_steerable_changed
    session.schedule_cancelled session.schedule_created session.schedule_rearmed session.shutdown
    session.skills_loaded session.snapshot_rewind session.task_complete session.title_changed
    session.todos_changed session.tools_updated session.truncation session.usage_checkpoint
    session.usage_info session.warning session.workspace_file_changed subagent.completed
    subagent.configured subagent.deselected subagent.failed subagent.selected tool.execution_partial_result
    tool.execution_progress tool_search.activated
    """
)
_FAMILIES = _words(
    """
    auto_mode_switch canvas capabilities command commands elicitation exit_plan_mode extensions
    external_tool factory fusion hook mcp mcp_app model permission sampling session_limits_exhausted
    skill system ui user_input
    """
)
"""Of these all do: what the program, its tools and its windows say to each other."""


def is_quiet(kind: str) -> bool:
    """Whether events of this type are passed over."""
    return kind in _QUIET or kind.partition(".")[0] in _FAMILIES
