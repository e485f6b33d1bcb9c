"""Which prompts only urge on, and what of a prompt was typed."""

from __future__ import annotations

import pytest

from tacit.core.readers.prompts import only_urges, slash_command, typed_part


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yes please!",
        "ok, go ahead",
        "continue",
        "Thanks!",
        "go on",
        "please do",
        "perfect, thank you :)",
        "??",
        "👍",
        "2",
        "ok continue with that",
        "LGTM",
        "looks good, proceed",
        "try again",
    ],
)
def test_urging(text):
    assert only_urges(text)


@pytest.mark.parametrize(
    "text",
    [
        "yes, and add a test",
        "continue with the lexer",
        "no",
        "okay so the bug is elsewhere",
        "thanks, now fix the docs",
        "yesterday",
        "commit",
        "go test",
        "goal",
        "stop",
        "undo that",
        "fix it",
        "ok " * 60,
    ],
)
def test_tasks(text):
    assert not only_urges(text)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("<command-message>fix is running</command-message>\n<command-name>/fix</command-name>", "/fix"),
        ("<command-name>/fix</command-name><command-args> 12 </command-args>", "/fix 12"),
        ("/compact keep the errors", "/compact keep the errors"),
        ("/home/dev/app.py is broken", None),
        ("fix /compact", None),
    ],
)
def test_slash_commands(text, command):
    assert slash_command(text) == command


def test_what_was_attached_is_not_typed():
    text = "<ide_opened_file>a.py</ide_opened_file>fix it<system-reminder>be\nkind</system-reminder>\n"
    assert typed_part(text) == "fix it"
