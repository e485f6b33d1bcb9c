"""The count of tokens is never below that of a real tokeniser."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from tacit.core.recall.tokens import tokens

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def tokeniser() -> Tokenizer:
    """A byte-level one of 8,000 pieces, learned from this repository: far worse than any in use."""
    found = Tokenizer(models.BPE())
    found.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)  # type: ignore[assignment]
    files = sorted(str(path) for path in [*ROOT.glob("core/*.py"), *ROOT.glob("store/*.py")])
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=8000, initial_alphabet=alphabet, show_progress=False)  # type: ignore[call-arg]
    found.train(files, trainer)
    return found


def test_prose_and_code_take_at_most_what_is_counted(tokeniser: Tokenizer) -> None:
    files = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/core/*.py")]
    assert len(files) > 20
    for path in files:
        text = path.read_text("utf-8")[:20_000]
        assert len(tokeniser.encode(text).ids) <= tokens(text), path.name


def test_ids_hashes_capitals_numbers_and_other_scripts_too(tokeniser: Tokenizer) -> None:
    rng = Random(1)
    for letters in (
        "0123456789abcdefghjkmnpqrstvwxyz",
        "0123456789abcdef",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "0123456789",
        "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~",
        "日本語中文字한국어",
        "🎉👩‍💻🏳️‍🌈",
        "абвгдежзиклмн",
        " \t\n",
    ):
        for _ in range(20):
            words = ("".join(rng.choices(letters, k=rng.randint(1, 14))) for _ in range(20))
            text = " ".join(words)
            assert len(tokeniser.encode(text).ids) <= tokens(text), text


@given(st.text())
def test_it_is_never_more_than_the_bytes(text: str) -> None:
    assert 0 <= tokens(text) <= len(text.encode("utf-8", "replace"))


@given(st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])), max_size=5))
def test_lines_add_up(lines: list[str]) -> None:
    assert tokens("".join(f"{line}\n" for line in lines)) == sum(tokens(f"{line}\n") for line in lines)
