"""What of each thing is embedded: short, the same every time, and nothing that only repeats a path."""

from __future__ import annotations

from pathlib import Path

import pytest
from embedded import texts_of
from msgspec.structs import replace
from transcript import Transcript

from tacit import Memory
from tacit.core.embedding.texts import FILES, LONGEST, PROMPT, step_text, sum_of
from tacit.core.model import Action, Signature, Step

REFUSED = "File has not been read yet. Read it first before writing to it."
TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def told(tmp_path: Path, one: Transcript) -> list[str]:
    """The texts of the only episode of a session."""
    one.save(tmp_path / "in")
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([tmp_path / "in"])
        return [text for (table, _, _), text in texts_of(memory._store).items() if table == "episodes"]


def test_an_episode_is_what_was_asked_for_and_the_files_that_were_written(tmp_path: Path) -> None:
    one = Transcript()
    one.prompt("please\n\nfix   the parser")
    one.edit("src/a.py")
    one.edit("src/b.py")
    assert told(tmp_path, one) == ["please fix the parser src/a.py src/b.py"]


def test_long_prompts_and_many_files_are_cut(tmp_path: Path) -> None:
    one = Transcript()
    one.prompt("word " * 2_000)
    for number in range(FILES + 5):
        one.edit(f"f{number}.py")
    (text,) = told(tmp_path, one)
    prompt, _, files = text.partition(" f0.py")
    assert PROMPT - 6 < len(prompt) <= PROMPT
    assert files.split() == [f"f{number}.py" for number in range(1, FILES)]


def test_steps_that_went_well_and_say_only_a_path_have_no_vector(tmp_path: Path) -> None:
    one = Transcript()
    one.prompt("look around")
    one.read("src/a.py")
    one.call("Grep", {"pattern": "def main", "path": "src"}, "src/a.py:1:def main")
    one.bash("ls src", "a.py")
    assert told(tmp_path, one) == ["look around"]


def test_an_error_and_the_prose_of_a_call_have_one_and_the_same_text_has_one_only(tmp_path: Path) -> None:
    one = Transcript()
    one.prompt("fix it")
    for _ in range(3):
        one.edit("src/a.py", refused=REFUSED)
        one.call("Bash", {"command": "make check", "description": "Run every check"}, "ok")
    one.call("Task", {"description": "Find the parser", "prompt": "long " * 500}, "found")
    one.call("AskUserQuestion", {"questions": [{"question": "Which one?", "options": []}]}, "that one")
    texts = told(tmp_path, one)[1:]
    assert len(texts) == 4
    assert REFUSED.removesuffix(".") in texts[0]
    assert "src/a.py" in texts[0]
    assert "Run every check" in texts[1]
    assert "Find the parser" in texts[2]
    assert "Which one?" in texts[3]
    assert all(len(text) <= LONGEST for text in texts)


def test_no_secret_and_no_hash_of_one_is_in_a_text(tmp_path: Path) -> None:
    one = Transcript()
    one.prompt(f"use the token {TOKEN} to log in")
    one.call("Bash", {"command": "login", "description": f"Log in with {TOKEN}"}, "ok")
    texts = told(tmp_path, one)
    assert len(texts) == 2
    for text in texts:
        assert TOKEN not in text
        assert "[REDACTED:" in text
        assert not any(part.count(":") > 1 for part in text.split() if part.startswith("[REDACTED:"))


@pytest.mark.parametrize(
    "parameters",
    ['{"description": "odd \ud800 \x00 \u202e text 🙂"}', '{"description": ["no"]}', "[]", "{", ""],
)
def test_what_no_model_can_read_does_no_harm(parameters: str) -> None:
    step = Step(1, "c", "Bash", "shell", parameters, "", "ok", 0, (Action("make", "ok"),))
    text = step_text(step)
    assert len(sum_of(text)) == 8
    assert text.encode() == text.encode("utf-8", "replace")
    failed = replace(step, error=Signature("odd \ud800 line" * 100, "other"))
    assert 0 < len(step_text(failed).encode()) <= LONGEST


def test_a_pattern_behind_another_has_none_and_every_row_of_the_list_has_one(memory: Memory) -> None:
    embedded = {key for table, key, _ in texts_of(memory._store) if table == "patterns"}
    assert len(embedded) == len(memory.patterns()) > 0


def test_the_same_store_has_the_same_texts_again(memory: Memory) -> None:
    assert texts_of(memory._store) == texts_of(memory._store)


def test_of_the_real_transcripts_a_third_of_the_steps_is_worth_a_vector(
    tmp_path: Path, samples: Path
) -> None:
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([samples / "claude-code"])
        texts = texts_of(memory._store)
        steps = sum(session.steps for session in memory.sessions())
    ours = [text for (_, _, number), text in texts.items() if number]
    assert len(ours) < steps * 0.4
    assert max(map(len, ours)) <= LONGEST
    assert any("edit refused: File has not been read yet" in text for text in ours)
