from __future__ import annotations

import os
from pathlib import Path

import pytest

from tacit.core.embedding.keys import key_for
from tacit.core.embedding.provider import EmbeddingError

OPENAI = "https://api.openai.com/v1"
OTHER = "https://models.example.org/v1"
SECRET = "sk-not-a-real-one-123456"


def key_file(folder: Path, text: str = f"{SECRET}\n", mode: int = 0o600) -> str:
    path = folder / "the key"
    path.write_text(text)
    path.chmod(mode)
    return str(path)


def test_a_file_of_its_owner_alone_is_read(tmp_path: Path) -> None:
    assert key_for("openai", OTHER, key_file(tmp_path), {}) == SECRET
    assert key_for("openai", OTHER, key_file(tmp_path, mode=0o400), {}) == SECRET


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o777])
def test_a_file_that_others_can_read_is_refused_with_the_command_to_run(tmp_path: Path, mode: int) -> None:
    path = key_file(tmp_path, mode=mode)
    with pytest.raises(EmbeddingError, match="read or changed by others") as caught:
        key_for("openai", OTHER, path, {})
    assert f"chmod 600 '{path}'" in caught.value.hint
    assert SECRET not in f"{caught.value.message}{caught.value.hint}"


def test_a_link_is_as_open_as_what_it_leads_to(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(key_file(tmp_path, mode=0o644))
    with pytest.raises(EmbeddingError, match="read or changed by others"):
        key_for("openai", OTHER, str(link), {})


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="absent cannot be read: No such file"):
        key_for("openai", OTHER, str(tmp_path / "absent"), {})


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("pipe", "."):
        with pytest.raises(EmbeddingError, match="is no file"):
            key_for("openai", OTHER, str(tmp_path / name), {})


@pytest.mark.parametrize("text", ["", "\n", "two words", "a\nb", "k\x00y", "schlüssel", "x" * 5_000])
def test_what_cannot_be_a_key_is_refused_and_not_shown(tmp_path: Path, text: str) -> None:
    with pytest.raises(EmbeddingError) as caught:
        key_for("openai", OTHER, key_file(tmp_path, text), {})
    assert "the key" in caught.value.message
    assert not text.strip() or text not in f"{caught.value.message}{caught.value.hint}"


def test_the_environment_beats_the_file(tmp_path: Path) -> None:
    path = key_file(tmp_path, "from-the-file")
    own = {"OPENAI_API_KEY": "its-own"}
    assert key_for("openai", OPENAI, path, own | {"TACIT_EMBEDDING_KEY": " given "}) == "given"
    assert key_for("openai", OPENAI, path, own) == "from-the-file"
    assert key_for("openai", OPENAI, None, own) == "its-own"


def test_a_providers_own_key_goes_to_its_own_host_alone() -> None:
    environ = {"OPENAI_API_KEY": "one", "COHERE_API_KEY": "two"}
    assert key_for("openai", OPENAI, None, environ) == "one"
    assert key_for("cohere", "https://api.cohere.com", None, environ) == "two"
    for url in (OTHER, "http://localhost:11434/v1", "https://api.openai.com.example.org/v1"):
        assert key_for("openai", url, None, environ) == ""
        assert key_for("cohere", url, None, environ) == ""


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert key_for("openai", OPENAI, None, {"TACIT_EMBEDDING_KEY": "", "OPENAI_API_KEY": ""}) == ""
