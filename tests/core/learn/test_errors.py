# ruff: noqa: E501 - one case a line reads better
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.core.learn.errors import mark, signature


@pytest.mark.parametrize(
    ("kind", "intent", "text", "family", "line"),
    [
        ("edit", "", "<tool_use_error>String to replace not found in file.\nString: x</tool_use_error>", "edit refused", "String to replace not found in file."),
        ("edit", "", "<tool_use_error>Found 2 matches of the string to replace, but</tool_use_error>", "edit refused", "Found <n> matches of the string to replace, but"),
        ("write", "", "<tool_use_error>File has not been read yet. Read it first</tool_use_error>", "edit refused", "File has not been read yet. Read it first"),
        ("edit", "", "File has been modified since read, either by the user", "edit refused", "File has been modified since read, either by the user"),
        ("edit", "", "No changes to make: old_string and new_string are exactly the same.", "edit refused", "No changes to make: old_string and new_string are exactly the same."),
        ("edit", "", "File does not exist.", "file missing", "File does not exist."),
        ("read", "", "<tool_use_error>File does not exist.</tool_use_error>", "file missing", "File does not exist."),
        ("read", "", "EACCES: permission denied, open '/x'", "permission", "EACCES: permission denied, open <name>"),
        ("search", "", "Path does not exist: /home/dev/a", "file missing", "Path does not exist: <path>"),
        ("agent", "", "Agent type 'x' not found.", "usage", "Agent type <name> not found."),
        ("shell", "lint", "Exit code 1\n[lint] $ g\n[lint] ERROR task failed\n\ncmd/a.go:239:15: error is unwrapped: sig (wrapcheck)\n1 issues:\n* wrapcheck: 1", "lint failed", "<path>:<n>: error is unwrapped: sig (wrapcheck)"),
        ("shell", "test", "Exit code 1\n# pkg\na/b.go:1:2: undefined: x\nFAIL\tpkg [build failed]\nFAIL", "test failed", "<path>:<n>: undefined: x"),
        ("shell", "test", "--- FAIL: TestA (0.0s)\n    a_test.go:1: phase 1\n    a_test.go:9: boom 3\nFAIL", "test failed", "<path>:<n>: boom <n>"),
        ("shell", "build", "error[E0432]: unresolved import `a::b`\n --> src/x.rs:3:5\nerror: could not compile `x`", "build failed", "error[E0432]: unresolved import <name>"),
        ("shell", "check", "src/a.ts(3,7): error TS2345: Argument of type 'X'\nFound 1 error.", "build failed", "<path>(<n>): error TS2345: Argument of type <name>"),
        ("shell", "", "Traceback (most recent call last):\n  File \"a.py\", line 1\nModuleNotFoundError: No module named 'foo'", "other", "ModuleNotFoundError: No module named <name>"),
        ("shell", "", "Exit code 1\ncat: illegal option -- A\nusage: cat [-b]", "usage", "cat: illegal option -- A"),
        ("shell", "", "Exit code 127\n/bin/bash: line 1: foo: command not found", "usage", "<path>: line <n>: foo: command not found"),
        ("shell", "", "Exit code 1\nls: /x/y: No such file or directory", "file missing", "ls: <path>: No such file or directory"),
        ("shell", "test", "Command timed out after 2m 0.0s", "timeout", "Command timed out after <n>m <n>s"),
        ("shell", "", "Exit code 1", "other", "no message"),
        ("shell", "test", "Added 2 lines of output to the chat.", "test failed", "no message"),
        ("edit", "", "bad key [REDACTED:github-token:ab12] here", "other", "bad key [REDACTED:github-token] here"),
    ],
)  # fmt: skip
def test_an_error_becomes_a_line_and_a_family(kind, intent, text, family, line):
    found = signature(kind, intent, text)
    assert (found.family, found.line) == (family, line)


def test_accidents_are_marked_and_codes_stay():
    assert (
        mark("see https://x.y/z?a=1 at 0x3f, commit 9d7260f1, 12ms")
        == "see <url> at <n>, commit <hash>, <n>ms"
    )
    assert mark("E0432 TS2345 v2") == "E0432 TS2345 v2"


@given(st.text(max_size=300), st.sampled_from(["shell", "edit", "read", "other"]))
def test_no_text_makes_a_signature_raise_or_long(text, kind):
    found = signature(kind, "", text)
    assert 0 < len(found.line) <= 200
