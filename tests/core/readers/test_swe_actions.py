"""SWE-agent's command language, how commands end that tell no exit code, and issues inside templates."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tacit.core.limits import Excerpt
from tacit.core.readers.shell_ends import shown_status
from tacit.core.readers.swe_agent.actions import Place, deed_of
from tacit.core.readers.swe_tasks import issue_of, repository_of

ROOT = "/acme__shop"
HERE = Place(ROOT, f"{ROOT}/src/login.py")
REFUSED = "Your proposed edit has introduced new syntax error(s). Please understand the fixes and retry.\n"


def state_lines(directory: str) -> str:
    """How a message to the model ends."""
    return f"\n(Open file: n/a)\n(Current directory: {directory})\nbash-$"


def did(action: str, place: Place = HERE) -> tuple[str, dict[str, Any]]:
    """Tool and parameters of an action."""
    deed = deed_of(action, place)
    return deed.tool, msgspec.json.decode(deed.parameters)


@pytest.mark.parametrize(
    ("action", "tool", "parameters"),
    [
        ("open tests/a.py\n", "open", {"path": f"{ROOT}/tests/a.py"}),
        ('open "src/a b.py" 1474', "open", {"path": f"{ROOT}/src/a b.py", "line": "1474"}),
        ("goto 583", "goto", {"path": HERE.opened, "line": "583"}),
        ("scroll_down\n", "scroll_down", {"path": HERE.opened}),
        ("create reproduce.py", "create", {"path": f"{ROOT}/reproduce.py"}),
        (
            "edit 4:5\n    x = 1\n    y = 2\nend_of_edit\n",
            "edit",
            {"path": HERE.opened, "lines": "4:5", "new_string": "    x = 1\n    y = 2"},
        ),
        ("edit 4:5\nend_of_edit", "edit", {"path": HERE.opened, "lines": "4:5"}),
        (
            "edit 'return 1' 'return 2\nreturn 3'",
            "edit",
            {"path": HERE.opened, "old_string": "return 1", "new_string": "return 2\nreturn 3"},
        ),
        ("edit\nall of it\nend_of_edit", "edit", {"path": HERE.opened, "new_string": "all of it"}),
        ("insert 'a\nb' 3", "insert", {"path": HERE.opened, "new_string": "a\nb", "insert_line": "3"}),
        ('find_file "a.py"', "find_file", {"pattern": "a.py", "path": ROOT}),
        ("find_file a.py src", "find_file", {"pattern": "a.py", "path": f"{ROOT}/src"}),
        ("search_dir 'def f' /lib", "search_dir", {"pattern": "def f", "path": "/lib"}),
        ("search_file self", "search_file", {"pattern": "self", "path": HERE.opened}),
        ("submit\n", "submit", {}),
        (
            "str_replace_editor view /r/a.py --view_range 1 20",
            "view",
            {"path": "/r/a.py", "view_range": "1 20"},
        ),
        (
            "str_replace_editor str_replace /r/a.py --old_str 'it'\"'\"'s' --new_str ''",
            "str_replace",
            {"path": "/r/a.py", "old_str": "it's"},
        ),
        (
            "str_replace_editor create /r/b.py --file_text 'x\n'",
            "create",
            {"path": "/r/b.py", "file_text": "x\n"},
        ),
        ("str_replace_editor undo_edit /r/b.py", "undo_edit", {"path": "/r/b.py"}),
        ("python reproduce.py\n", "bash", {"command": "python reproduce.py"}),
        ("open a.py && ls", "bash", {"command": "open a.py && ls"}),
        ("opendiff a b", "bash", {"command": "opendiff a b"}),
        ("edit.sh 1:2", "bash", {"command": "edit.sh 1:2"}),
        ("editor", "bash", {"command": "editor"}),
    ],
)
def test_an_action_is_the_tool_it_calls_and_the_file_it_is_about(action, tool, parameters):
    assert did(action) == (tool, parameters)


@pytest.mark.parametrize(
    ("action", "printed", "status"),
    [
        ("edit 1:1\nx\nend_of_edit", REFUSED, "error"),
        ("edit 1:1\nx\nend_of_edit", "[File: /r/a.py (3 lines total)]\nFile updated. Please review.", "ok"),
        ("edit 1:1\nx\nend_of_edit", "No file open. Use the open command first.", "error"),
        ("edit 'a' 'b'", "Your edit was not applied (file not modified): Text 'a' not found", "error"),
        ("open nowhere.py", "File nowhere.py not found", "error"),
        ("open src", "Error: src is a directory. You can only open files.", "error"),
        ("create a.py", "Error: File 'a.py' already exists.\n[File: a.py]", "error"),
        ("search_dir x nowhere", "Directory nowhere not found", "error"),
        ("search_dir x", 'No matches found for "x" in /r', "ok"),
        ("open a.py", "[File: a.py (1 lines total)]\n1:raise Error: no\n2:Usage: x", "ok"),
        (
            "str_replace_editor view nowhere",
            "The path nowhere does not exist. Please provide a valid path.",
            "error",
        ),
        (
            "str_replace_editor str_replace /a --old_str b",
            "No replacement was performed, old_str `b` …",
            "error",
        ),
        ("python a.py", "Traceback (most recent call last):\n  File 'a'\nKeyError: 'user'\n", "error"),
        ("python a.py", '  File "a.py", line 1\n    def\n       ^\nSyntaxError: invalid syntax', "error"),
        ("cat a.log", "Traceback (most recent call last):\n  File 'a'\nKeyError: 'user'\n", "ok"),
        ("python a.py", "Traceback (most recent call last):\n  x\nKeyError: 'u'\n" + "went on\n" * 9, "ok"),
        ("python a.py", "345", "ok"),
        ("rm a.py", "", "ok"),
        ("rm b.py", "rm: cannot remove 'b.py': No such file or directory", "error"),
        ("frobnicate", "bash: frobnicate: command not found", "error"),
        ("git chekout x", "fatal: not a git repository", "error"),
        ("pytest -q", "1 failed, 3 passed in 0.1s", "error"),
        ("pytest -q", "4 passed in 0.1s", "ok"),
        ("pytest -q", "", "unfinished"),
        ("pytest --nope", "usage: pytest\npytest: error: unrecognized arguments: --nope", "error"),
        ("sleep 99", "\nEXECUTION TIMED OUT", "error"),
        ("sleep 99", "The command 'sleep 99' was cancelled because it took more than 30 seconds.", "error"),
        ("make x", "make: *** No rule to make target 'x'.  Stop.", "error"),
        ("pip install x", "ERROR: Could not find a version that satisfies x", "error"),
        ("false || echo no", "sh: 1: false: not found\nno", "error"),
    ],
)
def test_how_an_action_ended_is_what_its_output_shows(action, printed, status):
    assert deed_of(action, HERE).status(Excerpt(printed)) == status


def test_the_status_of_a_huge_output_is_told_by_its_ends():
    assert shown_status("python a.py", Excerpt("start", "\nKeyError: 'user'\n", 10**8)) == "error"
    assert shown_status("pytest", Excerpt("start", "3 passed in 1s\n", 10**8)) == "ok"


@pytest.mark.parametrize(
    ("instance", "directory", "url"),
    [
        ("django__django-11039", "/testbed", "https://github.com/django/django.git"),
        ("SWE-agent__test-repo-i1", "", "https://github.com/SWE-agent/test-repo.git"),
        ("", "/pydicom__pydicom", "https://github.com/pydicom/pydicom.git"),
        ("6e44b9", "/shop", None),
        ("", "/home/me/a__b", None),
        ("a__b", "", None),
    ],
)
def test_the_repository_is_told_by_the_instance_or_the_clone(instance, directory, url):
    assert repository_of(instance, directory) == url


@pytest.mark.parametrize(
    ("message", "template"),
    [
        ("<pr_description>\nFix it\n</pr_description>\n\n<instructions>…</instructions>", ""),
        ("<pr_description>\nConsider the following PR description:\nFix it\n</pr_description>\nmore", ""),
        ("Here is it:\nISSUE:\nFix it\n\nINSTRUCTIONS:\nNow" + state_lines("/r"), ""),
        ("Please solve this issue: Fix it\n\nYou can execute bash commands and edit files to", ""),
        ("In /r do: Fix it\nand be quick.", "In {{dir}} do: {{task}}\nand be quick.\n"),
        ("Do this: Fix it", "Do this: {{ problem_statement }}"),
        ("Do: Fix it. Docs: x", "Do: {problem_statement}. Docs: {command_docs}"),
        ("Fix it" + state_lines("/r"), "Quite another: {{task}} …"),
    ],
)
def test_the_issue_is_taken_out_of_its_template(message, template):
    assert issue_of(Excerpt(message), template).head == "Fix it"
