"""An error that somebody asks about is signed as the errors in transcripts are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit import Memory
from tacit.core.errors import Usage
from tacit.core.learn.understand import command_of
from tacit.core.recall.signing import signed
from tacit.core.redaction import Redactor

REDACT = Redactor(b"secret")
TRACEBACK = """collected 3 items
Traceback (most recent call last):
  File "/home/dev/app/main.py", line 12, in <module>
    import missing
ModuleNotFoundError: No module named 'missing'
Process exited with code 1
"""


def test_what_failed_in_the_samples_is_signed_as_it_was_there(tmp_path: Path, samples: Path) -> None:
    checked = found = 0
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([samples / "claude-code"])
        for episode in memory.episodes():
            for step in memory.steps(episode.id):
                if step.error is None or not step.observation.strip():
                    continue
                told = signed(step.observation, REDACT, step.tool, command_of(step.parameters))
                assert told.lines[0] == step.error.line
                checked += 1
                found += step.error.line in signed(step.observation, REDACT).lines
    assert checked >= 20
    assert found >= 0.95 * checked, f"{found} of {checked} without being told what failed"


def test_the_cause_is_found_in_a_long_text() -> None:
    for text in (TRACEBACK, TRACEBACK.replace("\n", "\r\n"), "noise\n" * 900 + TRACEBACK):
        told = signed(text, REDACT)
        assert "ModuleNotFoundError: No module named <name>" in told.lines


def test_a_class_that_rests_on_the_command_needs_the_command() -> None:
    assert signed("1 failed, 3 passed", REDACT).families == ()
    assert signed("1 failed, 3 passed", REDACT, command="pytest -q").families == ("test failed",)
    assert signed("String to replace not found in file.", REDACT).families == ("edit refused",)
    assert signed("bash: foo: command not found", REDACT).families == ("usage",)


def test_secrets_are_taken_out_before_anything_else() -> None:
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    told = signed(f"fatal: could not read {secret}", REDACT, command=f"git push {secret}")
    assert secret not in told.text
    assert all(secret not in line for line in told.lines)
    assert any("[REDACTED:" in line for line in told.lines)


@pytest.mark.parametrize("text", ["", "   \n\t\n"])
def test_an_empty_text_is_an_error_of_usage(text: str) -> None:
    with pytest.raises(Usage, match="no error text"):
        signed(text, REDACT)


@given(st.text(min_size=1), st.sampled_from(["", "Edit", "Bash", "Frobnicate"]), st.text(max_size=20))
def test_any_text_is_signed_and_kept_short(text: str, tool: str, command: str) -> None:
    if text.strip():
        told = signed(text, REDACT, tool, command)
        assert told.lines
        assert all(line and len(line) <= 200 and "\n" not in line for line in told.lines)


def test_an_enormous_text_is_read_at_both_ends() -> None:
    told = signed("x" * 5_000_000 + "\n" + TRACEBACK, REDACT)
    assert "ModuleNotFoundError: No module named <name>" in told.lines
    assert len(told.text.encode()) <= 10_000
