from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tacit import Memory
from tacit.core.config import Config, load
from tacit.core.embedding.choice import provider_of, unready, warning
from tacit.core.embedding.provider import EmbeddingError
from tacit.core.errors import Usage
from tacit.core.places import Places


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "COHERE_API_KEY", "TACIT_EMBEDDING_KEY"):
        monkeypatch.delenv(name, raising=False)


def settings(**values: object) -> Config:
    environ = {f"TACIT_EMBEDDING_{name}".upper(): str(value) for name, value in values.items()}
    return load(Places({"TACIT_HOME": "/nowhere", **environ}))


def why_not(config: Config) -> str:
    """What ``unready`` says, once it is sure that ``provider_of`` says the same."""
    with pytest.raises(EmbeddingError) as caught:
        provider_of(config)
    said = unready(config)
    assert said == f"{caught.value.message} {caught.value.hint}"
    return said


def test_nothing_is_chosen_by_itself_but_a_local_model() -> None:
    assert "`memory models build`" in why_not(settings())
    assert "“mine” is not built" in why_not(settings(model="mine"))


def test_a_key_alone_sends_nothing_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-present")
    monkeypatch.setenv("TACIT_EMBEDDING_KEY", "sk-present")
    assert "No embedding model is built" in why_not(settings())


def test_hashing_is_there_when_it_is_named() -> None:
    config = settings(provider="hashing", dimensions=32)
    assert unready(config) == ""
    assert provider_of(config).space == "hashing/32"
    assert "no meaning" in warning(config)


@pytest.mark.parametrize(
    ("provider", "variable", "space"),
    [
        ("openai", "OPENAI_API_KEY", "openai/api.openai.com/text-embedding-3-small"),
        ("cohere", "COHERE_API_KEY", "cohere/api.cohere.com/embed-v4.0"),
    ],
)
def test_a_remote_provider_wants_its_key(
    monkeypatch: pytest.MonkeyPatch, provider: str, variable: str, space: str
) -> None:
    config = settings(provider=provider)
    assert variable in why_not(config)
    monkeypatch.setenv(variable, "k")
    assert unready(config) == ""
    assert provider_of(config).space == space


def test_a_server_on_this_machine_wants_a_model_and_no_key() -> None:
    url = "http://localhost:11434/v1"
    assert "embedding.model is not set" in why_not(settings(provider="openai", base_url=url))
    config = settings(provider="openai", base_url=url, model="nomic-embed-text")
    assert unready(config) == ""
    assert provider_of(config).space == "openai/localhost:11434/nomic-embed-text"
    assert warning(config) == ""


def test_dimensions_that_are_asked_for_are_a_space_of_their_own() -> None:
    config = settings(provider="openai", base_url="http://[::1]:1", model="m", dimensions=512)
    provider = provider_of(config)
    assert (provider.space, provider.dimensions) == ("openai/[::1]:1/m/512", 512)


def test_a_key_does_not_travel_unencrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACIT_EMBEDDING_KEY", "sk-secret")
    said = why_not(settings(provider="openai", base_url="http://models.example.org/v1", model="m"))
    assert "for all to read" in said
    assert "sk-secret" not in said
    here = settings(provider="openai", base_url="http://127.0.0.1:9/v1", model="m")
    there = settings(provider="openai", base_url="https://models.example.org", model="m")
    assert (unready(here), unready(there)) == ("", "")


def test_it_is_told_that_texts_leave_and_where_to() -> None:
    said = warning(settings(provider="openai", base_url="https://models.example.org/v1", model="m"))
    assert "Texts leave this machine" in said
    assert "to models.example.org (openai, m)" in said
    assert "api.cohere.com" in warning(settings(provider="cohere"))
    assert warning(settings()) == ""


@pytest.mark.parametrize(
    "url",
    [
        "localhost:11434",
        "ftp://example.org",
        "http://",
        "http://a b/",
        "http://x:99999/",
        "https://\x1b[2J.org",
        "https://me:sk-secret@example.org/v1",
        "https://example.org/v1?key=sk-secret",
    ],
)
def test_an_address_that_is_none_or_holds_a_secret_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(Usage, match="TACIT_EMBEDDING_BASE_URL") as caught:
        settings(base_url=url)
    assert url not in caught.value.message
    assert "sk-secret" not in f"{caught.value.message}{caught.value.hint}"


def test_a_key_is_no_setting(tmp_path: Path) -> None:
    config = load(Places({"TACIT_HOME": str(tmp_path), "TACIT_EMBEDDING_KEY": "sk-secret"}))
    assert "sk-secret" not in repr(config.found)
    (tmp_path / "config.toml").write_text('[embedding]\nkey = "sk-secret"\n')
    with pytest.raises(Usage, match=r"no key embedding\.key") as caught:
        load(Places({"TACIT_HOME": str(tmp_path)}))
    assert "embedding.key_file" in caught.value.hint
    assert "sk-secret" not in f"{caught.value.message}{caught.value.hint}"


@pytest.mark.parametrize("provider", ["openai", "hashing"])
def test_asking_whether_there_is_one_imports_nothing_heavy(provider: str) -> None:
    code = (
        "import os, sys; os.environ |= {'TACIT_EMBEDDING_PROVIDER': sys.argv[1], 'OPENAI_API_KEY': 'k'}\n"
        "from tacit.core.config import load\n"
        "from tacit.core.embedding.choice import *\n"
        "assert unready(load()) == ''; provider_of(load()).space\n"
        "print({'numpy', 'urllib3', 'onnxruntime', 'tokenizers', 'ssl'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, provider], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_doctor_tells_that_texts_leave_and_what_is_missing(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not any("machine" in finding.what for finding in memory.doctor())
    monkeypatch.setenv("TACIT_EMBEDDING_PROVIDER", "cohere")
    with Memory.open(memory.path) as opened:
        found = [finding for finding in opened.doctor() if finding.level == "warning"]
    assert "Texts leave this machine" in found[0].what
    assert "COHERE_API_KEY" in found[1].hint
