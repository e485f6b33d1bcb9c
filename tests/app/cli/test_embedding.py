"""`memory import` embeds before it ends; stats and doctor say what there is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError


def memory(*words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command line."""
    argv = [sys.executable, "-m", "tacit", *map(str, words)]
    return subprocess.run(argv, capture_output=True, text=True, check=False, env={**os.environ, **more})


@pytest.fixture
def hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hashing provider is set."""
    monkeypatch.setenv("TACIT_EMBEDDING_PROVIDER", "hashing")


def test_an_import_without_a_model_says_that_words_answer(transcripts: Path) -> None:
    run = memory("import", transcripts)
    assert run.returncode == 0
    assert "embedded" not in run.stdout
    assert "`memory models build`" in run.stderr
    assert "nothing: No embedding model is built." in memory("stats").stdout
    again = memory("import", transcripts)
    assert "models build" not in again.stderr


def test_an_import_embeds_what_it_stored(transcripts: Path, hashing: None) -> None:
    run = memory("import", transcripts)
    assert run.returncode == 0
    assert "embedded" in run.stdout
    stats = json.loads(memory("stats", "--format", "json").stdout)["vectors"]
    assert (stats["space"], stats["waiting"], stats["why"]) == ("hashing/256", 0, "")
    assert stats["rows"] > 0
    assert f"{stats['rows']} texts with hashing/256" in memory("stats").stdout
    assert "each stands for its text" in memory("doctor").stdout
    report = json.loads(memory("import", transcripts, "--format", "json").stdout)
    assert (report["embedded"], report["not_embedded"]) == (0, "")


def test_a_dry_run_embeds_nothing(transcripts: Path, hashing: None) -> None:
    report = json.loads(memory("import", transcripts, "--dry-run", "--format", "json").stdout)
    assert report["embedded"] is None


def test_a_provider_that_is_down_is_a_note_and_no_failure(transcripts: Path) -> None:
    down = {
        "TACIT_EMBEDDING_PROVIDER": "openai",
        "TACIT_EMBEDDING_BASE_URL": "http://127.0.0.1:9/v1",
        "TACIT_EMBEDDING_MODEL": "none",
        "TACIT_EMBEDDING_TIMEOUT": "1s",
    }
    run = memory("import", transcripts, **down)
    assert run.returncode == 0
    assert "Imported 4 sessions" in run.stdout
    assert "127.0.0.1" in run.stderr
    assert "Traceback" not in run.stderr


def test_what_the_totals_say_of_vectors_fits_the_published_form(transcripts: Path, hashing: None) -> None:
    assert memory("import", transcripts).returncode == 0
    schema = json.loads((Path(__file__).parents[3] / "exports" / "schema" / "stats.json").read_text())
    said = json.loads(memory("stats", "--format", "json").stdout)
    Draft202012Validator(schema).validate(said)
    with pytest.raises(ValidationError):
        Draft202012Validator(schema).validate(said | {"vectors": {"rows": -1}})


def test_a_question_embeds_what_waits_for_it_and_a_readonly_one_leaves_it(
    transcripts: Path, hashing: None
) -> None:
    def waiting() -> int:
        number = json.loads(memory("stats", "--format", "json").stdout)["vectors"]["waiting"]
        assert isinstance(number, int)
        return number

    assert memory("import", transcripts).returncode == 0
    episode = json.loads(memory("episodes", "--format", "json").stdout)["episodes"][0]["id"]
    assert memory("delete", episode).returncode == 0
    assert memory("undo").returncode == 0
    assert waiting() > 0
    assert memory("--readonly", "search", "the till").returncode == 0
    assert waiting() > 0
    assert memory("search", "the till").returncode == 0
    assert waiting() == 0
