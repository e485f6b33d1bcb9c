"""Tools of every agent in one vocabulary, and the names of actions that are no shell commands."""

from __future__ import annotations

import re

from tacit.core.learn.paths import file_kind
from tacit.core.model import Tool

_TOOLS: dict[str, Tool] = {}


def _map(tool: Tool, names: str) -> None:
    for name in names.split():
        _TOOLS[name] = tool


_map(
    "read",
    "read notebookread view read_file read_many_files view_file open_file readfile cat_file view_image"
    " open goto scroll_up scroll_down filemap read_file_v2",
)
_map(
    "edit",
    "edit multiedit notebookedit update replace edit_file str_replace apply_patch patch applypatch strreplace"
    " search_replace str_replace_editor str_replace_based_edit_tool editnotebook"
    " replace_string_in_file multi_replace_string_in_file insert_edit_into_file developer__edit insert"
    " undo_edit replace_in_file apply_diff insert_content search_and_replace delete delete_file"
    " edit_file_v2 edit_notebook reapply",
)
_map(
    "write",
    "write write_file create create_file writefile notebookwrite apply_patch.add_file developer__write"
    " write_to_file new_rule",
)
_map(
    "search",
    "grep glob ls search list list_directory search_file_content find_files grep_search file_search"
    " codebase_search list_dir find_file search_dir search_file grep_files semanticsearch rg tree"
    " developer__tree search_files list_files list_code_definition_names"
    " ripgrep ripgrep_raw_search glob_file_search semantic_search_full list_dir_v2",
)
_map(
    "shell",
    "bash shell local_shell shell_command run_shell_command exec_command execute_command run_terminal_cmd"
    " run_command execute terminal container.exec run_in_terminal powershell developer__shell"
    " run_terminal_command run_terminal_command_v2",
)
_map(
    "web",
    "webfetch websearch web_fetch google_web_search web_search fetch codesearch browser.open browser_action",
)
_map(
    "agent",
    "task agent subagent spawn_agent delegate_to_agent invoke_agent codebase_investigator spawn_agents_on_csv"
    " generalist cli_help browser_agent delegate dynamic_task__create_task subagent__execute_task"
    " task_v2",
)
_map(
    "plan",
    "todowrite todoread taskcreate taskupdate tasklist taskget exitplanmode enterplanmode exit_plan_mode"
    " update_plan todo_write todo_read write_todos think createplan switchmode"
    " enter_plan_mode complete_task task_complete report_intent update_topic update_todo plan_enter"
    " plan_exit submit update_todo_list switch_mode new_task condense summarize_task get_goal create_goal"
    " update_goal tracker_create_task tracker_update_task tracker_get_task tracker_list_tasks"
    " tracker_add_dependency tracker_visualize todo__todo_write todo__todo_read task_tracker"
    " create_plan",
)
_map(
    "ask",
    "askuserquestion askquestion ask_question ask_user ask_followup_question question request_user_input"
    " request_permissions",
)

_MCP_WORDS: tuple[tuple[Tool, frozenset[str]], ...] = (
    ("shell", frozenset(("bash", "shell", "exec", "execute", "terminal"))),
    ("edit", frozenset(("edit", "replace", "patch", "insert"))),
    ("write", frozenset(("write", "create", "save"))),
    ("search", frozenset(("search", "grep", "find", "glob", "list", "query"))),
    ("web", frozenset(("fetch", "browse", "navigate", "crawl", "scrape", "url"))),
    ("read", frozenset(("read", "get", "view", "open"))),
)
_MCP_FILES = frozenset(
    ("file", "files", "directory", "path", "symbol", "symbols", "content", "lines", "text")
)

_MEMORY = re.compile(r"(?:mcp_+)?(?:plugin_tacit_)?tacit[_.:/-]")
"""How agents call the tools of this memory, whatever they put before a server's name."""

VOCABULARY = frozenset(("read", "edit", "write", "search", "web", "agent", "plan", "ask", "tool"))
"""First words of action names that are no shell commands; ``tool`` stands before any other tool's name."""

NO_DEEDS: frozenset[Tool] = frozenset(("plan", "ask"))
"""Tools that note or ask and change nothing: they are steps, but no actions of a pattern."""


def tool_of(name: str) -> Tool:
    """The vocabulary word of an agent's tool. An MCP tool is mapped by its verb if it works on files.

    To ask this memory is to ask: it is no deed, else what it is asked about would be learned as its answer.
    """
    low = name.lower()
    if _MEMORY.match(low):
        return "ask"
    if low.startswith("mcp__"):
        return _mcp_tool(low.rpartition("__")[2])
    return _TOOLS.get(low) or _TOOLS.get(low.rpartition(".")[2]) or "other"


def _mcp_tool(name: str) -> Tool:
    words = [word for word in re.split(r"[^a-z0-9]+", name) if word]
    on_files = not _MCP_FILES.isdisjoint(words)
    for tool, verbs in _MCP_WORDS:
        if not verbs.isdisjoint(words) and (on_files or tool in {"shell", "web"}):
            return tool
    return "other"


def action_name(kind: Tool, tool: str, target: str | None) -> str:
    """``read *.go``, ``edit Makefile``, ``search``; a tool outside the vocabulary is ``tool Skill``."""
    if kind in {"read", "edit", "write"} and target:
        return f"{kind} {file_kind(target)}"
    if kind in {"other", "shell"}:
        name = tool.removeprefix("mcp__").replace("__", " ")
        return f"tool {re.sub(r'[^A-Za-z0-9_.: -]+', '-', name)[:60]}"
    return kind


def word_of(name: str) -> str:
    """The action as recoveries see it: ``read`` for ``read *.go``; a command stays whole."""
    first = name.partition(" ")[0]
    return first if first in VOCABULARY and first != "tool" else name


def is_command(label: str) -> bool:
    """Whether an action's label is of a shell command."""
    return label.partition(" ")[0] not in VOCABULARY


def is_failed(label: str) -> bool:
    """Whether a label is of an action that failed."""
    return label.endswith(" failed")
