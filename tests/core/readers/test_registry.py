"""Readers come from entry points; one that is broken hurts no other."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from tacit.core.errors import Usage
from tacit.core.readers.base import Reader
from tacit.core.readers.registry import GROUP, from_entry_points, load_readers

OWN = EntryPoint("claude-code", "tacit.core.readers.claude_code.reader:ClaudeCodeReader", GROUP)


def test_the_installed_package_offers_its_reader():
    registry = load_readers()
    assert "claude-code" in registry.names()
    assert all(isinstance(reader, Reader) for reader in registry.readers)


def test_a_broken_plug_in_is_reported_and_the_others_are_used():
    gone = EntryPoint("gone", "no_such_module:Reader", GROUP)
    wrong = EntryPoint("wrong", "builtins:dict", GROUP)
    registry = from_entry_points([gone, wrong, OWN])
    assert registry.names() == ("claude-code",)
    assert [name for name, _ in registry.broken] == ["gone", "wrong"]
    assert "no_such_module" in registry.broken[0][1]


def test_one_reader_can_be_chosen_by_name():
    registry = from_entry_points([OWN])
    assert registry.only("claude-code").names() == ("claude-code",)
    with pytest.raises(Usage, match="claude-code"):
        registry.only("codex")
