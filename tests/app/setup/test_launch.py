"""A command is read back from settings as it was written there."""

from __future__ import annotations

import shlex

import pytest

from tacit.app.setup.launch import Launch, hook_launch, server_launch

LAUNCHES = [
    Launch(("/usr/bin/memory",)),
    Launch(("/a b/it's/memory",), (("TACIT_HOME", "/my $things"), ("TACIT_STORE", "/s"))),
    Launch(("/venv/bin/python3", "-m", "tacit")),
]


@pytest.mark.parametrize("launch", LAUNCHES)
def test_a_launch_comes_back(launch: Launch) -> None:
    command = launch.hook("prompt", "codex")
    assert hook_launch(command, "prompt", "codex") == launch
    assert hook_launch(command, "stop", "codex") is None
    assert hook_launch(command, "prompt", "gemini") is None
    assert server_launch(list(launch.server), dict(launch.environ)) == launch
    words = shlex.split(command)
    assert words[len(launch.environ) :] == [*launch.program, "hook", "prompt", "--agent", "codex"]


@pytest.mark.parametrize(
    "command",
    [
        None,
        3,
        "",
        "say 'done",
        "memory hook prompt",
        "other hook prompt --agent codex",
        "hook prompt --agent codex",
    ],
)
def test_commands_of_others_are_not_ours(command: object) -> None:
    assert hook_launch(command, "prompt", "codex") is None


@pytest.mark.parametrize(
    "words", [None, [], ["memory"], ["npx", "mcp"], ["memory", "mcp", "--more"], "memory mcp", [1, "mcp"]]
)
def test_servers_of_others_are_not_ours(words: object) -> None:
    assert server_launch(words, {}) is None
    assert server_launch(["memory", "mcp"], "env") is None
