"""The tools of every agent in one vocabulary: what each agent's own sources and documents name.

Codex: ``codex-rs/core/src/tools/spec.rs``; Gemini CLI: ``packages/core/src/tools/tool-names.ts`` and its
sub-agents; Copilot CLI: its ``/tools`` and changelog; OpenCode: ``packages/opencode/src/tool``; Cursor: the
names in its transcripts and its database and, before 2.2, in its prompt; Goose: its extensions.
"""

from __future__ import annotations

import pytest

from tacit.core.learn.actions import tool_of

TOOLS = {
    "codex": {
        "shell": "shell shell_command local_shell exec_command container.exec",
        "edit": "apply_patch",
        "write": "apply_patch.add_file",
        "read": "read_file view_image",
        "search": "grep_files list_dir",
        "web": "web_search",
        "agent": "spawn_agent multi_agents.spawn_agent spawn_agents_on_csv",
        "plan": "update_plan get_goal create_goal update_goal",
        "ask": "request_user_input request_permissions",
        "other": "write_stdin wait wait_agent send_input close_agent resume_agent tool_search js_repl exec"
        " list_mcp_resources read_mcp_resource image_generation",
    },
    "gemini": {
        "shell": "run_shell_command",
        "edit": "replace",
        "write": "write_file",
        "read": "read_file read_many_files",
        "search": "glob grep_search search_file_content list_directory",
        "web": "google_web_search web_fetch",
        "agent": "codebase_investigator delegate_to_agent invoke_agent generalist cli_help browser_agent",
        "plan": "write_todos enter_plan_mode exit_plan_mode complete_task update_topic tracker_create_task"
        " tracker_update_task tracker_get_task tracker_list_tasks tracker_add_dependency tracker_visualize",
        "ask": "ask_user",
        "other": "save_memory activate_skill get_internal_docs list_background_processes"
        " read_background_output",
    },
    "copilot": {
        "shell": "bash powershell",
        "edit": "edit str_replace_editor apply_patch",
        "write": "create",
        "read": "view",
        "search": "grep rg glob",
        "web": "web_fetch web_search",
        "agent": "task",
        "plan": "report_intent update_todo task_complete exit_plan_mode",
        "ask": "ask_user",
        "other": "read_bash write_bash stop_bash list_bash read_agent list_agents store_memory skill sql"
        " fetch_copilot_cli_documentation github-mcp-server-search_code",
    },
    "opencode": {
        "shell": "bash",
        "edit": "edit multiedit patch apply_patch",
        "write": "write",
        "read": "read",
        "search": "grep glob list",
        "web": "webfetch websearch codesearch",
        "agent": "task",
        "plan": "todowrite todoread plan_enter plan_exit",
        "ask": "question",
        "other": "skill lsp batch invalid",
    },
    "cursor": {
        "shell": "Shell run_terminal_cmd run_terminal_command run_terminal_command_v2",
        "edit": "StrReplace edit_file search_replace EditNotebook MultiEdit ApplyPatch Delete delete_file"
        " edit_file_v2 edit_notebook reapply",
        "write": "Write write",
        "read": "Read read_file read_file_v2",
        "search": "Grep Glob LS SemanticSearch codebase_search grep_search file_search list_dir"
        " ripgrep_raw_search glob_file_search semantic_search_full list_dir_v2",
        "web": "WebFetch WebSearch web_search web_fetch",
        "agent": "Task Agent Subagent task_v2",
        "plan": "TodoWrite todo_write CreatePlan SwitchMode create_plan switch_mode",
        "ask": "AskQuestion ask_question",
        "other": "ReadLints read_lints Await CallMcpTool FetchMcpResource GenerateImage fetch_rules",
    },
    "goose": {
        "shell": "developer__shell shell",
        "edit": "text_editor.str_replace text_editor.insert text_editor.undo_edit developer__edit",
        "write": "text_editor.write text_editor.create developer__write",
        "read": "text_editor.view",
        "search": "developer__tree tree",
        "agent": "delegate subagent__execute_task dynamic_task__create_task",
        "plan": "todo__todo_write todo__todo_read todo_write",
        "other": "analyze memory__remember_memory extensionmanager__manage_extensions",
    },
}
"""``other`` is what waits for another call, looks at one, or does what no other agent has a word for."""


@pytest.mark.parametrize("agent", TOOLS)
def test_the_tools_of_an_agent_are_understood(agent):
    kinds = {name: kind for kind, names in TOOLS[agent].items() for name in names.split()}
    assert {name: tool_of(name) for name in kinds} == kinds
